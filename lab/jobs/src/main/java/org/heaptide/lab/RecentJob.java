package org.heaptide.lab;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Benign: what came in the last seconds is kept. How much that is follows the load, up and down. */
public final class RecentJob {
    private RecentJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("recent", arguments);
        var operator = new JoinRecent(lab.number("keep-seconds", 15), lab.sizes(1500));
        lab.run(lab.elements("300").map(operator).name("join-recent").uid("join-recent"));
    }

    static final class JoinRecent extends RichMapFunction<Long, Long> {
        private final int keepSeconds;
        private final Sizes sizes;
        private transient Deque<Click> recent;

        JoinRecent(int keepSeconds, Sizes sizes) {
            this.keepSeconds = keepSeconds;
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            recent = new ArrayDeque<>();
        }

        @Override
        public Long map(Long click) {
            long now = System.currentTimeMillis();
            recent.addLast(new Click(now, sizes.of(click)));
            while (recent.getFirst().at < now - keepSeconds * 1000L) recent.removeFirst();
            return (long) recent.size();
        }
    }

    static final class Click {
        final long at;
        private final byte[] page;

        Click(long at, int size) {
            this.at = at;
            this.page = new byte[size];
        }
    }
}
