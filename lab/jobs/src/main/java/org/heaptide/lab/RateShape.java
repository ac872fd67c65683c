package org.heaptide.lab;

import java.io.Serializable;
import java.util.SplittableRandom;

/** How a rate goes up and down: a factor for each moment since the start of the job. */
interface RateShape extends Serializable {
    double factorAt(double seconds);

    static RateShape named(String name, long seed) {
        return switch (name) {
            case "steady" -> seconds -> 1;
            // Another factor every 12 s, as real traffic has it; one that repeats itself at the same seed.
            case "drift" -> seconds -> 0.6 + 0.8 * new SplittableRandom(seed * 1_000_003 + (long) (seconds / 12)).nextDouble();
            case "doubles" -> seconds -> seconds < 70 ? 1 : 2;
            case "waves" -> seconds -> 1 + 0.8 * Math.sin(2 * Math.PI * (seconds / 70 + (seed % 7) / 7.0));
            // Ten times as much for 15 s of every 60 s.
            case "bursts" -> seconds -> (seconds + seed % 60) % 60 < 15 ? 10 : 1;
            default -> throw new IllegalArgumentException("Unknown shape: " + name);
        };
    }
}
