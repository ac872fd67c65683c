package org.heaptide.lab;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/** Leaks: an iterator over RocksDB for each element, with options of its own, and none of them closed. Their memory is RocksDB's. */
public final class RocksIteratorJob {
    private RocksIteratorJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("rocks-iterator", arguments);
        lab.run(lab.elements("100").map(new FindNearest()).name("find-nearest").uid("find-nearest"));
    }

    static final class FindNearest extends RichMapFunction<Long, Long> {
        private static final int ENTRIES = 20_000;

        private transient RocksDB places;

        @Override
        public void open(OpenContext context) throws Exception {
            RocksDB.loadLibrary();
            Path folder = Files.createTempDirectory("places");
            places = RocksDB.open(new Options().setCreateIfMissing(true), folder.toString());
            for (long i = 0; i < ENTRIES; i++) places.put(bytes(i), new byte[200]);
            // Into files: an iterator then has buffers of its own.
            places.flush(new FlushOptions().setWaitForFlush(true));
        }

        @Override
        public Long map(Long event) {
            ReadOptions options = new ReadOptions().setReadaheadSize(64 << 10).setFillCache(false); // culprit
            RocksIterator found = places.newIterator(options); // culprit
            found.seek(bytes(event % ENTRIES));
            return ByteBuffer.wrap(found.key()).getLong();
        }

        @Override
        public void close() {
            if (places != null) places.close();
        }

        private static byte[] bytes(long number) {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        }
    }
}
