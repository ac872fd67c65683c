package org.heaptide.lab;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks: a Guava cache whose key is the session instead of the user, so that nothing is ever found again, and without a bound. */
public final class GuavaJob {
    private GuavaJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("guava", arguments);
        lab.run(lab.elements("200").map(new Recommend(lab.sizes(900))).name("recommend").uid("recommend"));
    }

    static final class Recommend extends RichMapFunction<Long, Long> {
        private final Sizes sizes;
        private transient LoadingCache<String, Profile> profiles;

        Recommend(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            profiles = CacheBuilder.newBuilder().build(new CacheLoader<>() {
                @Override
                public Profile load(String session) {
                    return new Profile(sizes.of(session.hashCode())); // culprit
                }
            });
        }

        @Override
        public Long map(Long session) {
            return (long) profiles.getUnchecked("session-" + session).features.length;
        }
    }

    static final class Profile {
        final float[] features;

        Profile(int size) {
            features = new float[size / Float.BYTES];
        }
    }
}
