package org.dataspa.flow;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.apache.flink.util.TimeUtils;

/**
 * What every job of the platform is told alike.
 *
 * @param checkpointInterval empty: no checkpoints
 * @param checkpoints where they are kept, also after the job or the whole cluster has ended; empty: as the cluster is configured
 */
public record JobSettings(String name, Optional<Duration> checkpointInterval, Optional<String> checkpoints) {
    public static final String USAGE =
            """
              [--name JOB]                                 of the job
              [--checkpoint-interval 10s|off]
              [--checkpoints DIR]                          kept when the job is cancelled, to go on from
            """;

    public static JobSettings parse(ParameterTool given, String name) {
        String interval = given.get("checkpoint-interval", "10s");
        return new JobSettings(
                given.get("name", name),
                interval.equals("off") ? Optional.empty() : Optional.of(TimeUtils.parseDuration(interval)),
                Optional.ofNullable(given.get("checkpoints")));
    }

    /** A failed job tries again for ever, at most 10 s later: what it waits for is usually a TaskManager. */
    public StreamExecutionEnvironment environment() {
        Configuration settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(10));
        checkpointInterval.ifPresent(interval -> settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval));
        checkpoints.ifPresent(
                directory -> {
                    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
                    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory);
                    settings.set(
                            CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                            ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
                });
        return StreamExecutionEnvironment.getExecutionEnvironment(settings);
    }

    /** @throws IllegalArgumentException that names what was given and is not known */
    public static void refuseUnknown(ParameterTool given, String usage) {
        if (given.getUnrequestedParameters().isEmpty()) return;
        throw new IllegalArgumentException("Unknown: " + given.getUnrequestedParameters() + ". Known are:\n" + usage);
    }
}
