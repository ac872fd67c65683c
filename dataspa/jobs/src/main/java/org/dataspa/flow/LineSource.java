package org.dataspa.flow;

import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/** Where a job's lines come from: a directory that is written to all the time, or a topic of Kafka. The job behind is the same. */
public sealed interface LineSource {
    String USAGE =
            """
              --input DIR [--since ISO-INSTANT|now]        segments of lines; --since leaves out files that were last modified before
              | --brokers HOST:PORT,... --topic NAME       lines of a Kafka topic, from its beginning
            """;

    /** Reads from now on without an end. The operator's name is its uid. */
    DataStreamSource<String> read(StreamExecutionEnvironment env, String name);

    /** @throws IllegalArgumentException where neither or both are named */
    static LineSource parse(ParameterTool given) {
        if (given.has("input") == given.has("brokers")) throw new IllegalArgumentException("Name one source:\n" + USAGE);
        return given.has("input")
                ? new Segments(given.getRequired("input"), instant(given.get("since", "")))
                : new Topic(given.getRequired("brokers"), given.getRequired("topic"));
    }

    /** {@code now}, an instant as ISO 8601, or nothing: the beginning of time. */
    static Instant instant(String since) {
        return switch (since) {
            case "" -> Instant.MIN;
            case "now" -> Instant.now();
            default -> Instant.parse(since);
        };
    }

    /** @param since only files modified at or after this instant are read */
    record Segments(String directory, Instant since) implements LineSource {
        private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(1);

        @Override
        public DataStreamSource<String> read(StreamExecutionEnvironment env, String name) {
            FileSource<String> files =
                    FileSource.forRecordStreamFormat(new TextLineInputFormat(), new Path(directory))
                            .setFileEnumerator(RecentFiles.since(since))
                            .setSplitAssigner(FilesInOrder::new)
                            .monitorContinuously(DISCOVERY_INTERVAL)
                            .build();
            return env.fromSource(files, WatermarkStrategy.noWatermarks(), name);
        }
    }

    /** Offsets are kept in checkpoints; the group exists only so that its lag can be watched. */
    record Topic(String brokers, String name) implements LineSource {
        @Override
        public DataStreamSource<String> read(StreamExecutionEnvironment env, String operator) {
            KafkaSource<String> topic =
                    KafkaSource.<String>builder()
                            .setBootstrapServers(brokers)
                            .setTopics(name)
                            .setGroupId("dataspa-" + operator)
                            .setStartingOffsets(OffsetsInitializer.earliest())
                            .setValueOnlyDeserializer(new SimpleStringSchema())
                            .setProperty("partition.discovery.interval.ms", "30000")
                            .build();
            return env.fromSource(topic, WatermarkStrategy.noWatermarks(), operator);
        }
    }
}
