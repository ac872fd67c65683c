package org.dataspa.actions;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;

/** Lets each action pass once, keyed by its id: an app that got no answer sends it again. */
final class FirstOnly extends RichFilterFunction<Action> {
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private transient ValueState<Boolean> seen;
    private transient Counter repeated;

    @Override
    public void open(OpenContext context) {
        var descriptor = new ValueStateDescriptor<>("seen", Boolean.class);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(REMEMBERED).cleanupIncrementally(10, false).build());
        seen = getRuntimeContext().getState(descriptor);
        repeated = getRuntimeContext().getMetricGroup().counter("repeatedActions");
    }

    @Override
    public boolean filter(Action action) throws Exception {
        if (seen.value() != null) {
            repeated.inc();
            return false;
        }
        seen.update(true);
        return true;
    }
}
