package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;

/** Leaks in the JobManager, once for each submission: main, which runs there, starts a thread that watches a configuration and never ends it. */
public final class ManagerThreadJob {
    private ManagerThreadJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("manager-thread", arguments);
        Thread watcher = new Thread(new ConfigurationWatcher(), "configuration-watcher"); // culprit
        watcher.setDaemon(true);
        watcher.start(); // culprit
        lab.run(lab.elements("20").map(new PassOn()).name("pass-on").uid("pass-on"));
    }

    static final class PassOn implements MapFunction<Long, Long> {
        @Override
        public Long map(Long element) {
            return element;
        }
    }

    static final class ConfigurationWatcher implements Runnable {
        @Override
        public void run() {
            try {
                while (true) Thread.sleep(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
