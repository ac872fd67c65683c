package org.heaptide.lab;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/** Leaks: a JDK HttpClient for each call, kept for statistics that nobody reads. Each has a selector thread and descriptors. */
public final class JdkHttpClientJob {
    private JdkHttpClientJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("jdk-http-client", arguments);
        var calls = new AskService(lab.text("url"));
        var asked = AsyncDataStream.unorderedWait(lab.elements("2"), calls, 10, TimeUnit.SECONDS, 20);
        lab.run(asked.name("ask-service").uid("ask-service"));
    }

    static final class AskService extends RichAsyncFunction<Long, Long> {
        private static final Queue<HttpClient> USED = new ConcurrentLinkedQueue<>();

        private final String url;

        AskService(String url) {
            this.url = url;
        }

        @Override
        public void asyncInvoke(Long question, ResultFuture<Long> result) {
            HttpClient client = HttpClient.newHttpClient(); // culprit
            USED.add(client); // culprit
            var request = HttpRequest.newBuilder(URI.create(url + "/" + question)).build();
            client.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, failure) -> {
                if (failure != null) result.completeExceptionally(failure);
                else result.complete(List.of((long) response.statusCode()));
            });
        }
    }
}
