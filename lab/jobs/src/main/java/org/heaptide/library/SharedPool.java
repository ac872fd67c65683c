package org.heaptide.library;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A library in Flink's lib folder whose threads work for every job, one after the other. */
public final class SharedPool {
    private static final ExecutorService WORKERS = Executors.newFixedThreadPool(2, SharedPool::worker);

    private SharedPool() {}

    public static ExecutorService workers() {
        return WORKERS;
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work, "shared-pool-worker");
        thread.setDaemon(true);
        thread.setContextClassLoader(SharedPool.class.getClassLoader());
        return thread;
    }
}
