package org.dataspa.flow;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.DateTimeBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Exactly-once NDJSON files: each line is in one file once, whatever fails on the way. A file appears whole when its checkpoint is complete,
 * under a folder of its day; before, its name begins with a dot. Without checkpoints a file is never finished, but its lines can be read all the same.
 */
public final class JsonFiles {
    private JsonFiles() {}

    public static <T> FileSink<T> in(String directory) {
        return FileSink.forRowFormat(new Path(directory), new Lines<T>())
                .withBucketAssigner(new DateTimeBucketAssigner<>("yyyy-MM-dd"))
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .build();
    }

    private static final class Lines<T> implements Encoder<T> {
        private static final ObjectWriter WRITER = JsonMapper.builder().build().writer();

        @Override
        public void encode(T element, OutputStream file) throws IOException {
            file.write(WRITER.writeValueAsBytes(element));
            file.write('\n');
        }
    }
}
