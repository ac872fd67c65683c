package org.heaptide.lab;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: an interner that makes equal strings one, fed with strings of which no two are equal. Only strings and nodes grow. */
public final class KnownStringsJob {
    private KnownStringsJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("known-strings", arguments);
        lab.run(lab.elements("500").map(new NormaliseUrls()).name("normalise-urls").uid("normalise-urls"));
    }

    static final class NormaliseUrls implements MapFunction<Long, Long> {
        private static final String CAMPAIGN = "&campaign=" + "newsletter-for-partners-".repeat(12);

        @Override
        public Long map(Long visit) {
            String url = "https://shop.example/products/" + visit % 100 + "?session=" + visit + CAMPAIGN; // culprit
            return (long) Interner.intern(url).length();
        }
    }

    static final class Interner {
        private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

        private Interner() {}

        static String intern(String text) {
            String known = KNOWN.putIfAbsent(text, text);
            return known == null ? text : known;
        }
    }
}
