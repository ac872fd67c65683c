package org.heaptide.lab;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;

/** Leaks: an AsyncHttpClient for each call, never closed, with its timer, its event loops and their threads. */
public final class AsyncHttpClientJob {
    private AsyncHttpClientJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("async-http-client", arguments);
        var calls = new AskService(lab.text("url"));
        var asked = AsyncDataStream.unorderedWait(lab.elements("2"), calls, 10, TimeUnit.SECONDS, 20);
        lab.run(asked.name("ask-service").uid("ask-service"));
    }

    static final class AskService extends RichAsyncFunction<Long, Long> {
        private final String url;

        AskService(String url) {
            this.url = url;
        }

        @Override
        public void asyncInvoke(Long question, ResultFuture<Long> result) {
            AsyncHttpClient client = Dsl.asyncHttpClient(); // culprit
            client.prepareGet(url + "/" + question).execute().toCompletableFuture().whenComplete((response, failure) -> {
                if (failure != null) result.completeExceptionally(failure);
                else result.complete(List.of((long) response.getStatusCode()));
            });
        }
    }
}
