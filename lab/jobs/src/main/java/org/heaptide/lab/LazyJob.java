package org.heaptide.lab;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Benign: a model that is loaded piece by piece when the first elements need it, late and over a while. Then it is complete. */
public final class LazyJob {
    private LazyJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("lazy", arguments);
        lab.run(lab.elements("100").map(new Predict(lab.number("parts", 2500))).name("predict").uid("predict"));
    }

    static final class Predict extends RichMapFunction<Long, Long> {
        private static final int PART = 10_000;

        private final int parts;
        private transient List<byte[]> model;

        Predict(int parts) {
            this.parts = parts;
        }

        @Override
        public Long map(Long element) {
            if (model == null) model = new ArrayList<>(parts);
            // The first 3000 elements do without.
            if (element > 3000 && model.size() < parts) model.add(new byte[PART]);
            return (long) model.size();
        }
    }
}
