package org.dataspa.enrichment;

import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;
import org.dataspa.event.Event;

/**
 * The version with the leak. It reads well, passes every test, and enriches every event; but a client is a timer, a pool of threads and
 * their selectors, which live until somebody closes it.
 */
final class ClientPerCall extends VenueEnrichment {
    ClientPerCall(LookupOptions lookups) {
        super(lookups);
    }

    @Override
    public void asyncInvoke(Event event, ResultFuture<Event> result) {
        AsyncHttpClient client = Dsl.asyncHttpClient();
        enrich(event, client, result);
    }
}
