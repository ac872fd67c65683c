package org.heaptide.lab;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Benign: a batch that collects all its elements and ends. It is submitted again and again; between two of them everything is released. */
public final class BatchJob {
    private BatchJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("batch", arguments);
        var rows = lab.elements("1000", lab.number("rows", 25_000));
        lab.run(rows.map(new CollectRows(lab.sizes(1200))).name("collect-rows").uid("collect-rows"));
    }

    static final class CollectRows extends RichMapFunction<Long, Long> {
        private final Sizes sizes;
        private transient List<byte[]> rows;

        CollectRows(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            rows = new ArrayList<>();
        }

        @Override
        public Long map(Long row) {
            rows.add(new byte[sizes.of(row)]);
            return (long) rows.size();
        }
    }
}
