package org.heaptide.lab;

import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks: a region of a file is mapped for each element, and every mapping is kept. */
public final class MappedFileJob {
    private MappedFileJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("mapped-file", arguments);
        lab.run(lab.elements("15").map(new ReadSegments(lab.sizes(32_000))).name("read-segments").uid("read-segments"));
    }

    static final class ReadSegments extends RichMapFunction<Long, Long> {
        private static final Queue<MappedByteBuffer> SEGMENTS = new ConcurrentLinkedQueue<>();

        private final Sizes sizes;
        private transient Path file;

        ReadSegments(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            file = Files.createTempFile("segments", ".log");
        }

        @Override
        public Long map(Long segment) throws Exception {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MappedByteBuffer mapped = channel.map(MapMode.PRIVATE, 0, sizes.of(segment)); // culprit
                // Touched, and so resident.
                for (int i = 0; i < mapped.capacity(); i += 4096) mapped.put(i, (byte) 1);
                SEGMENTS.add(mapped); // culprit
                return (long) mapped.capacity();
            }
        }

        @Override
        public void close() throws Exception {
            if (file != null) Files.deleteIfExists(file);
        }
    }
}
