package org.dataspa.processing;

import java.time.Duration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.apache.flink.util.TimeUtils;
import org.dataspa.event.Event;
import org.dataspa.flow.JobSettings;
import org.dataspa.flow.JsonFiles;
import org.dataspa.flow.LineSource;

/** Captured lines to events: read, checked, each one once; and a ledger of what became of every record. */
public final class EventProcessingJob {
    private static final String USAGE =
            LineSource.USAGE
                    + """
                      --processed DIR                              new and changed events
                      --ledger DIR                                 what became of each record
                      --dead-letters DIR                           lines that were refused
                      [--remember 45d]                             an event not seen for so long is new again
                    """
                    + JobSettings.USAGE;

    private EventProcessingJob() {}

    public static void main(String[] arguments) throws Exception {
        ParameterTool given = ParameterTool.fromArgs(arguments);
        JobSettings settings = JobSettings.parse(given, "event-processing");
        LineSource source = LineSource.parse(given);
        String processed = given.getRequired("processed");
        String ledger = given.getRequired("ledger");
        String deadLetters = given.getRequired("dead-letters");
        Duration remember = TimeUtils.parseDuration(given.get("remember", "45d"));
        JobSettings.refuseUnknown(given, USAGE);

        StreamExecutionEnvironment env = settings.environment();
        SingleOutputStreamOperator<Event> valid =
                source.read(env, "captured-events")
                        .uid("captured-events")
                        .process(new Validation())
                        .name("validate-events")
                        .uid("validate-events");
        SingleOutputStreamOperator<Event> fresh =
                valid.keyBy(Event::id).process(new Deduplication(remember)).name("deduplicate-events").uid("deduplicate-events");

        fresh.sinkTo(JsonFiles.in(processed)).name("processed-events").uid("processed-events");
        fresh.getSideOutput(Deduplication.OUTCOMES)
                .union(valid.getSideOutput(Validation.OUTCOMES))
                .sinkTo(JsonFiles.in(ledger))
                .name("ledger")
                .uid("ledger");
        valid.getSideOutput(Validation.DEAD_LETTERS).sinkTo(JsonFiles.in(deadLetters)).name("dead-letters").uid("dead-letters");
        env.execute(settings.name());
    }
}
