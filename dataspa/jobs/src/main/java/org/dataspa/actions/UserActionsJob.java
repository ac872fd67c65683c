package org.dataspa.actions;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.ParameterTool;
import org.apache.flink.util.TimeUtils;
import org.dataspa.flow.JobSettings;
import org.dataspa.flow.JsonFiles;
import org.dataspa.flow.LineSource;

/**
 * Users' actions to what is popular and to visits, in event time: an outage of this job changes no result, it only delays it. What comes later than
 * {@code --lateness} is written apart, and Flink counts it ({@code numLateRecordsDropped} stays 0: nothing is dropped).
 */
public final class UserActionsJob {
    private static final OutputTag<Action> LATE = new OutputTag<>("late") {};
    private static final OutputTag<Action> LATE_VISIT = new OutputTag<>("late-visit") {};
    private static final String USAGE =
            LineSource.USAGE
                    + """
                      --popularity DIR                             counts per event and window
                      --visits DIR                                 sessions of users
                      --late DIR                                   actions that came too late to be counted
                      [--window 10min] [--session-gap 30min] [--lateness 1min]
                    """
                    + JobSettings.USAGE;

    private UserActionsJob() {}

    public static void main(String[] arguments) throws Exception {
        ParameterTool given = ParameterTool.fromArgs(arguments);
        JobSettings settings = JobSettings.parse(given, "user-actions");
        LineSource source = LineSource.parse(given);
        String popularity = given.getRequired("popularity");
        String visits = given.getRequired("visits");
        String late = given.getRequired("late");
        Duration window = TimeUtils.parseDuration(given.get("window", "10min"));
        Duration gap = TimeUtils.parseDuration(given.get("session-gap", "30min"));
        Duration lateness = TimeUtils.parseDuration(given.get("lateness", "1min"));
        JobSettings.refuseUnknown(given, USAGE);

        StreamExecutionEnvironment env = settings.environment();
        DataStream<Action> actions = actions(env, source, lateness);

        SingleOutputStreamOperator<Popularity> counts =
                actions.keyBy(Action::event)
                        .window(TumblingEventTimeWindows.of(window))
                        .sideOutputLateData(LATE)
                        .aggregate(new PopularityCount(), new PopularityCount.Labelled())
                        .name("popularity")
                        .uid("popularity");
        counts.sinkTo(JsonFiles.in(popularity)).name("popularity-files").uid("popularity-files");
        counts.getSideOutput(LATE).sinkTo(JsonFiles.in(late)).name("late-actions").uid("late-actions");

        actions.keyBy(Action::user)
                .window(EventTimeSessionWindows.withGap(gap))
                .sideOutputLateData(LATE_VISIT)
                .aggregate(new VisitCount())
                .name("visits")
                .uid("visits")
                .sinkTo(JsonFiles.in(visits))
                .name("visit-files")
                .uid("visit-files");
        env.execute(settings.name());
    }

    /** Ticks drive the watermark and go no further. */
    private static DataStream<Action> actions(StreamExecutionEnvironment env, LineSource source, Duration lateness) {
        WatermarkStrategy<Action> eventTime =
                WatermarkStrategy.<Action>forBoundedOutOfOrderness(lateness).withTimestampAssigner((action, unused) -> action.at());
        return source.read(env, "user-actions")
                .uid("user-actions")
                .flatMap(new ActionParser())
                .name("parse-actions")
                .uid("parse-actions")
                .assignTimestampsAndWatermarks(eventTime)
                .name("event-time")
                .uid("event-time")
                .filter(action -> !action.isTick())
                .name("without-ticks")
                .uid("without-ticks")
                .keyBy(Action::id)
                .filter(new FirstOnly())
                .name("first-only")
                .uid("first-only");
    }
}
