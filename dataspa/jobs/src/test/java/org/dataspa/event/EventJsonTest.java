package org.dataspa.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
    private static final String COMPLETE =
            """
            {"name":"Jazz night","startDate":"2026-05-01T19:00:00.000Z","endDate":"2026-05-01T22:00:00.000Z",\
            "location":{"name":"Keller","address":"Am Kanal 3","geo":{"latitude":52.5,"longitude":13.4}}}""";

    @Test
    void whatIsWrittenIsWhatWasRead() throws Exception {
        assertEquals(COMPLETE, EventJson.write(EventJson.read(COMPLETE)));
    }

    @Test
    void propertiesThatAreAbsentStayAbsent() throws Exception {
        String sparse = "{\"name\":\"Jazz night\",\"location\":{\"name\":\"Keller\"}}";
        assertEquals(sparse, EventJson.write(EventJson.read(sparse)));
    }

    @Test
    void coordinatesAreWhatTellsACompleteEvent() throws Exception {
        assertTrue(EventJson.read(COMPLETE).hasCoordinates());
        assertFalse(EventJson.read("{\"name\":\"x\",\"location\":{\"name\":\"Keller\"}}").hasCoordinates());
        assertFalse(EventJson.read("{\"name\":\"x\"}").hasCoordinates());
    }

    @Test
    void propertiesThatThePlatformDoesNotKnowAreNoError() throws Exception {
        assertEquals("x", EventJson.read("{\"@type\":\"Event\",\"name\":\"x\"}").name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{\"name\":\"x\"", "{\"name\":null}", "<html>", "{\"name\":\"x\",\"location\":\"Keller\"}"})
    void aLineThatIsNoEventIsRefused(String line) {
        assertThrows(JsonProcessingException.class, () -> EventJson.read(line));
    }
}
