package org.dataspa.enrichment;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * What became of the lookups: found, not known to the API, answered with an error or not at all, not answered in time, not asked for because the day's
 * budget is spent; and how often the API was asked again, or not asked because the answer was remembered. Counted on the HTTP client's threads as well as
 * on the task's.
 */
record LookupCounters(
        Counter hits, Counter misses, Counter failures, Counter timeouts, Counter overBudget, Counter retries, Counter remembered) {

    static LookupCounters in(MetricGroup metrics) {
        return new LookupCounters(
                metrics.counter("venueLookupHits", new ThreadSafeSimpleCounter()),
                metrics.counter("venueLookupMisses", new ThreadSafeSimpleCounter()),
                metrics.counter("venueLookupFailures", new ThreadSafeSimpleCounter()),
                metrics.counter("venueLookupTimeouts", new ThreadSafeSimpleCounter()),
                metrics.counter("venueLookupsOverBudget", new ThreadSafeSimpleCounter()),
                metrics.counter("venueLookupRetries", new ThreadSafeSimpleCounter()),
                metrics.counter("venueLookupsRemembered", new ThreadSafeSimpleCounter()));
    }
}
