package org.heaptide.lab;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: direct buffers that are given back to a pool from which nobody takes any. */
public final class DirectBufferJob {
    private DirectBufferJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("direct-buffer", arguments);
        lab.run(lab.elements("20").map(new Encode(lab.sizes(16_000))).name("encode").uid("encode"));
    }

    static final class Encode implements MapFunction<Long, Long> {
        private static final Queue<ByteBuffer> POOL = new ConcurrentLinkedQueue<>();

        private final Sizes sizes;

        Encode(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public Long map(Long message) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(sizes.of(message)); // culprit
            buffer.putLong(message);
            POOL.add(buffer); // culprit
            return message;
        }
    }
}
