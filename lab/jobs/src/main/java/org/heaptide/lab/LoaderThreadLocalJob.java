package org.heaptide.lab;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.heaptide.library.SharedPool;

/** Leaks once for each submission: a thread of a library's pool, which outlives the job, keeps an object of the job in a ThreadLocal. */
public final class LoaderThreadLocalJob {
    private LoaderThreadLocalJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("loader-thread-local", arguments);
        lab.run(lab.elements("20").map(new PrepareStatements()).name("prepare-statements").uid("prepare-statements"));
    }

    static final class PrepareStatements extends RichMapFunction<Long, Long> {
        private static final ThreadLocal<Statement> STATEMENT = new ThreadLocal<>();

        @Override
        public void open(OpenContext context) throws Exception {
            SharedPool.workers().submit(() -> STATEMENT.set(new Statement())).get(); // culprit
        }

        @Override
        public Long map(Long row) {
            return row;
        }
    }

    /** Its class has the loader that has the ThreadLocal: the thread's entry never becomes stale. */
    static final class Statement {
        final byte[] plan = new byte[10_000];
    }
}
