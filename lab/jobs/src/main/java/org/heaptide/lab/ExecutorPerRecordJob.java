package org.heaptide.lab;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: an executor for each element, never shut down; its one thread waits for more work for ever. */
public final class ExecutorPerRecordJob {
    private ExecutorPerRecordJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("executor-per-record", arguments);
        lab.run(lab.elements("4").map(new ResizeImages()).name("resize-images").uid("resize-images"));
    }

    static final class ResizeImages implements MapFunction<Long, Long> {
        @Override
        public Long map(Long image) throws Exception {
            ExecutorService executor = Executors.newFixedThreadPool(1); // culprit
            return executor.submit(() -> image * 2).get(); // culprit
        }
    }
}
