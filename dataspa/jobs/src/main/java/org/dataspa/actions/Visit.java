package org.dataspa.actions;

/**
 * One session of one user: actions with no longer pause in between than the session's gap.
 *
 * @param first milliseconds since the epoch
 * @param last milliseconds since the epoch
 */
public record Visit(String user, long first, long last, long actions) {
    static Visit none() {
        return new Visit("", Long.MAX_VALUE, Long.MIN_VALUE, 0);
    }

    Visit with(Action action) {
        return new Visit(action.user(), Math.min(first, action.at()), Math.max(last, action.at()), actions + 1);
    }

    Visit plus(Visit other) {
        String who = user.isEmpty() ? other.user : user;
        return new Visit(who, Math.min(first, other.first), Math.max(last, other.last), actions + other.actions);
    }
}
