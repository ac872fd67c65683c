package org.dataspa.enrichment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** Events as NDJSON: a JSON object a line, UTF-8. */
final class EventJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectReader READER = MAPPER.readerFor(Event.class);
    private static final ObjectWriter WRITER = MAPPER.writerFor(Event.class);

    private EventJson() {}

    static Event read(String line) throws JsonProcessingException {
        Event event = READER.readValue(line);
        if (event == null) throw new NotAnEvent("null");
        if (event.name() == null) throw new NotAnEvent("an event without a name");
        return event;
    }

    static String write(Event event) throws JsonProcessingException {
        return WRITER.writeValueAsString(event);
    }

    /** Lines that are no events are counted and left out: one bad page of one website must not stop the night's capture. */
    static final class Parser extends RichFlatMapFunction<String, Event> {
        private transient Counter malformed;

        @Override
        public void open(OpenContext context) {
            malformed = getRuntimeContext().getMetricGroup().counter("malformedEvents");
        }

        @Override
        public void flatMap(String line, Collector<Event> events) {
            try {
                events.collect(read(line));
            } catch (JsonProcessingException e) {
                malformed.inc();
            }
        }
    }

    static final class LineEncoder implements Encoder<Event> {
        @Override
        public void encode(Event event, OutputStream file) throws IOException {
            file.write((write(event) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static final class NotAnEvent extends JsonProcessingException {
        NotAnEvent(String found) {
            super("An event is expected, but there is " + found + ".");
        }
    }
}
