package org.dataspa.enrichment;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Venue;

/** Looks a venue up by its name. What is wrapped around the API (patience, memory, thrift) is one of these too. */
interface VenueFinder {
    /** @return empty where no venue has that name; fails where nobody knows */
    CompletableFuture<Optional<Venue>> find(AsyncHttpClient client, String venueName);
}
