package org.heaptide.lab;

import java.time.Duration;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Leaks: a reminder for each order, a year ahead, which is not taken back when the order is done. Flink keeps its timers as it keeps state. */
public final class WaitingTimerJob {
    private WaitingTimerJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("waiting-timer", arguments);
        lab.run(lab.elements("1500").keyBy(order -> order).process(new Remind()).name("remind").uid("remind"));
    }

    static final class Remind extends KeyedProcessFunction<Long, Long, Long> {
        private static final long YEAR = Duration.ofDays(365).toMillis();

        @Override
        public void processElement(Long order, Context context, Collector<Long> out) {
            var timers = context.timerService();
            timers.registerProcessingTimeTimer(timers.currentProcessingTime() + YEAR); // culprit
            out.collect(order);
        }

        @Override
        public void onTimer(long time, OnTimerContext context, Collector<Long> out) {
            out.collect(context.getCurrentKey());
        }
    }
}
