package org.dataspa.actions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest {
    private static Action action(String type, String user, long at) {
        return new Action("id-" + at, type, "hall:1", user, at);
    }

    @Test
    void anActionIsReadFromItsLineWithWhateverStandsBesideIt() {
        String line = "{\"id\":\"a\",\"type\":\"save\",\"event\":\"hall:1\",\"user\":\"u\",\"at\":5,\"more\":[1]}";
        assertEquals(Optional.of(new Action("a", "save", "hall:1", "u", 5)), Action.read(line));
        assertTrue(Action.read("{\"type\":\"tick\",\"at\":5}").orElseThrow().isTick());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{\"id\":\"a\"",
                "{\"id\":\"a\",\"type\":\"buy\",\"event\":\"e\",\"user\":\"u\",\"at\":5}",
                "{\"id\":\"a\",\"type\":\"save\",\"event\":\"e\",\"user\":\"u\"}",
                "{\"id\":\"a\",\"type\":\"save\",\"user\":\"u\",\"at\":5}",
                "{\"type\":\"tick\",\"at\":-1}"
            })
    void whatIsNoActionIsNone(String line) {
        assertEquals(Optional.empty(), Action.read(line));
    }

    @Test
    void popularityAddsUpByType() {
        PopularityCount count = new PopularityCount();
        Popularity one = count.createAccumulator();
        for (String type : new String[] {"view", "view", "save", "hide", "went"}) one = count.add(action(type, "u", 1), one);
        Popularity all = count.getResult(count.merge(one, one)).of("hall:1", 0, 10);
        assertEquals(new Popularity("hall:1", 0, 10, 4, 2, 2, 2), all);
    }

    @Test
    void twoVisitsThatAnActionJoinsAreOne() {
        VisitCount count = new VisitCount();
        Visit early = count.add(action("view", "u", 10), count.add(action("view", "u", 20), count.createAccumulator()));
        Visit late = count.add(action("save", "u", 40), count.createAccumulator());
        Visit whole = new Visit("u", 10, 40, 3);
        assertEquals(whole, count.merge(early, late));
        assertEquals(whole, count.merge(late, early));
        assertEquals(early, count.merge(count.createAccumulator(), early));
    }
}
