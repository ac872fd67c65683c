package org.heaptide.lab;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.functions.OpenContext;

/**
 * Benign: a cache that fills up to its bound and then replaces its eldest entry. While it fills, it looks exactly like a leak. With more
 * {@code --entries} than there is memory it is one.
 */
public final class BoundedCacheJob {
    private BoundedCacheJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("bounded-cache", arguments);
        var operator = new CacheProfiles(lab.number("entries", 50_000));
        lab.run(lab.elements("1000").map(operator).name("cache-profiles").uid("cache-profiles"));
    }

    static final class CacheProfiles extends RichMapFunction<Long, Long> {
        private final int entries;
        private transient Map<Long, Profile> cache;

        CacheProfiles(int entries) {
            this.entries = entries;
        }

        @Override
        public void open(OpenContext context) {
            cache = new EldestOut(entries);
        }

        @Override
        public Long map(Long user) {
            return cache.computeIfAbsent(user, Profile::new).user; // culprit
        }
    }

    static final class EldestOut extends LinkedHashMap<Long, Profile> {
        private final int entries;

        EldestOut(int entries) {
            super(16, 0.75f, true);
            this.entries = entries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Profile> eldest) {
            return size() > entries;
        }
    }

    /** About 0.5 kB of heap: 50,000 of them are 30 MB with the map around them. */
    static final class Profile {
        final long user;
        private final byte[] picture = new byte[400];

        Profile(long user) {
            this.user = user;
            picture[0] = (byte) user;
        }
    }
}
