package org.heaptide.lab;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: buffers of Netty's pool that are not released. The objects are collected; their part of the pool is lost. */
public final class NettyBufferJob {
    private NettyBufferJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("netty-buffer", arguments);
        lab.run(lab.elements("20").map(new Frame(lab.sizes(24_000))).name("frame").uid("frame"));
    }

    static final class Frame implements MapFunction<Long, Long> {
        private final Sizes sizes;

        Frame(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public Long map(Long message) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(sizes.of(message)); // culprit
            buffer.writeLong(message);
            return (long) buffer.readableBytes();
        }
    }
}
