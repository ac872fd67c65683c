package org.heaptide.lab;

/** What a job remembers of a visitor. A plain object, as Flink's serializer wants it. */
public class Visit {
    public long visitor;
    public byte[] pages = new byte[0];

    public static Visit of(long visitor, int size) {
        Visit visit = new Visit();
        visit.visitor = visitor;
        visit.pages = new byte[size];
        return visit;
    }
}
