package org.heaptide.lab;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.ParameterTool;

/**
 * What every job of the lab has around the one operator that matters: arguments, a source of numbers, and a sink that forgets.
 *
 * <p>Arguments: {@code --rate N} elements a second over all subtasks, {@code unlimited} for as fast as it goes; {@code --shape} of the rate over
 * time, see {@link RateShape}; {@code --seed N} for what is random; {@code --name NAME} of the job; and those that the job asks for itself.
 */
final class Lab {
    private final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    private final ParameterTool arguments;
    private final String name;

    Lab(String defaultName, String[] arguments) {
        this.arguments = ParameterTool.fromArgs(arguments);
        this.name = this.arguments.get("name", defaultName);
    }

    int number(String argument, int otherwise) {
        return arguments.getInt(argument, otherwise);
    }

    String text(String argument) {
        return arguments.getRequired(argument);
    }

    String text(String argument, String otherwise) {
        return arguments.get(argument, otherwise);
    }

    /** Sizes around a mean, differing from element to element and from seed to seed. */
    Sizes sizes(int mean) {
        return new Sizes(mean, arguments.getLong("seed", 0));
    }

    /** 0, 1, 2, ... without end; no number comes twice. */
    DataStream<Long> elements(String defaultRate) {
        return elements(defaultRate, Long.MAX_VALUE);
    }

    /** 0, 1, 2, ..., so many of them; then the job ends. */
    DataStream<Long> elements(String defaultRate, long count) {
        GeneratorFunction<Long, Long> counter = index -> index;
        var source = new DataGeneratorSource<>(counter, count, limit(arguments.get("rate", defaultRate)), Types.LONG);
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "elements").uid("elements");
    }

    void run(DataStream<Long> results) throws Exception {
        if (!arguments.getUnrequestedParameters().isEmpty()) {
            throw new IllegalArgumentException("Unknown arguments: " + arguments.getUnrequestedParameters());
        }
        results.sinkTo(new DiscardingSink<>()).name("discard").uid("discard");
        env.execute(name);
    }

    private RateLimiterStrategy<?> limit(String rate) {
        RateShape shape = RateShape.named(arguments.get("shape", "steady"), arguments.getLong("seed", 0));
        return rate.equals("unlimited") ? RateLimiterStrategy.noOp() : new ShapedRate(Double.parseDouble(rate), shape);
    }
}
