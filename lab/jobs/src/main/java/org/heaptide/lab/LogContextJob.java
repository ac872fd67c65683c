package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;
import org.slf4j.MDC;

/** Leaks: a key of its own for each element in the logging context of the task's thread, never removed. */
public final class LogContextJob {
    private LogContextJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("log-context", arguments);
        lab.run(lab.elements("40").map(new Audit(lab.sizes(8000))).name("audit").uid("audit"));
    }

    static final class Audit implements MapFunction<Long, Long> {
        private final Sizes sizes;

        Audit(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public Long map(Long request) {
            String body = "x".repeat(sizes.of(request)); // culprit
            MDC.put("request-" + request, body); // culprit
            return (long) body.length();
        }
    }
}
