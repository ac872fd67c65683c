package org.heaptide.lab;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** A Caffeine cache. With {@code --entries} it is bounded and benign; without, its maker forgot the bound, and it leaks. */
public final class CaffeineJob {
    private CaffeineJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("caffeine", arguments);
        var operator = new LookUpRates(lab.number("entries", 0));
        lab.run(lab.elements("300").map(operator).name("look-up-rates").uid("look-up-rates"));
    }

    static final class LookUpRates extends RichMapFunction<Long, Long> {
        private final int entries;
        private transient Cache<Long, Rates> rates;

        LookUpRates(int entries) {
            this.entries = entries;
        }

        @Override
        public void open(OpenContext context) {
            // In the task's own thread: what is too much is evicted at once.
            Caffeine<Object, Object> caffeine = Caffeine.newBuilder().executor(Runnable::run);
            rates = entries > 0 ? caffeine.maximumSize(entries).build() : caffeine.build();
        }

        @Override
        public Long map(Long contract) {
            Rates found = rates.getIfPresent(contract);
            if (found == null) {
                found = new Rates(contract); // culprit
                rates.put(contract, found); // culprit
            }
            return found.contract;
        }
    }

    /** About 0.5 kB. */
    static final class Rates {
        final long contract;
        private final double[] byMonth = new double[60];

        Rates(long contract) {
            this.contract = contract;
            byMonth[0] = contract;
        }
    }
}
