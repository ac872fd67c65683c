package org.heaptide.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: payloads kept in a static list "for debugging". No class of the job grows, only byte[]. */
public final class ByteListJob {
    private ByteListJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("byte-list", arguments);
        lab.run(lab.elements("50").map(new KeepPayloads(lab.sizes(2000))).name("decode-payloads").uid("decode-payloads"));
    }

    static final class KeepPayloads implements MapFunction<Long, Long> {
        private static final List<byte[]> PAYLOADS = Collections.synchronizedList(new ArrayList<>());

        private final Sizes sizes;

        KeepPayloads(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public Long map(Long message) {
            byte[] payload = new byte[sizes.of(message)]; // culprit
            PAYLOADS.add(payload); // culprit
            return (long) payload.length;
        }
    }
}
