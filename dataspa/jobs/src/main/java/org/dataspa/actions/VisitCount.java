package org.dataspa.actions;

import org.apache.flink.api.common.functions.AggregateFunction;

/** Sessions grow together when an action falls between them: so their counts must add up. */
final class VisitCount implements AggregateFunction<Action, Visit, Visit> {
    @Override
    public Visit createAccumulator() {
        return Visit.none();
    }

    @Override
    public Visit add(Action action, Visit visit) {
        return visit.with(action);
    }

    @Override
    public Visit getResult(Visit visit) {
        return visit;
    }

    @Override
    public Visit merge(Visit one, Visit other) {
        return one.plus(other);
    }
}
