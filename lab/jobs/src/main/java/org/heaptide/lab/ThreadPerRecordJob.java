package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: a thread for each element that never ends. Heap hardly moves; the number of threads and the memory outside of the heap do. */
public final class ThreadPerRecordJob {
    private ThreadPerRecordJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("thread-per-record", arguments);
        lab.run(lab.elements("5").map(new WatchDevices()).name("watch-devices").uid("watch-devices"));
    }

    static final class WatchDevices implements MapFunction<Long, Long> {
        @Override
        public Long map(Long device) {
            Thread heartbeat = new Thread(new Heartbeat(), "heartbeat-" + device); // culprit
            heartbeat.setDaemon(true);
            heartbeat.start(); // culprit
            return device;
        }
    }

    static final class Heartbeat implements Runnable {
        private long beats;

        @Override
        public void run() {
            try {
                while (true) {
                    Thread.sleep(60_000);
                    beats++;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
