package org.heaptide.lab;

import java.io.Serializable;
import java.util.SplittableRandom;

/** Between half the mean and one and a half times it. The same for an element each time it is asked. */
record Sizes(int mean, long seed) implements Serializable {
    int of(long element) {
        return mean / 2 + new SplittableRandom(seed * 7_919 + element).nextInt(mean + 1);
    }
}
