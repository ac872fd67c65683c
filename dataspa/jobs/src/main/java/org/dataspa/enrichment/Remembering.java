package org.dataspa.enrichment;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.metrics.Counter;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Venue;

/**
 * Asks once for a venue, also while the answer is under way; venues that nobody knows are remembered too, failures are not. Bounded in number and time.
 */
final class Remembering implements VenueFinder {
    private final VenueFinder api;
    private final Counter remembered;
    private final AsyncCache<String, Optional<Venue>> venues;

    Remembering(VenueFinder api, long most, Duration expiry, Counter remembered) {
        this.api = api;
        this.remembered = remembered;
        // On the caller's thread: the common pool's threads outlive the job and would keep its class loader.
        venues = Caffeine.newBuilder().maximumSize(most).expireAfterWrite(expiry).executor(Runnable::run).buildAsync();
    }

    @Override
    public CompletableFuture<Optional<Venue>> find(AsyncHttpClient client, String venueName) {
        String key = venueName.strip().toLowerCase(Locale.ROOT);
        CompletableFuture<Optional<Venue>> known = venues.getIfPresent(key);
        if (known != null) {
            remembered.inc();
            return known;
        }
        return venues.get(key, (name, unused) -> api.find(client, venueName));
    }
}
