package org.dataspa.enrichment;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Event;
import org.dataspa.event.Venue;

/**
 * Gives an event the coordinates of its venue. An API in trouble costs quality, which the counters show, never an event: one that cannot be
 * enriched comes back as it was.
 */
final class VenueLookup {
    private final VenueFinder places;
    private final LookupCounters counters;

    VenueLookup(VenueFinder places, LookupCounters counters) {
        this.places = places;
        this.counters = counters;
    }

    /** Never completes exceptionally, and does not throw. */
    CompletableFuture<Event> enrich(Event event, AsyncHttpClient client) {
        if (event.location() == null || event.location().name() == null) {
            counters.misses().inc();
            return CompletableFuture.completedFuture(event);
        }
        return places.find(client, event.location().name())
                .handle((match, failure) -> failure == null ? matched(event, match) : unmatched(event, failure));
    }

    private Event matched(Event event, Optional<Venue> match) {
        if (match.isEmpty()) {
            counters.misses().inc();
            return event;
        }
        counters.hits().inc();
        Venue captured = event.location();
        String address = captured.address() == null ? match.get().address() : captured.address();
        return event.at(new Venue(captured.name(), address, match.get().geo()));
    }

    private Event unmatched(Event event, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Thrifty.OverBudget) counters.overBudget().inc();
        else (cause instanceof TimeoutException ? counters.timeouts() : counters.failures()).inc();
        return event;
    }
}
