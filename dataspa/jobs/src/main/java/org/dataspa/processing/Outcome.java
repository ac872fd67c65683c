package org.dataspa.processing;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.dataspa.event.Event;
import org.dataspa.event.Provenance;

/**
 * What became of one captured record: a line of the ledger. Every record gets exactly one.
 *
 * @param record null where the line could not be read
 * @param coordinates did it bring its own
 * @param reason of a rejection
 * @param processedAt milliseconds since the epoch
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Outcome(
        String record,
        String source,
        String night,
        String event,
        String outcome,
        String reason,
        boolean coordinates,
        String publishedAt,
        long processedAt) {

    static Outcome processed(Event event, boolean update) {
        return of(event, update ? "updated" : "new", null);
    }

    static Outcome duplicate(Event event) {
        return of(event, "duplicate", null);
    }

    static Outcome rejected(Event event, String reason) {
        return of(event, "rejected", reason);
    }

    static Outcome unreadable(String reason) {
        return new Outcome(null, null, null, null, "rejected", reason, false, null, System.currentTimeMillis());
    }

    private static Outcome of(Event event, String outcome, String reason) {
        Provenance from = event.capture() == null ? new Provenance(null, null, null, null, null) : event.capture();
        return new Outcome(
                from.record(),
                from.source(),
                from.night(),
                event.id(),
                outcome,
                reason,
                event.hasCoordinates(),
                from.publishedAt(),
                System.currentTimeMillis());
    }
}
