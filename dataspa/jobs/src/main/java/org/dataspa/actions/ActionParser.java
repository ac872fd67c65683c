package org.dataspa.actions;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** Lines to actions and ticks; other lines are counted and left out, the API has refused them before. */
final class ActionParser extends RichFlatMapFunction<String, Action> {
    private transient Counter malformed;

    @Override
    public void open(OpenContext context) {
        malformed = getRuntimeContext().getMetricGroup().counter("malformedActions");
    }

    @Override
    public void flatMap(String line, Collector<Action> actions) {
        Action.read(line).ifPresentOrElse(actions::collect, malformed::inc);
    }
}
