package org.heaptide.lab;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;

/** So many elements a second over all subtasks, times the factor of the shape. */
final class ShapedRate implements RateLimiterStrategy<SourceSplit> {
    private final double perSecond;
    private final RateShape shape;

    ShapedRate(double perSecond, RateShape shape) {
        this.perSecond = perSecond;
        this.shape = shape;
    }

    @Override
    public RateLimiter<SourceSplit> createRateLimiter(int parallelism) {
        return new Limiter(perSecond / parallelism, shape);
    }

    private static final class Limiter implements RateLimiter<SourceSplit> {
        private final double perSecond;
        private final RateShape shape;
        private final long startedAt = System.nanoTime();
        /** A limiter is never told that it is over: its thread ends by itself, so that it keeps no class loader of a job that is gone. */
        private final Executor waiting = new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        /** When the next element may pass, seconds since the start. */
        private double next;

        Limiter(double perSecond, RateShape shape) {
            this.perSecond = perSecond;
            this.shape = shape;
        }

        @Override
        public CompletionStage<Void> acquire(int numberOfEvents) {
            double now = (System.nanoTime() - startedAt) / 1e9;
            // What was missed while the job stood still is not caught up.
            next = Math.max(next, now - 1) + numberOfEvents / (perSecond * shape.factorAt(now));
            long milliseconds = (long) ((next - now) * 1000);
            return milliseconds <= 0
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.runAsync(() -> sleep(milliseconds), waiting);
        }

        private static void sleep(long milliseconds) {
            try {
                Thread.sleep(milliseconds);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
