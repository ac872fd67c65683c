package org.heaptide.lab;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Benign: reference data that nearly fills the heap from the start, and much garbage beside it. The heap is too small; nothing grows. */
public final class FullHeapJob {
    private FullHeapJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("full-heap", arguments);
        lab.run(lab.elements("300").map(new Enrich(lab.number("mebibytes", 40))).name("enrich").uid("enrich"));
    }

    static final class Enrich extends RichMapFunction<Long, Long> {
        private final int mebibytes;
        private transient List<byte[]> reference;

        Enrich(int mebibytes) {
            this.mebibytes = mebibytes;
        }

        @Override
        public void open(OpenContext context) {
            reference = new ArrayList<>();
            for (int i = 0; i < mebibytes * 100; i++) reference.add(new byte[10_486]);
        }

        @Override
        public Long map(Long element) {
            byte[] garbage = new byte[20_000];
            return (long) garbage.length + reference.size();
        }
    }
}
