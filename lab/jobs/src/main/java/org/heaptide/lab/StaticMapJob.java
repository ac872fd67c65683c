package org.heaptide.lab;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: a static map that is added to with each element and never removed from. */
public final class StaticMapJob {
    private StaticMapJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("static-map", arguments);
        lab.run(lab.elements("50").map(new RememberSessions()).name("remember-sessions").uid("remember-sessions"));
    }

    static final class RememberSessions implements MapFunction<Long, Long> {
        private static final Map<Long, Session> SESSIONS = new ConcurrentHashMap<>();

        @Override
        public Long map(Long visitor) {
            Session session = new Session(visitor); // culprit
            SESSIONS.put(visitor, session); // culprit
            return session.firstViewedAt();
        }
    }
}
