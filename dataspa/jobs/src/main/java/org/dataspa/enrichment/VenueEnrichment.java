package org.dataspa.enrichment;

import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Event;

/** Looks venues up from inside a job. The two subclasses differ in one thing: who makes the HTTP client, and how often. */
abstract class VenueEnrichment extends RichAsyncFunction<Event, Event> {
    private final LookupOptions options;
    private transient LookupCounters counters;
    private transient VenueLookup lookup;
    private transient ScheduledExecutorService timer;
    private transient AtomicInteger inFlight;

    VenueEnrichment(LookupOptions options) {
        this.options = options;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        counters = LookupCounters.in(getRuntimeContext().getMetricGroup());
        timer = Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "venue-lookup-retries"));
        lookup = new VenueLookup(finder(), counters);
        inFlight = new AtomicInteger();
        getRuntimeContext().getMetricGroup().gauge("venueLookupsInFlight", (Gauge<Integer>) inFlight::get);
    }

    /** From the inside out: the API, its budget, patience with it, memory of what it said. */
    private VenueFinder finder() {
        VenueFinder finder = options.places();
        if (options.dailyBudget() > 0) finder = new Thrifty(finder, options.dailyBudget());
        if (options.attempts() > 1) finder = new Patient(finder, options.patience(), timer, counters.retries());
        if (options.remembered() > 0) finder = new Remembering(finder, options.remembered(), options.expiry(), counters.remembered());
        return finder;
    }

    /** Asks the API through this client and completes {@code result}, whatever the answer. */
    final void enrich(Event event, AsyncHttpClient client, ResultFuture<Event> result) {
        inFlight.incrementAndGet();
        lookup.enrich(event, client)
                .thenAccept(
                        enriched -> {
                            inFlight.decrementAndGet();
                            result.complete(Set.of(enriched));
                        });
    }

    /** The net below the client's own, shorter time-out: as Flink has it, an element that is never completed would fail the job. */
    @Override
    public void timeout(Event event, ResultFuture<Event> result) {
        counters.timeouts().inc();
        result.complete(Set.of(event));
    }

    @Override
    public void close() throws Exception {
        // Null if open() failed before it was made.
        if (timer != null) timer.shutdownNow();
    }
}
