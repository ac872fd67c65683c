package org.dataspa.processing;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Flink counters by source: {@code source.<name>.<outcome>}. Flink forgets them when a job restarts; the ledger does not.
 * Names come with the data, so there is a bound: beyond it, sources are counted together.
 */
final class SourceQuality {
    private static final int MOST_SOURCES = 200;
    private static final String OTHERS = "others";

    private final MetricGroup metrics;
    private final Map<String, Map<String, Counter>> counters = new HashMap<>();

    SourceQuality(MetricGroup metrics) {
        this.metrics = metrics;
    }

    void count(Outcome outcome) {
        String source = outcome.source() == null ? OTHERS : outcome.source();
        String known = counters.containsKey(source) || counters.size() < MOST_SOURCES ? source : OTHERS;
        counters.computeIfAbsent(known, name -> new HashMap<>())
                .computeIfAbsent(outcome.outcome(), name -> metrics.addGroup("source", known).counter(name))
                .inc();
    }
}
