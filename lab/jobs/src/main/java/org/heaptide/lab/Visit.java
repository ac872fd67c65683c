package org.heaptide.lab;

/** What a job remembers of a visitor. A plain object, as Flink's serializer wants it. */
public class Visit {
    public long visitor;
    public byte[] pages = {};

    public Visit() {}

    public Visit(long visitor, int size) {
        this.visitor = visitor;
        this.pages = new byte[size];
    }
}
