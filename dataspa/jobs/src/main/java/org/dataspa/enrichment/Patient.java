package org.dataspa.enrichment;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Venue;

/**
 * Asks again where that may help: after 429 and 5xx, and where the connection failed. Waits twice as long each time, and up to half of that more or less, so that
 * hundreds of lookups that failed together do not come back together. A time-out is not asked again: the patience for this element is used up.
 *
 * <p>The timer belongs to whoever made it. Java's own delayed executor would start a thread that keeps the job's class loader for ever.
 */
final class Patient implements VenueFinder {
    /** How often is asked in all, and the first pause. */
    record Patience(int attempts, Duration firstPause) {
        /** The longest that all pauses can take together. */
        Duration longestPauses() {
            return firstPause.multipliedBy((1L << (attempts - 1)) - 1).multipliedBy(3).dividedBy(2);
        }
    }

    private final VenueFinder api;
    private final Patience patience;
    private final ScheduledExecutorService timer;
    private final Counter retries;

    Patient(VenueFinder api, Patience patience, ScheduledExecutorService timer, Counter retries) {
        this.api = api;
        this.patience = patience;
        this.timer = timer;
        this.retries = retries;
    }

    @Override
    public CompletableFuture<Optional<Venue>> find(AsyncHttpClient client, String venueName) {
        return attempt(client, venueName, 1);
    }

    private CompletableFuture<Optional<Venue>> attempt(AsyncHttpClient client, String venueName, int number) {
        CompletableFuture<Optional<Venue>> answer = api.find(client, venueName);
        if (number >= patience.attempts()) return answer;
        return answer.exceptionallyCompose(failure -> isTemporary(failure) ? again(client, venueName, number) : answer);
    }

    private CompletableFuture<Optional<Venue>> again(AsyncHttpClient client, String venueName, int number) {
        retries.inc();
        var later = new CompletableFuture<Optional<Venue>>();
        double share = 0.5 + ThreadLocalRandom.current().nextDouble();
        long pause = (long) ((patience.firstPause().toMillis() << (number - 1)) * share);
        timer.schedule(
                () -> {
                    attempt(client, venueName, number + 1).whenComplete((venue, failure) -> settle(later, venue, failure));
                },
                pause,
                TimeUnit.MILLISECONDS);
        return later;
    }

    private static void settle(CompletableFuture<Optional<Venue>> later, Optional<Venue> venue, Throwable failure) {
        if (failure == null) later.complete(venue);
        else later.completeExceptionally(failure);
    }

    private static boolean isTemporary(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof PlacesException refused ? refused.isTemporary() : cause instanceof IOException;
    }
}
