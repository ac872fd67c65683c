package org.heaptide.lab;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * State by a key that does not come again. With {@code --ttl-seconds} it reaches a level, once as much expires as comes; without, it leaks:
 * Flink keeps it for ever, and every checkpoint is larger than the one before.
 */
public final class KeyedStateJob {
    private KeyedStateJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("keyed-state", arguments);
        var operator = new RememberVisits(lab.number("ttl-seconds", 0), lab.sizes(1200));
        lab.run(lab.elements("150").keyBy(visitor -> visitor).process(operator).name("remember-visits").uid("remember-visits"));
    }

    static final class RememberVisits extends KeyedProcessFunction<Long, Long, Long> {
        private final int ttlSeconds;
        private final Sizes sizes;
        private transient ValueState<Visit> visits;

        RememberVisits(int ttlSeconds, Sizes sizes) {
            this.ttlSeconds = ttlSeconds;
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            var descriptor = new ValueStateDescriptor<>("visits", Visit.class);
            if (ttlSeconds > 0) descriptor.enableTimeToLive(expiring());
            visits = getRuntimeContext().getState(descriptor);
        }

        @Override
        public void processElement(Long visitor, Context context, Collector<Long> out) throws Exception {
            Visit visit = new Visit(visitor, sizes.of(visitor)); // culprit
            visits.update(visit); // culprit
            out.collect(visitor);
        }

        private StateTtlConfig expiring() {
            return StateTtlConfig.newBuilder(Duration.ofSeconds(ttlSeconds)).cleanupIncrementally(20, true).build();
        }
    }
}
