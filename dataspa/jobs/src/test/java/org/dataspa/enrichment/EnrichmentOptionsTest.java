package org.dataspa.enrichment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EnrichmentOptionsTest {
    @Test
    void whatIsNotGivenHasADefaultThatDoesNotLeak() {
        EnrichmentOptions options = parse();
        assertEquals("venue-enrichment", options.settings().name());
        assertEquals(EnrichmentOptions.ClientVariant.SHARED, options.client());
        assertEquals(Instant.MIN, options.since());
        assertEquals(Optional.of(Duration.ofSeconds(10)), options.settings().checkpointInterval());
        assertEquals(new PlacesApi("http://127.0.0.1:1", "k", "2025-06-17", Duration.ofSeconds(5), ""), options.lookups().places());
    }

    @Test
    void whatIsGivenCounts() {
        EnrichmentOptions options =
                parse("--client", "per-call", "--since", "2026-05-01T00:00:00Z", "--checkpoint-interval", "off", "--order", "ordered");
        assertEquals(EnrichmentOptions.ClientVariant.PER_CALL, options.client());
        assertEquals(Instant.parse("2026-05-01T00:00:00Z"), options.since());
        assertEquals(Optional.empty(), options.settings().checkpointInterval());
        assertTrue(options.ordered());
    }

    @Test
    void anUnknownArgumentIsNamed() {
        assertTrue(refusal("--clinet", "shared").contains("clinet"));
    }

    @Test
    void anUnknownVariantIsNamed() {
        assertTrue(refusal("--client", "pooled").contains("pooled"));
    }

    @Test
    void aMissingArgumentIsNamed() {
        var refused = assertThrows(RuntimeException.class, () -> EnrichmentOptions.parse(new String[] {"--events", "in"}));
        assertTrue(refused.getMessage().contains("enriched"), refused.getMessage());
    }

    private static String refusal(String... more) {
        return assertThrows(IllegalArgumentException.class, () -> parse(more)).getMessage();
    }

    private static EnrichmentOptions parse(String... more) {
        Stream<String> required =
                Stream.of("--events", "in", "--enriched", "out", "--places-url", "http://127.0.0.1:1/", "--places-key", "k");
        return EnrichmentOptions.parse(Stream.concat(required, Stream.of(more)).toArray(String[]::new));
    }
}
