package org.dataspa.enrichment;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Venue;

/**
 * Keeps to a number of requests a day (UTC), which cost money. Above it, lookups fail at once and the events go on without coordinates. Counted
 * per subtask and in memory: a restart begins anew, so that the bound is the budget times one more than the day's restarts.
 */
final class Thrifty implements VenueFinder {
    private final VenueFinder api;
    private final long daily;
    private final Supplier<LocalDate> today;
    private LocalDate day;
    private long spent;

    Thrifty(VenueFinder api, long daily) {
        this(api, daily, () -> LocalDate.now(ZoneOffset.UTC));
    }

    Thrifty(VenueFinder api, long daily, Supplier<LocalDate> today) {
        this.api = api;
        this.daily = daily;
        this.today = today;
    }

    @Override
    public CompletableFuture<Optional<Venue>> find(AsyncHttpClient client, String venueName) {
        return mayAsk() ? api.find(client, venueName) : CompletableFuture.failedFuture(new OverBudget());
    }

    private synchronized boolean mayAsk() {
        LocalDate now = today.get();
        if (!now.equals(day)) {
            day = now;
            spent = 0;
        }
        if (spent >= daily) return false;
        spent++;
        return true;
    }

    /** Not the API's fault, and nothing that asking again would change. */
    static final class OverBudget extends RuntimeException {
        OverBudget() {
            super("The day's budget of requests to the Places API is spent.");
        }
    }
}
