package org.heaptide.lab;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Deflater;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: a Deflater for each element, not ended but put aside "to be used again". Its 256 kB are zlib's, not the heap's. */
public final class DeflaterJob {
    private DeflaterJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("deflater", arguments);
        lab.run(lab.elements("3").map(new Compress()).name("compress").uid("compress"));
    }

    static final class Compress implements MapFunction<Long, Long> {
        private static final Queue<Deflater> USED = new ConcurrentLinkedQueue<>();

        @Override
        public Long map(Long document) {
            Deflater deflater = new Deflater(); // culprit
            deflater.setInput(Long.toString(document).repeat(40).getBytes());
            deflater.finish();
            int length = deflater.deflate(new byte[64 << 10]);
            USED.add(deflater); // culprit
            return (long) length;
        }
    }
}
