package org.heaptide.lab;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Benign: as many elements as a core can digest. How many of them go through {@code digest} in a second (its {@code numRecordsIn}) is the
 * measure of what a tool that looks on costs.
 */
public final class CpuBoundJob {
    private CpuBoundJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("cpu-bound", arguments);
        lab.run(lab.elements("unlimited").map(new Digest(lab.number("rounds", 20))).name("digest").uid("digest"));
    }

    static final class Digest extends RichMapFunction<Long, Long> {
        private final int rounds;
        private transient MessageDigest sha256;

        Digest(int rounds) {
            this.rounds = rounds;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            sha256 = MessageDigest.getInstance("SHA-256");
        }

        /** Each round allocates its result anew, so that the collector has work as well, as in a real job. */
        @Override
        public Long map(Long element) {
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(element).array();
            for (int i = 0; i < rounds; i++) bytes = sha256.digest(bytes);
            return ByteBuffer.wrap(bytes).getLong();
        }
    }
}
