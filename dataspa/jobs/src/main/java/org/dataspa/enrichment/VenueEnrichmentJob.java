package org.dataspa.enrichment;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Reads captured events from a directory that is written to all the time, looks up the coordinates of those that have none, and writes
 * them all to another directory.
 */
public final class VenueEnrichmentJob {
    private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(1);
    /** How much longer Flink waits than the HTTP client, which normally gives up first and says why. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private VenueEnrichmentJob() {}

    public static void main(String[] arguments) throws Exception {
        EnrichmentOptions options = EnrichmentOptions.parse(arguments);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        options.checkpointInterval().ifPresent(interval -> env.enableCheckpointing(interval.toMillis()));

        DataStream<Event> events = events(env, options);
        DataStream<Event> complete = events.filter(Event::hasCoordinates).name("with-coordinates").uid("with-coordinates");
        DataStream<Event> incomplete =
                events.filter(event -> !event.hasCoordinates()).name("without-coordinates").uid("without-coordinates");

        enriched(incomplete, options).union(complete).sinkTo(files(options.enriched())).name("enriched-events").uid("enriched-events");
        env.execute(options.name());
    }

    private static DataStream<Event> events(StreamExecutionEnvironment env, EnrichmentOptions options) {
        FileSource<String> files =
                FileSource.forRecordStreamFormat(new TextLineInputFormat(), new Path(options.events()))
                        .setFileEnumerator(RecentFiles.since(options.since()))
                        .monitorContinuously(DISCOVERY_INTERVAL)
                        .build();
        return env.fromSource(files, WatermarkStrategy.noWatermarks(), "events")
                .uid("events")
                .flatMap(new EventJson.Parser())
                .name("parse-events")
                .uid("parse-events");
    }

    private static DataStream<Event> enriched(DataStream<Event> events, EnrichmentOptions options) {
        VenueEnrichment enrichment =
                switch (options.client()) {
                    case SHARED -> new SharedClient(options.places());
                    case PER_CALL -> new ClientPerCall(options.places());
                };
        long timeout = options.places().timeout().plus(GRACE).toMillis();
        SingleOutputStreamOperator<Event> enriched =
                options.ordered()
                        ? AsyncDataStream.orderedWait(events, enrichment, timeout, TimeUnit.MILLISECONDS, options.capacity())
                        : AsyncDataStream.unorderedWait(events, enrichment, timeout, TimeUnit.MILLISECONDS, options.capacity());
        return enriched.name("enrich-venues").uid("enrich-venues");
    }

    /** Without checkpoints a file is never finished, but its lines can be read all the same. */
    private static FileSink<Event> files(String directory) {
        return FileSink.forRowFormat(new Path(directory), new EventJson.LineEncoder())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .build();
    }
}
