package org.dataspa.enrichment;

import java.io.Serializable;
import java.time.Duration;

/**
 * How venues are looked up.
 *
 * @param attempts requests for one venue, the first included
 * @param remembered venues kept in memory per subtask; 0 for none
 * @param expiry how long one is kept
 * @param dailyBudget requests a day and subtask; 0 for no limit
 */
record LookupOptions(PlacesApi places, int attempts, long remembered, Duration expiry, long dailyBudget) implements Serializable {
    /** Doubled with each further attempt. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    Patient.Patience patience() {
        return new Patient.Patience(attempts, FIRST_PAUSE);
    }

    /** How long one lookup may take at the most. */
    Duration longest() {
        return places.timeout().multipliedBy(attempts).plus(patience().longestPauses());
    }
}
