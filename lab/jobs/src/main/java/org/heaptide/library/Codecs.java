package org.heaptide.library;

import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A library in Flink's lib folder that remembers how to make objects of a class, for ever. With the classes it remembers who loaded them. */
public final class Codecs {
    private static final Map<Class<?>, Constructor<?>> CONSTRUCTORS = new ConcurrentHashMap<>();

    private Codecs() {}

    public static <T> T make(Class<T> type) {
        try {
            return type.cast(CONSTRUCTORS.computeIfAbsent(type, Codecs::constructorOf).newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be made", e);
        }
    }

    private static Constructor<?> constructorOf(Class<?> type) {
        try {
            return type.getConstructor();
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type + " has no constructor without arguments", e);
        }
    }
}
