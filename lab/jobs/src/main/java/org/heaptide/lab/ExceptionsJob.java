package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Benign: a service answers nonsense for a while, and every call is logged with its stack trace. Nothing of it is kept. */
public final class ExceptionsJob {
    private ExceptionsJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("exceptions", arguments);
        var operator = new Parse(lab.number("from", 4000), lab.number("to", 6000));
        lab.run(lab.elements("80").map(operator).name("parse").uid("parse"));
    }

    static final class Parse implements MapFunction<Long, Long> {
        private static final Logger LOG = LoggerFactory.getLogger(Parse.class);

        private final int from;
        private final int to;

        Parse(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public Long map(Long element) {
            String answer = element >= from && element < to ? "<html>" + element : Long.toString(element);
            try {
                return Long.parseLong(answer);
            } catch (NumberFormatException e) {
                LOG.error("The answer to {} is no number", element, e);
                return -1L;
            }
        }
    }
}
