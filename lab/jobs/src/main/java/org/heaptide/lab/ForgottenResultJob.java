package org.heaptide.lab;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/** Leaks: one of the ways through asyncInvoke forgets to complete its result. Flink waits for it; the capacity and the timeout are far away. */
public final class ForgottenResultJob {
    private ForgottenResultJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("forgotten-result", arguments);
        var found = AsyncDataStream.unorderedWait(lab.elements("400"), new LookUpOwners(), 7, TimeUnit.DAYS, 1_000_000);
        lab.run(found.name("look-up-owners").uid("look-up-owners"));
    }

    static final class LookUpOwners extends RichAsyncFunction<Long, Long> {
        @Override
        public void asyncInvoke(Long device, ResultFuture<Long> result) { // culprit
            if (device % 10 == 0) result.complete(List.of(device)); // culprit
        }
    }
}
