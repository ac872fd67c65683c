package org.heaptide.lab;

import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks: a metric group for each user. Flink detaches metric groups only when the task ends. */
public final class MetricPerKeyJob {
    private MetricPerKeyJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("metric-per-key", arguments);
        lab.run(lab.elements("30").map(new CountVisits()).name("count-visits").uid("count-visits"));
    }

    static final class CountVisits extends RichMapFunction<Long, Long> {
        @Override
        public Long map(Long user) {
            getRuntimeContext().getMetricGroup().addGroup("user", "user-" + user).counter("visits").inc(); // culprit
            return user;
        }
    }
}
