package org.heaptide.lab;

import java.time.Duration;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingProcessingTimeWindows;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.streaming.api.windowing.windows.Window;
import org.apache.flink.util.Collector;

/**
 * Readings in windows. {@code --window-seconds N} makes tumbling ones, whose state grows until they fire and is gone then; 0 makes one global
 * window that fires again and again and is never purged: it leaks.
 */
public final class WindowJob {
    private static final int SENSORS = 20;

    private WindowJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("window", arguments);
        Sizes sizes = lab.sizes(1000);
        int seconds = lab.number("window-seconds", 0);
        var readings = lab.elements("200").map(number -> new Visit(number % SENSORS, sizes.of(number))).returns(Visit.class).name("read-sensors").uid("read-sensors");
        KeyedStream<Visit, Long> bySensor = readings.keyBy(reading -> reading.visitor);
        var averages = seconds > 0
                ? bySensor.window(TumblingProcessingTimeWindows.of(Duration.ofSeconds(seconds))).process(new Average<>())
                : bySensor.window(GlobalWindows.create()).trigger(CountTrigger.of(50)).process(new Average<>()); // culprit
        lab.run(averages.name("average").uid("average"));
    }

    static final class Average<W extends Window> extends ProcessWindowFunction<Visit, Long, Long, W> {
        @Override
        public void process(Long sensor, Context context, Iterable<Visit> readings, Collector<Long> out) {
            long sum = 0;
            for (Visit reading : readings) sum += reading.pages.length;
            out.collect(sum);
        }
    }
}
