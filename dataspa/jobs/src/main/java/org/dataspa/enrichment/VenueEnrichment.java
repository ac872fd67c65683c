package org.dataspa.enrichment;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.asynchttpclient.AsyncHttpClient;

/**
 * Gives events without coordinates those of their venue. Every event leaves, enriched or not: an API in trouble costs quality, which the
 * metrics show, never data. The two subclasses differ in one thing: who makes the HTTP client, and how often.
 */
abstract class VenueEnrichment extends RichAsyncFunction<Event, Event> {
    private final PlacesApi places;

    private transient Counter hits;
    private transient Counter misses;
    private transient Counter failures;
    private transient Counter timeouts;

    VenueEnrichment(PlacesApi places) {
        this.places = places;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        // The client's own threads count.
        hits = metrics.counter("venueLookupHits", new ThreadSafeSimpleCounter());
        misses = metrics.counter("venueLookupMisses", new ThreadSafeSimpleCounter());
        failures = metrics.counter("venueLookupFailures", new ThreadSafeSimpleCounter());
        timeouts = metrics.counter("venueLookupTimeouts", new ThreadSafeSimpleCounter());
    }

    /** Asks the API through this client and completes {@code result}, whatever the answer. */
    final void enrich(Event event, AsyncHttpClient client, ResultFuture<Event> result) {
        if (event.location() == null || event.location().name() == null) {
            misses.inc();
            result.complete(Set.of(event));
            return;
        }
        places.find(client, event.location().name())
                .handle((match, failure) -> failure == null ? matched(event, match) : unmatched(event, failure))
                .thenAccept(enriched -> result.complete(Set.of(enriched)));
    }

    /** The net below the client's own, shorter time-out: without it an element that is never completed would fail the job. */
    @Override
    public void timeout(Event event, ResultFuture<Event> result) {
        timeouts.inc();
        result.complete(Set.of(event));
    }

    private Event matched(Event event, Optional<Venue> match) {
        if (match.isEmpty()) {
            misses.inc();
            return event;
        }
        hits.inc();
        Venue captured = event.location();
        String address = captured.address() == null ? match.get().address() : captured.address();
        return event.at(new Venue(captured.name(), address, match.get().geo()));
    }

    private Event unmatched(Event event, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        (cause instanceof TimeoutException ? timeouts : failures).inc();
        return event;
    }
}
