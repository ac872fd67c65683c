package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaks: a logger of its own for each customer. The logging library keeps every logger that was ever asked for. */
public final class LoggerPerKeyJob {
    private LoggerPerKeyJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("logger-per-key", arguments);
        lab.run(lab.elements("200").map(new Bill()).name("bill").uid("bill"));
    }

    static final class Bill implements MapFunction<Long, Long> {
        @Override
        public Long map(Long customer) {
            Logger log = LoggerFactory.getLogger("billing.customer-" + customer); // culprit
            log.debug("billed");
            return customer;
        }
    }
}
