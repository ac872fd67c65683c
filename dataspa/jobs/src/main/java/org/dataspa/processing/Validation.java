package org.dataspa.processing;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.dataspa.event.Event;
import org.dataspa.event.EventJson;

/** Lines to events. What is no event, or breaks a rule, goes to the dead letters with its reason, and into the ledger. */
final class Validation extends ProcessFunction<String, Event> {
    static final OutputTag<Outcome> OUTCOMES = new OutputTag<>("rejected") {};
    static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("dead-letters") {};

    private transient SourceQuality quality;

    @Override
    public void open(OpenContext context) {
        quality = new SourceQuality(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(String line, Context context, Collector<Event> events) {
        if (line.length() > Rules.LONGEST_LINE) {
            refuse(Outcome.unreadable("line too long"), line.substring(0, 1024), context);
            return;
        }
        try {
            Event event = EventJson.read(line);
            Optional<String> violation = Rules.violation(event);
            if (violation.isEmpty()) events.collect(event);
            else refuse(Outcome.rejected(event, violation.get()), line, context);
        } catch (JsonProcessingException e) {
            refuse(Outcome.unreadable("not an event"), line, context);
        }
    }

    private void refuse(Outcome outcome, String line, Context context) {
        quality.count(outcome);
        context.output(OUTCOMES, outcome);
        context.output(DEAD_LETTERS, new DeadLetter(outcome.reason(), outcome.processedAt(), line));
    }
}
