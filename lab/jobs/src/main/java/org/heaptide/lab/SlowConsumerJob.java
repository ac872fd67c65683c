package org.heaptide.lab;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks: an unbounded queue between the operator and a thread that writes its elements out, more slowly than they come. */
public final class SlowConsumerJob {
    private SlowConsumerJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("slow-consumer", arguments);
        var operator = new HandOver(lab.number("consumed-per-second", 10), lab.sizes(1500));
        lab.run(lab.elements("60").map(operator).name("hand-over").uid("hand-over"));
    }

    static final class HandOver extends RichMapFunction<Long, Long> {
        private final int consumedPerSecond;
        private final Sizes sizes;
        private transient BlockingQueue<Audit> pending;
        private transient Thread writer;

        HandOver(int consumedPerSecond, Sizes sizes) {
            this.consumedPerSecond = consumedPerSecond;
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            pending = new LinkedBlockingQueue<>();
            writer = new Thread(this::write, "audit-writer");
            writer.setDaemon(true);
            writer.start();
        }

        @Override
        public Long map(Long order) {
            pending.add(new Audit(order, sizes.of(order))); // culprit
            return order;
        }

        @Override
        public void close() {
            if (writer != null) writer.interrupt();
        }

        private void write() {
            try {
                while (true) {
                    pending.take();
                    Thread.sleep(1000 / consumedPerSecond);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static final class Audit {
        final long order;
        private final byte[] document;

        Audit(long order, int size) {
            this.order = order;
            this.document = new byte[size];
        }
    }
}
