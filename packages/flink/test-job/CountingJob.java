import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * A job whose counts are known beforehand, for tests: numbers from 0 on, at a given rate, through a chain of operators.
 * Arguments: name, elements a second, shape (chain, fan-out or failing).
 */
public final class CountingJob {
    public static void main(String[] args) throws Exception {
        String name = args[0];
        double perSecond = Double.parseDouble(args[1]);
        String shape = args[2];

        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        DataStream<Long> numbers =
                env.fromSource(
                        new DataGeneratorSource<>(
                                (Long i) -> i, Long.MAX_VALUE, RateLimiterStrategy.perSecond(perSecond), Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "numbers");
        DataStream<Long> even = numbers.filter(i -> i % 2 == 0).name("even");
        switch (shape) {
            case "chain":
                even.map(i -> i / 2).returns(Types.LONG).name("half").sinkTo(new DiscardingSink<>()).name("nowhere");
                break;
            case "fan-out":
                even.map(i -> i / 2).returns(Types.LONG).name("half").sinkTo(new DiscardingSink<>()).name("left");
                even.map(i -> i * 2).returns(Types.LONG).name("double").sinkTo(new DiscardingSink<>()).name("right");
                break;
            case "failing":
                even.map(new FailsOnce()).returns(Types.LONG).name("fails").sinkTo(new DiscardingSink<>()).name("nowhere");
                break;
            default:
                throw new IllegalArgumentException("no such shape: " + shape);
        }
        env.execute(name);
    }

    /** Fails at the element 20 of its first attempt in this class loader. */
    private static final class FailsOnce implements MapFunction<Long, Long> {
        private static boolean failed;

        @Override
        public Long map(Long i) {
            if (i == 20 && !failed) {
                failed = true;
                throw new IllegalStateException("element 20 is one too many");
            }
            return i;
        }
    }
}
