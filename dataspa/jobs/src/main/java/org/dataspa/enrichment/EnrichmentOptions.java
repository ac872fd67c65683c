package org.dataspa.enrichment;

import java.time.Instant;
import org.apache.flink.util.ParameterTool;
import org.apache.flink.util.TimeUtils;
import org.dataspa.flow.JobSettings;
import org.dataspa.flow.LineSource;

/**
 * What the command line of {@link VenueEnrichmentJob} says. Durations read {@code 5s}, {@code 500ms}, {@code 2min}.
 *
 * @param since only files modified at or after this instant are read; {@link Instant#MIN} for all
 * @param capacity lookups in flight per subtask
 */
record EnrichmentOptions(
        JobSettings settings,
        String events,
        Instant since,
        String enriched,
        ClientVariant client,
        LookupOptions lookups,
        boolean ordered,
        int capacity) {

    static final String USAGE =
            """
            --events DIR --enriched DIR --places-url URL --places-key KEY
              [--client shared|per-call]      shared: one HTTP client per subtask; per-call: one per element, which leaks
              [--places-version 2025-06-17]   X-Places-Api-Version
              [--places-near "Leipzig, DE"]   where to look; by default anywhere
              [--timeout 5s]                  of one request
              [--attempts 3]                  requests for one venue, where the API says 429 or 5xx or nothing
              [--daily-budget 0]              requests a day and subtask; 0: no limit
              [--remember-venues 0]           venues kept in memory per subtask; 0: every event is looked up
              [--remember-for 1d]             how long
              [--capacity 100]                lookups in flight per subtask
              [--order unordered|ordered]     of the output
              [--since ISO-INSTANT|now]       leaves out files that were last modified before
            """
                    + JobSettings.USAGE;

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
                        JobSettings.parse(given, "venue-enrichment"),
                        given.getRequired("events"),
                        LineSource.instant(given.get("since", "")),
                        given.getRequired("enriched"),
                        client(given.get("client", "shared")),
                        lookups(given),
                        ordered(given.get("order", "unordered")),
                        given.getInt("capacity", 100));
        JobSettings.refuseUnknown(given, USAGE);
        return options;
    }

    private static LookupOptions lookups(ParameterTool given) {
        var places =
                new PlacesApi(
                        given.getRequired("places-url").replaceAll("/+$", ""),
                        given.getRequired("places-key"),
                        given.get("places-version", "2025-06-17"),
                        TimeUtils.parseDuration(given.get("timeout", "5s")),
                        given.get("places-near", ""));
        return new LookupOptions(
                places,
                given.getInt("attempts", 3),
                given.getLong("remember-venues", 0),
                TimeUtils.parseDuration(given.get("remember-for", "1d")),
                given.getLong("daily-budget", 0));
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

    private static IllegalArgumentException wrong(String argument, String value) {
        return new IllegalArgumentException("--" + argument + " is \"" + value + "\". Known are:\n" + USAGE);
    }
}
