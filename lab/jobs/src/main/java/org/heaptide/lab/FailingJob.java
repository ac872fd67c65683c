package org.heaptide.lab;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Benign: fails every so many elements and is restarted by Flink. What it has collected until then is gone with each attempt. */
public final class FailingJob {
    private FailingJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("failing", arguments);
        lab.run(lab.elements("200").map(new Count(lab.number("fails-after", 5000), lab.sizes(1000))).name("count").uid("count"));
    }

    static final class Count extends RichMapFunction<Long, Long> {
        private final int failsAfter;
        private final Sizes sizes;
        private transient Map<Long, byte[]> counted;

        Count(int failsAfter, Sizes sizes) {
            this.failsAfter = failsAfter;
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            counted = new HashMap<>();
        }

        @Override
        public Long map(Long element) {
            counted.put(element, new byte[sizes.of(element)]);
            if (counted.size() >= failsAfter) throw new IllegalStateException("the database went away");
            return element;
        }
    }
}
