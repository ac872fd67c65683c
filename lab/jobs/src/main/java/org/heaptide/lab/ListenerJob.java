package org.heaptide.lab;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: a listener for each element, and nobody who takes it off the list again. */
public final class ListenerJob {
    private ListenerJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("listener", arguments);
        lab.run(lab.elements("50").map(new WatchPrices()).name("watch-prices").uid("watch-prices"));
    }

    static final class WatchPrices implements MapFunction<Long, Long> {
        @Override
        public Long map(Long product) {
            PriceWatch watch = new PriceWatch(product); // culprit
            PriceBoard.LISTENERS.add(watch); // culprit
            return watch.product;
        }
    }

    /** Outlives every operator, as a client library's event bus does. */
    static final class PriceBoard {
        private static final List<PriceWatch> LISTENERS = new CopyOnWriteArrayList<>();
    }

    /** Keeps the last prices of a product: about 1 kB of heap. */
    static final class PriceWatch {
        final long product;
        private final double[] lastPrices = new double[128];

        PriceWatch(long product) {
            this.product = product;
            lastPrices[0] = product;
        }
    }
}
