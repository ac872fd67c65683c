package org.heaptide.lab;

import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Leaks: rules that reach every task by broadcast, each under a number of its own, while the ones before it are never taken out. */
public final class BroadcastRuleJob {
    private BroadcastRuleJob() {}

    private static final MapStateDescriptor<Long, Rule> RULES = new MapStateDescriptor<>("rules", Long.class, Rule.class);

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("broadcast-rule", arguments);
        var elements = lab.elements("300");
        var rules = elements.filter(number -> number % 5 == 0).name("rules").uid("rules").broadcast(RULES);
        lab.run(elements.connect(rules).process(new ApplyRules(lab.sizes(2500))).name("apply-rules").uid("apply-rules"));
    }

    static final class ApplyRules extends BroadcastProcessFunction<Long, Long, Long> {
        private final Sizes sizes;

        ApplyRules(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void processElement(Long payment, ReadOnlyContext context, Collector<Long> out) {
            out.collect(payment);
        }

        @Override
        public void processBroadcastElement(Long number, Context context, Collector<Long> out) throws Exception {
            context.getBroadcastState(RULES).put(number, new Rule(number, sizes.of(number))); // culprit
        }
    }

    static final class Rule {
        final long number;
        private final byte[] condition;

        Rule(long number, int size) {
            this.number = number;
            this.condition = new byte[size];
        }
    }
}
