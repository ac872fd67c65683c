package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;

/** Benign: makes much garbage and keeps none of it. Heap used climbs between collections; the live set stays where it is. */
public final class HealthyJob {
    private HealthyJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("healthy", arguments);
        lab.run(lab.elements("1000").map(new ReadSessions()).name("read-sessions").uid("read-sessions"));
    }

    static final class ReadSessions implements MapFunction<Long, Long> {
        @Override
        public Long map(Long visitor) {
            long sum = 0;
            for (int i = 0; i < 10; i++) sum += new Session(visitor + i).firstViewedAt();
            return sum;
        }
    }
}
