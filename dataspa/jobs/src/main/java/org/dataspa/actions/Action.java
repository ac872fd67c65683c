package org.dataspa.actions;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import java.util.Set;

/**
 * What a user did in the app. A {@code tick} is nobody's action: the API writes it when nothing else happened, so that time goes on.
 *
 * @param id the same when an action is sent again
 * @param type {@code view}, {@code save}, {@code hide}, {@code went} or {@code tick}
 * @param at milliseconds since the epoch, set by the API when it accepted the action
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Action(String id, String type, String event, String user, long at) {
    private static final ObjectReader READER = JsonMapper.builder().build().readerFor(Action.class);
    private static final Set<String> TYPES = Set.of("view", "save", "hide", "went");
    private static final String TICK = "tick";

    /** @return empty for a line that is no action */
    static Optional<Action> read(String line) {
        try {
            Action action = READER.readValue(line);
            return action == null || !action.isComplete() ? Optional.empty() : Optional.of(action);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    boolean isTick() {
        return TICK.equals(type);
    }

    private boolean isComplete() {
        if (at <= 0) return false;
        return isTick() || (id != null && event != null && user != null && type != null && TYPES.contains(type));
    }
}
