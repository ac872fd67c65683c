package org.dataspa.processing;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.dataspa.event.Event;
import org.dataspa.event.EventJson;

/**
 * Lets an event pass when it is new or has changed. A site lists the same event night after night: that is a duplicate. The same record again is a capture that was
 * interrupted and published once more: it is in the ledger already and leaves no trace.
 *
 * <p>State per event: some 100 bytes, until it was not seen for the time to live.
 */
final class Deduplication extends KeyedProcessFunction<String, Event, Event> {
    static final OutputTag<Outcome> OUTCOMES = new OutputTag<>("outcomes") {};

    /**
     * @param content hash of the event without its provenance
     * @param record the last one seen
     */
    public record Seen(int content, String record) {}

    private final Duration timeToLive;
    private transient ValueState<Seen> state;
    private transient SourceQuality quality;
    private transient Counter redelivered;

    Deduplication(Duration timeToLive) {
        this.timeToLive = timeToLive;
    }

    @Override
    public void open(OpenContext context) {
        var descriptor = new ValueStateDescriptor<>("seen", Seen.class);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(timeToLive).cleanupIncrementally(10, false).build());
        state = getRuntimeContext().getState(descriptor);
        quality = new SourceQuality(getRuntimeContext().getMetricGroup());
        redelivered = getRuntimeContext().getMetricGroup().counter("redelivered");
    }

    @Override
    public void processElement(Event event, Context context, Collector<Event> events) throws Exception {
        Seen before = state.value();
        Seen now = new Seen(content(event), event.capture().record());
        if (before != null && before.record().equals(now.record())) {
            redelivered.inc();
            return;
        }
        state.update(now);
        boolean duplicate = before != null && before.content() == now.content();
        Outcome outcome = duplicate ? Outcome.duplicate(event) : Outcome.processed(event, before != null);
        quality.count(outcome);
        context.output(OUTCOMES, outcome);
        if (!duplicate) events.collect(event);
    }

    /** Of the JSON: a record's own hash may differ from one JVM to the next, that of a string does not. */
    private static int content(Event event) throws JsonProcessingException {
        return EventJson.write(event.captured(null)).hashCode();
    }
}
