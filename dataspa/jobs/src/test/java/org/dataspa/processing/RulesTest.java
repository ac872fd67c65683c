package org.dataspa.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.dataspa.event.Event;
import org.dataspa.event.Provenance;
import org.dataspa.event.Venue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
    private static final Provenance CAPTURE =
            new Provenance("run/0", "hall", "2026-05-01", "2026-05-01T02:00:00Z", "2026-05-01T02:00:01Z");

    private static Event event(String id, String name, String start, String end, Venue venue) {
        return new Event(id, name, null, null, start, end, venue, CAPTURE);
    }

    private static Event on(String start, String end) {
        return event("hall:1", "Jazz", start, end, null);
    }

    @Test
    void anEventOfTonightIsFine() {
        assertEquals(Optional.empty(), Rules.violation(on("2026-05-01T19:00:00Z", null)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-04-01T19:00:00Z, , in the past",
        "2026-04-30T19:00:00Z, 2026-05-01T01:00:00Z, in the past",
        "2029-05-01T19:00:00Z, , too far ahead",
        "2026-05-01T19:00:00Z, 2026-05-01T18:00:00Z, ends before it starts",
        "next Friday, , not a date",
        "2026-02-30T19:00:00Z, , not a date",
        ", , no start date",
    })
    void timeIsHeldAgainstTheNightOfTheCapture(String start, String end, String reason) {
        assertEquals(Optional.of(reason), Rules.violation(on(start, end)));
    }

    @Test
    void whatHasBegunAndIsNotOverIsFine() {
        assertEquals(Optional.empty(), Rules.violation(on("2026-04-30T19:00:00Z", "2026-05-02T19:00:00Z")));
        assertEquals(Optional.empty(), Rules.violation(on("2026-04-30T19:00:00Z", null)));
    }

    @ParameterizedTest
    @CsvSource({"91, 12", "51, 181", "0, 0", "NaN, 12", "51, Infinity"})
    void coordinatesAreOnEarth(double latitude, double longitude) {
        Venue venue = new Venue("Hall", null, new Venue.Coordinates(latitude, longitude));
        assertEquals(Optional.of("not on earth"), Rules.violation(event("hall:1", "Jazz", "2026-05-01T19:00:00Z", null, venue)));
    }

    @Test
    void identityAndNameAreThereAndBounded() {
        String start = "2026-05-01T19:00:00Z";
        assertEquals(Optional.of("no id"), Rules.violation(event(null, "Jazz", start, null, null)));
        assertEquals(Optional.of("no id"), Rules.violation(event(" ", "Jazz", start, null, null)));
        assertEquals(Optional.of("id too long"), Rules.violation(event("x".repeat(201), "Jazz", start, null, null)));
        assertEquals(Optional.of("no name"), Rules.violation(event("hall:1", null, start, null, null)));
        assertEquals(Optional.of("no name"), Rules.violation(event("hall:1", "  ", start, null, null)));
        assertEquals(Optional.of("name too long"), Rules.violation(event("hall:1", "x".repeat(501), start, null, null)));
    }

    @Test
    void nothingIsTakenOfWhichNobodyKnowsWhereItIsFrom() {
        Event stray = new Event("hall:1", "Jazz", null, null, "2026-05-01T19:00:00Z", null, null, null);
        assertEquals(Optional.of("no provenance"), Rules.violation(stray));
        assertEquals(Optional.of("no provenance"), Rules.violation(stray.captured(new Provenance("run/0", "hall", null, null, null))));
    }
}
