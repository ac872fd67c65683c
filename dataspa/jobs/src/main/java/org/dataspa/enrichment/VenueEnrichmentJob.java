package org.dataspa.enrichment;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.dataspa.event.Event;
import org.dataspa.event.EventJson;
import org.dataspa.flow.JsonFiles;
import org.dataspa.flow.LineSource;

/**
 * Reads events from a directory that is written to all the time, looks up the coordinates of those that have none, and writes
 * them all to another directory.
 */
public final class VenueEnrichmentJob {
    /** How much longer Flink waits than the lookup, which normally gives up first and says why. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private VenueEnrichmentJob() {}

    public static void main(String[] arguments) throws Exception {
        EnrichmentOptions options = EnrichmentOptions.parse(arguments);
        StreamExecutionEnvironment env = options.settings().environment();

        DataStream<Event> events =
                new LineSource.Segments(options.events(), options.since())
                        .read(env, "events")
                        .uid("events")
                        .flatMap(new EventJson.Parser())
                        .name("parse-events")
                        .uid("parse-events");
        DataStream<Event> complete = events.filter(Event::hasCoordinates).name("with-coordinates").uid("with-coordinates");
        DataStream<Event> incomplete =
                events.filter(event -> !event.hasCoordinates()).name("without-coordinates").uid("without-coordinates");

        enriched(incomplete, options)
                .union(complete)
                .sinkTo(JsonFiles.in(options.enriched()))
                .name("enriched-events")
                .uid("enriched-events");
        env.execute(options.settings().name());
    }

    private static DataStream<Event> enriched(DataStream<Event> events, EnrichmentOptions options) {
        VenueEnrichment enrichment =
                switch (options.client()) {
                    case SHARED -> new SharedClient(options.lookups());
                    case PER_CALL -> new ClientPerCall(options.lookups());
                };
        long timeout = options.lookups().longest().plus(GRACE).toMillis();
        SingleOutputStreamOperator<Event> enriched =
                options.ordered()
                        ? AsyncDataStream.orderedWait(events, enrichment, timeout, TimeUnit.MILLISECONDS, options.capacity())
                        : AsyncDataStream.unorderedWait(events, enrichment, timeout, TimeUnit.MILLISECONDS, options.capacity());
        return enriched.name("enrich-venues").uid("enrich-venues");
    }
}
