package org.dataspa.enrichment;

import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.asynchttpclient.AsyncHttpClient;

/** Looks venues up from inside a job. The two subclasses differ in one thing: who makes the HTTP client, and how often. */
abstract class VenueEnrichment extends RichAsyncFunction<Event, Event> {
    private final PlacesApi places;
    private transient LookupCounters counters;
    private transient VenueLookup lookup;

    VenueEnrichment(PlacesApi places) {
        this.places = places;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        counters = LookupCounters.in(getRuntimeContext().getMetricGroup());
        lookup = new VenueLookup(places, counters);
    }

    /** Asks the API through this client and completes {@code result}, whatever the answer. */
    final void enrich(Event event, AsyncHttpClient client, ResultFuture<Event> result) {
        lookup.enrich(event, client).thenAccept(enriched -> result.complete(Set.of(enriched)));
    }

    /** The net below the client's own, shorter time-out: as Flink has it, an element that is never completed would fail the job. */
    @Override
    public void timeout(Event event, ResultFuture<Event> result) {
        counters.timeouts().inc();
        result.complete(Set.of(event));
    }
}
