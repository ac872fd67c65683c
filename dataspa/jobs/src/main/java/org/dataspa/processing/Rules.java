package org.dataspa.processing;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.dataspa.event.Event;
import org.dataspa.event.Venue;

/** What an event must be like to be shown to people. Pure: "now" is the time of the capture, so that an old night can be replayed. */
final class Rules {
    static final int LONGEST_LINE = 64 * 1024;
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_NAME = 500;
    private static final Duration FARTHEST = Duration.ofDays(2 * 366);
    /** An event without an end is over a day after its start. */
    private static final Duration LONGEST_WITHOUT_END = Duration.ofDays(1);

    private Rules() {}

    /** @return the reason to refuse it; a few fixed phrases, so that they can be counted */
    static Optional<String> violation(Event event) {
        if (event.id() == null || event.id().isBlank()) return Optional.of("no id");
        if (event.id().length() > LONGEST_ID) return Optional.of("id too long");
        if (event.name() == null || event.name().isBlank()) return Optional.of("no name");
        if (event.name().length() > LONGEST_NAME) return Optional.of("name too long");
        if (event.capture() == null || event.capture().record() == null || event.capture().source() == null) {
            return Optional.of("no provenance");
        }
        if (event.hasCoordinates() && !isOnEarth(event.location().geo())) return Optional.of("not on earth");
        return inTime(event);
    }

    private static Optional<String> inTime(Event event) {
        try {
            Instant start = instant(event.startDate());
            if (start == null) return Optional.of("no start date");
            Instant end = instant(event.endDate());
            if (end != null && end.isBefore(start)) return Optional.of("ends before it starts");
            Instant captured = instant(event.capture().at());
            if (captured == null) return Optional.of("no provenance");
            Instant over = end != null ? end : start.plus(LONGEST_WITHOUT_END);
            if (over.isBefore(captured)) return Optional.of("in the past");
            if (start.isAfter(captured.plus(FARTHEST))) return Optional.of("too far ahead");
            return Optional.empty();
        } catch (DateTimeException e) {
            return Optional.of("not a date");
        }
    }

    private static Instant instant(String iso) {
        return iso == null ? null : OffsetDateTime.parse(iso).toInstant();
    }

    private static boolean isOnEarth(Venue.Coordinates geo) {
        // Comparisons that NaN fails; 0,0 is what broken forms send, and nobody's venue.
        boolean inRange = Math.abs(geo.latitude()) <= 90 && Math.abs(geo.longitude()) <= 180;
        return inRange && !(geo.latitude() == 0 && geo.longitude() == 0);
    }
}
