package org.heaptide.lab;

import java.util.Timer;
import java.util.TimerTask;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: a timer for each element, with a task that repeats itself for ever. */
public final class TimerPerRecordJob {
    private TimerPerRecordJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("timer-per-record", arguments);
        lab.run(lab.elements("4").map(new PollOrders()).name("poll-orders").uid("poll-orders"));
    }

    static final class PollOrders implements MapFunction<Long, Long> {
        @Override
        public Long map(Long order) {
            new Timer("poll-" + order, true).schedule(new Poll(order), 30_000, 30_000); // culprit
            return order;
        }
    }

    static final class Poll extends TimerTask {
        private final long order;
        private long polled;

        Poll(long order) {
            this.order = order;
        }

        @Override
        public void run() {
            polled += order;
        }
    }
}
