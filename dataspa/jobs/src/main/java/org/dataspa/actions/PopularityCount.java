package org.dataspa.actions;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Counts as the actions come: a window's state is six numbers, however many actions it has. */
final class PopularityCount implements AggregateFunction<Action, Popularity, Popularity> {
    @Override
    public Popularity createAccumulator() {
        return Popularity.none();
    }

    @Override
    public Popularity add(Action action, Popularity counts) {
        return counts.with(action.type());
    }

    @Override
    public Popularity getResult(Popularity counts) {
        return counts;
    }

    @Override
    public Popularity merge(Popularity one, Popularity other) {
        return one.plus(other);
    }

    /** Writes the event and the window into the counts. */
    static final class Labelled extends ProcessWindowFunction<Popularity, Popularity, String, TimeWindow> {
        @Override
        public void process(String event, Context context, Iterable<Popularity> counts, Collector<Popularity> labelled) {
            for (Popularity count : counts) labelled.collect(count.of(event, context.window().getStart(), context.window().getEnd()));
        }
    }
}
