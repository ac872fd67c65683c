package org.dataspa.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** Events as NDJSON: a JSON object a line, UTF-8. */
public final class EventJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectReader READER = MAPPER.readerFor(Event.class);
    private static final ObjectWriter WRITER = MAPPER.writerFor(Event.class);

    private EventJson() {}

    public static Event read(String line) throws JsonProcessingException {
        Event event = READER.readValue(line);
        if (event == null) throw new NotAnEvent("null");
        if (event.name() == null) throw new NotAnEvent("an event without a name");
        return event;
    }

    public static String write(Event event) throws JsonProcessingException {
        return WRITER.writeValueAsString(event);
    }

    /** Lines that are no events are counted and left out: one bad page of one website must not stop the night's capture. */
    public static final class Parser extends RichFlatMapFunction<String, Event> {
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

    private static final class NotAnEvent extends JsonProcessingException {
        NotAnEvent(String found) {
            super("An event is expected, but there is " + found + ".");
        }
    }
}
