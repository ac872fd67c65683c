package org.dataspa.enrichment;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;
import org.dataspa.event.Event;

/** The fixed version: one client for each subtask, closed when the subtask ends. */
final class SharedClient extends VenueEnrichment {
    private transient AsyncHttpClient client;

    SharedClient(LookupOptions lookups) {
        super(lookups);
    }

    @Override
    public void open(OpenContext context) throws Exception {
        super.open(context);
        client = Dsl.asyncHttpClient();
    }

    @Override
    public void asyncInvoke(Event event, ResultFuture<Event> result) {
        enrich(event, client, result);
    }

    @Override
    public void close() throws Exception {
        super.close();
        // Null if open() failed before it was made.
        if (client != null) client.close();
    }
}
