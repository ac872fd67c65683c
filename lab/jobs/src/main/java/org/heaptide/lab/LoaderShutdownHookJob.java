package org.heaptide.lab;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks once for each submission: a shutdown hook of the JVM that is not removed when the job ends. */
public final class LoaderShutdownHookJob {
    private LoaderShutdownHookJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("loader-shutdown-hook", arguments);
        lab.run(lab.elements("20").map(new FlushOnExit()).name("flush-on-exit").uid("flush-on-exit"));
    }

    static final class FlushOnExit extends RichMapFunction<Long, Long> {
        private long seen;

        @Override
        public void open(OpenContext context) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::flush, "flush-on-exit")); // culprit
        }

        @Override
        public Long map(Long element) {
            return ++seen;
        }

        private void flush() {
            System.out.println(seen);
        }
    }
}
