package org.heaptide.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks: a ThreadLocal of the threads of a pool, that is added to for each piece of work and never cleared between two. */
public final class ThreadLocalJob {
    private ThreadLocalJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("thread-local", arguments);
        lab.run(lab.elements("150").map(new TraceCalls(lab.sizes(1400))).name("trace-calls").uid("trace-calls"));
    }

    static final class TraceCalls extends RichMapFunction<Long, Long> {
        private static final ThreadLocal<List<Span>> SPANS = ThreadLocal.withInitial(ArrayList::new);

        private final Sizes sizes;
        private transient ExecutorService pool;

        TraceCalls(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            pool = Executors.newFixedThreadPool(2);
        }

        @Override
        public Long map(Long call) throws Exception {
            return pool.submit(() -> trace(call)).get();
        }

        @Override
        public void close() {
            if (pool != null) pool.shutdownNow();
        }

        private long trace(long call) {
            Span span = new Span(call, sizes.of(call)); // culprit
            SPANS.get().add(span); // culprit
            return span.call;
        }
    }

    static final class Span {
        final long call;
        private final byte[] attributes;

        Span(long call, int size) {
            this.call = call;
            this.attributes = new byte[size];
        }
    }
}
