package org.dataspa.actions;

/**
 * What people did with an event in a window of time.
 *
 * @param start milliseconds since the epoch, inclusive
 * @param end milliseconds since the epoch, exclusive
 */
public record Popularity(String event, long start, long end, long views, long saves, long hides, long went) {
    static Popularity none() {
        return new Popularity("", 0, 0, 0, 0, 0, 0);
    }

    Popularity with(String type) {
        return switch (type) {
            case "view" -> new Popularity(event, start, end, views + 1, saves, hides, went);
            case "save" -> new Popularity(event, start, end, views, saves + 1, hides, went);
            case "hide" -> new Popularity(event, start, end, views, saves, hides + 1, went);
            case "went" -> new Popularity(event, start, end, views, saves, hides, went + 1);
            default -> this;
        };
    }

    Popularity plus(Popularity other) {
        return new Popularity(
                event, start, end, views + other.views, saves + other.saves, hides + other.hides, went + other.went);
    }

    Popularity of(String key, long from, long to) {
        return new Popularity(key, from, to, views, saves, hides, went);
    }
}
