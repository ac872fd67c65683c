package org.heaptide.lab;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.security.MessageDigest;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Benign: as many elements as a core can digest. How many of them go through {@code digest} in a second is the measure of what a tool that looks on
 * costs. {@code --count FILE} keeps that number in a mapped file, big-endian, to be read at any moment without asking the process.
 */
public final class CpuBoundJob {
    private CpuBoundJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("cpu-bound", arguments);
        lab.run(lab.elements("unlimited").map(new Digest(lab.number("rounds", 20), lab.text("count", ""))).name("digest").uid("digest"));
    }

    static final class Digest extends RichMapFunction<Long, Long> {
        private final int rounds;
        private final String countFile;
        private transient MessageDigest sha256;
        private transient ByteBuffer count;
        private transient long elements;

        Digest(int rounds, String countFile) {
            this.rounds = rounds;
            this.countFile = countFile;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            sha256 = MessageDigest.getInstance("SHA-256");
            count = countFile.isEmpty() ? ByteBuffer.allocate(Long.BYTES) : mapped(countFile);
        }

        /** Each round allocates its result anew, so that the collector has work as well, as in a real job. */
        @Override
        public Long map(Long element) {
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(element).array();
            for (int i = 0; i < rounds; i++) bytes = sha256.digest(bytes);
            count.putLong(0, ++elements);
            return ByteBuffer.wrap(bytes).getLong();
        }

        private static ByteBuffer mapped(String name) throws Exception {
            try (RandomAccessFile file = new RandomAccessFile(name, "rw")) {
                return file.getChannel().map(MapMode.READ_WRITE, 0, Long.BYTES);
            }
        }
    }
}
