package org.dataspa.enrichment;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.util.ParameterTool;
import org.apache.flink.util.TimeUtils;

/**
 * What the command line of {@link VenueEnrichmentJob} says. Durations read {@code 5s}, {@code 500ms}, {@code 2min}.
 *
 * @param since only files modified at or after this instant are read; {@link Instant#MIN} for all
 * @param capacity lookups in flight per subtask
 * @param checkpointInterval empty: no checkpoints
 */
record EnrichmentOptions(
        String name,
        String events,
        Instant since,
        String enriched,
        ClientVariant client,
        PlacesApi places,
        boolean ordered,
        int capacity,
        Optional<Duration> checkpointInterval) {

    static final String USAGE =
            """
            --events DIR --enriched DIR --places-url URL --places-key KEY
              [--client shared|per-call]      shared: one HTTP client per subtask; per-call: one per element, which leaks
              [--places-version 2025-06-17]   X-Places-Api-Version
              [--timeout 5s]                  of one lookup
              [--capacity 100]                lookups in flight per subtask
              [--order unordered|ordered]     of the output
              [--since ISO-INSTANT|now]       leaves out files that were last modified before
              [--checkpoint-interval 10s|off]
              [--name venue-enrichment]       of the job
            """;

    enum ClientVariant {
        SHARED,
        PER_CALL
    }

    /**
     * @throws IllegalArgumentException which names the argument that is missing, unknown or wrong
     */
    static EnrichmentOptions parse(String[] arguments) {
        ParameterTool given = ParameterTool.fromArgs(arguments);
        var options =
                new EnrichmentOptions(
                        given.get("name", "venue-enrichment"),
                        given.getRequired("events"),
                        instant(given.get("since", "")),
                        given.getRequired("enriched"),
                        client(given.get("client", "shared")),
                        new PlacesApi(
                                given.getRequired("places-url").replaceAll("/+$", ""),
                                given.getRequired("places-key"),
                                given.get("places-version", "2025-06-17"),
                                TimeUtils.parseDuration(given.get("timeout", "5s"))),
                        ordered(given.get("order", "unordered")),
                        given.getInt("capacity", 100),
                        interval(given.get("checkpoint-interval", "10s")));
        if (!given.getUnrequestedParameters().isEmpty()) {
            throw new IllegalArgumentException("Unknown: " + given.getUnrequestedParameters() + ". Known are:\n" + USAGE);
        }
        return options;
    }

    private static Instant instant(String since) {
        return switch (since) {
            case "" -> Instant.MIN;
            case "now" -> Instant.now();
            default -> Instant.parse(since);
        };
    }

    private static ClientVariant client(String variant) {
        return switch (variant) {
            case "shared" -> ClientVariant.SHARED;
            case "per-call" -> ClientVariant.PER_CALL;
            default -> throw wrong("client", variant);
        };
    }

    private static boolean ordered(String order) {
        return switch (order) {
            case "ordered" -> true;
            case "unordered" -> false;
            default -> throw wrong("order", order);
        };
    }

    private static Optional<Duration> interval(String interval) {
        return interval.equals("off") ? Optional.empty() : Optional.of(TimeUtils.parseDuration(interval));
    }

    private static IllegalArgumentException wrong(String argument, String value) {
        return new IllegalArgumentException("--" + argument + " is \"" + value + "\". Known are:\n" + USAGE);
    }
}
