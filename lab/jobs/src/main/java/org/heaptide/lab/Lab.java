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
 * <p>Arguments: {@code --rate N} elements a second over all subtasks, {@code unlimited} for as fast as it goes; {@code --name NAME} of the
 * job; and those that the job asks for itself.
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

    /** 0, 1, 2, ... without end; no number comes twice. */
    DataStream<Long> elements(String defaultRate) {
        String rate = arguments.get("rate", defaultRate);
        RateLimiterStrategy<?> limit =
                rate.equals("unlimited") ? RateLimiterStrategy.noOp() : RateLimiterStrategy.perSecond(Double.parseDouble(rate));
        GeneratorFunction<Long, Long> counter = index -> index;
        var source = new DataGeneratorSource<>(counter, Long.MAX_VALUE, limit, Types.LONG);
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "elements").uid("elements");
    }

    void run(DataStream<Long> results) throws Exception {
        if (!arguments.getUnrequestedParameters().isEmpty()) {
            throw new IllegalArgumentException("Unknown arguments: " + arguments.getUnrequestedParameters());
        }
        results.sinkTo(new DiscardingSink<>()).name("discard").uid("discard");
        env.execute(name);
    }
}
