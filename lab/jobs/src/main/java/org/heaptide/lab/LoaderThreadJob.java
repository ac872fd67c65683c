package org.heaptide.lab;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks once for each submission: a thread that is not ended with the job, and through its class loader everything that the job ever loaded. */
public final class LoaderThreadJob {
    private LoaderThreadJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("loader-thread", arguments);
        lab.run(lab.elements("20").map(new RefreshPrices()).name("refresh-prices").uid("refresh-prices"));
    }

    static final class RefreshPrices extends RichMapFunction<Long, Long> {
        @Override
        public void open(OpenContext context) {
            Thread refresher = new Thread(new Refresher(), "price-refresher"); // culprit
            refresher.setDaemon(true);
            refresher.start(); // culprit
        }

        @Override
        public Long map(Long product) {
            return product;
        }
    }

    static final class Refresher implements Runnable {
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
