package org.heaptide.lab;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/** Leaks: calls that failed are put aside by the client's own threads, to be tried again, and nobody ever tries. */
public final class RetryLaterJob {
    private RetryLaterJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("retry-later", arguments);
        var prices = AsyncDataStream.unorderedWait(lab.elements("200"), new AskPrices(lab.sizes(2500)), 10, TimeUnit.SECONDS, 100);
        lab.run(prices.name("ask-prices").uid("ask-prices"));
    }

    static final class AskPrices extends RichAsyncFunction<Long, Long> {
        private final Sizes sizes;
        private transient ExecutorService client;
        private transient Deque<Attempt> failed;

        AskPrices(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void open(OpenContext context) {
            client = Executors.newFixedThreadPool(4);
            failed = new ConcurrentLinkedDeque<>();
        }

        @Override
        public void asyncInvoke(Long article, ResultFuture<Long> result) {
            client.execute(() -> ask(article, result));
        }

        private void ask(Long article, ResultFuture<Long> result) {
            if (article % 4 == 0) failed.add(new Attempt(article, sizes.of(article))); // culprit
            result.complete(List.of(article));
        }

        @Override
        public void close() {
            if (client != null) client.shutdownNow();
        }
    }

    static final class Attempt {
        final long article;
        private final byte[] request;

        Attempt(long article, int size) {
            this.article = article;
            this.request = new byte[size];
        }
    }
}
