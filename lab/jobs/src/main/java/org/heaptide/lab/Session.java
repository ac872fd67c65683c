package org.heaptide.lab;

/** What a shop might remember of a visit: about 1.5 kB of heap. */
final class Session {
    private static final int PAGES = 180;

    final long visitor;
    private final long[] viewedAt = new long[PAGES];

    Session(long visitor) {
        this.visitor = visitor;
        viewedAt[0] = visitor;
    }

    long firstViewedAt() {
        return viewedAt[0];
    }
}
