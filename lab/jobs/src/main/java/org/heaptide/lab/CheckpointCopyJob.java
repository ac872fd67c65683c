package org.heaptide.lab;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Leaks: a copy of the stock at each checkpoint, to go back to if it fails, and kept when it does not. Elements have no part in it. */
public final class CheckpointCopyJob {
    private CheckpointCopyJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("checkpoint-copy", arguments);
        var operator = new CountStock(lab.number("articles", 100_000));
        lab.run(lab.elements("100").map(operator).name("count-stock").uid("count-stock"));
    }

    static final class CountStock extends RichMapFunction<Long, Long> implements CheckpointedFunction {
        private final int articles;
        private transient long[] stock;
        private transient List<Copy> copies;

        CountStock(int articles) {
            this.articles = articles;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {
            stock = new long[articles];
            copies = new ArrayList<>();
        }

        @Override
        public Long map(Long sale) {
            stock[(int) (sale % articles)]--;
            return sale;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            copies.add(new Copy(context.getCheckpointId(), stock.clone())); // culprit
        }
    }

    static final class Copy {
        final long checkpoint;
        final long[] stock;

        Copy(long checkpoint, long[] stock) {
            this.checkpoint = checkpoint;
            this.stock = stock;
        }
    }
}
