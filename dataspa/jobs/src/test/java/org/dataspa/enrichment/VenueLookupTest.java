package org.dataspa.enrichment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;
import org.dataspa.event.Event;
import org.dataspa.event.Venue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real HTTP server that answers what each test says. */
class VenueLookupTest {
    private static final Event JAZZ = new Event("Jazz night", null, null, new Venue("Keller & Co", null, null));
    private static final String FOUND =
            """
            {"results":[{"name":"Keller","latitude":52.5,"longitude":13.4,"location":{"formatted_address":"Am Kanal 3, 10115 Berlin"}}]}""";

    private final AsyncHttpClient client = Dsl.asyncHttpClient();
    private final LookupCounters counters = LookupCounters.in(new UnregisteredMetricsGroup());
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private HttpExchange asked;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        over.countDown();
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aVenueThatIsFoundGivesItsCoordinatesAndAddress() throws Exception {
        answer(200, FOUND);
        assertEquals(new Venue("Keller & Co", "Am Kanal 3, 10115 Berlin", new Venue.Coordinates(52.5, 13.4)), enriched(JAZZ).location());
        assertCounts(1, 0, 0, 0);
    }

    @Test
    void whatTheWebsiteSaidOfTheVenueIsKept() throws Exception {
        answer(200, FOUND);
        Event captured = JAZZ.at(new Venue("Keller", "Backyard", null));
        assertEquals(new Venue("Keller", "Backyard", new Venue.Coordinates(52.5, 13.4)), enriched(captured).location());
    }

    @Test
    void theRequestIsTheOneThatIsDocumented() throws Exception {
        answer(200, FOUND);
        enriched(JAZZ);
        URI uri = asked.getRequestURI();
        assertEquals("/places/search", uri.getPath());
        assertEquals("query=Keller & Co&fields=name,latitude,longitude,location&limit=1", uri.getQuery());
        assertEquals("Bearer secret", asked.getRequestHeaders().getFirst("Authorization"));
        assertEquals("2025-06-17", asked.getRequestHeaders().getFirst("X-Places-Api-Version"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|{\"results\":[]}|1|0",
                "200|{\"results\":[{\"name\":\"Keller\"}]}|1|0",
                "401|{\"message\":\"Invalid request token.\"}|0|1",
                "429|{\"message\":\"Too many requests.\"}|0|1",
                "503|<html>|0|1",
                "200|<html>|0|1",
            })
    void anAnswerWithoutCoordinatesIsCountedAndTheEventComesBackAsItWas(int status, String body, int misses, int failures)
            throws Exception {
        answer(status, body);
        assertEquals(JAZZ, enriched(JAZZ));
        assertCounts(0, misses, failures, 0);
    }

    @Test
    void anAnswerThatDoesNotComeIsATimeout() throws Exception {
        server.createContext("/", exchange -> awaitTheEnd());
        assertEquals(JAZZ, enriched(JAZZ, Duration.ofMillis(200)));
        assertCounts(0, 0, 0, 1);
    }

    @Test
    void anApiThatIsNotThereIsAFailure() throws Exception {
        server.stop(0);
        assertEquals(JAZZ, enriched(JAZZ));
        assertCounts(0, 0, 1, 0);
    }

    @Test
    void anEventWithoutAVenueAsksNobody() throws Exception {
        answer(200, FOUND);
        Event nowhere = new Event("Jazz night", null, null, null);
        assertEquals(nowhere, enriched(nowhere));
        assertNull(asked);
        assertCounts(0, 1, 0, 0);
    }

    private void answer(int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(
                "/",
                exchange -> {
                    asked = exchange;
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Event enriched(Event event) throws Exception {
        return enriched(event, Duration.ofSeconds(10));
    }

    private Event enriched(Event event, Duration timeout) throws Exception {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        var lookup = new VenueLookup(new PlacesApi(url, "secret", "2025-06-17", timeout, ""), counters);
        return lookup.enrich(event, client).get(20, TimeUnit.SECONDS);
    }

    private void assertCounts(long hits, long misses, long failures, long timeouts) {
        assertEquals(hits, counters.hits().getCount(), "hits");
        assertEquals(misses, counters.misses().getCount(), "misses");
        assertEquals(failures, counters.failures().getCount(), "failures");
        assertEquals(timeouts, counters.timeouts().getCount(), "timeouts");
    }
}
