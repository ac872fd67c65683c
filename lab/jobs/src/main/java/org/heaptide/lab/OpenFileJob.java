package org.heaptide.lab;

import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Leaks: a stream is opened for each element and kept for later, but never closed. */
public final class OpenFileJob {
    private OpenFileJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("open-file", arguments);
        lab.run(lab.elements("5").map(new ReadTemplates()).name("read-templates").uid("read-templates"));
    }

    static final class ReadTemplates extends RichMapFunction<Long, Long> {
        private static final Queue<InputStream> OPEN = new ConcurrentLinkedQueue<>();

        private transient Path template;

        @Override
        public void open(OpenContext context) throws Exception {
            template = Files.writeString(Files.createTempFile("template", ".html"), "<h1>hello</h1>");
        }

        @Override
        public Long map(Long page) throws Exception {
            InputStream stream = new FileInputStream(template.toFile()); // culprit
            OPEN.add(stream); // culprit
            return (long) stream.read();
        }

        @Override
        public void close() throws Exception {
            if (template != null) Files.deleteIfExists(template);
        }
    }
}
