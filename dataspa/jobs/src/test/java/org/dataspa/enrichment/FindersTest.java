package org.dataspa.enrichment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.asynchttpclient.AsyncHttpClient;
import org.dataspa.event.Venue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is wrapped around the API: patience, memory, thrift. The API here answers what it was told to, in turn. */
class FindersTest {
    private static final Optional<Venue> KELLER = Optional.of(new Venue("Keller", null, new Venue.Coordinates(51.3, 12.4)));

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Counter counter = new SimpleCounter();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static final class Answers implements VenueFinder {
        final Deque<CompletableFuture<Optional<Venue>>> answers = new ArrayDeque<>();
        int asked;

        Answers then(Throwable failure) {
            answers.add(CompletableFuture.failedFuture(failure));
            return this;
        }

        Answers then(Optional<Venue> venue) {
            answers.add(CompletableFuture.completedFuture(venue));
            return this;
        }

        @Override
        public CompletableFuture<Optional<Venue>> find(AsyncHttpClient client, String venueName) {
            asked++;
            return answers.size() > 1 ? answers.poll() : answers.peek();
        }
    }

    private Patient patient(Answers api, int attempts) {
        return new Patient(api, new Patient.Patience(attempts, Duration.ofMillis(1)), timer, counter);
    }

    private static Throwable failureOf(CompletableFuture<?> answer) {
        Throwable failure = assertThrows(CompletionException.class, answer::join);
        return failure.getCause();
    }

    @Test
    void patienceAsksAgainWhereThatMayHelp() {
        Answers api = new Answers().then(new PlacesException(429, "")).then(new PlacesException(503, "")).then(new IOException("reset")).then(KELLER);
        assertEquals(KELLER, patient(api, 4).find(null, "Keller").join());
        assertEquals(4, api.asked);
        assertEquals(3, counter.getCount());
    }

    @Test
    void patienceEnds() {
        Answers api = new Answers().then(new PlacesException(503, ""));
        assertInstanceOf(PlacesException.class, failureOf(patient(api, 3).find(null, "Keller")));
        assertEquals(3, api.asked);
    }

    @Test
    void patienceIsNotWastedOnWhatStaysWrong() {
        Answers refused = new Answers().then(new PlacesException(401, "")).then(KELLER);
        assertInstanceOf(PlacesException.class, failureOf(patient(refused, 3).find(null, "Keller")));
        Answers late = new Answers().then(new TimeoutException()).then(KELLER);
        assertInstanceOf(TimeoutException.class, failureOf(patient(late, 3).find(null, "Keller")));
        assertEquals(2, refused.asked + late.asked);
    }

    @Test
    void theLongestPausesAddUpToWhatTheTimeOutAllowsFor() {
        assertEquals(Duration.ofMillis(1050), new Patient.Patience(4, Duration.ofMillis(100)).longestPauses());
        assertEquals(Duration.ZERO, new Patient.Patience(1, Duration.ofMillis(100)).longestPauses());
    }

    @Test
    void memoryAsksOnceForAVenueHoweverItIsWritten() {
        Answers api = new Answers().then(KELLER);
        Remembering memory = new Remembering(api, 10, Duration.ofHours(1), counter);
        for (String name : new String[] {"Keller", " keller", "KELLER "}) assertEquals(KELLER, memory.find(null, name).join());
        assertEquals(1, api.asked);
        assertEquals(2, counter.getCount());
    }

    @Test
    void memoryKeepsThatNobodyKnowsAVenueAndForgetsFailures() {
        Answers unknown = new Answers().then(Optional.empty());
        Remembering memory = new Remembering(unknown, 10, Duration.ofHours(1), counter);
        memory.find(null, "TBA").join();
        assertEquals(Optional.empty(), memory.find(null, "TBA").join());
        assertEquals(1, unknown.asked);
        Answers broken = new Answers().then(new IOException("reset")).then(KELLER);
        Remembering hopeful = new Remembering(broken, 10, Duration.ofHours(1), counter);
        assertInstanceOf(IOException.class, failureOf(hopeful.find(null, "Keller")));
        assertEquals(KELLER, hopeful.find(null, "Keller").join());
    }

    @Test
    void memoryIsBounded() {
        Answers api = new Answers().then(KELLER);
        Remembering memory = new Remembering(api, 5, Duration.ofHours(1), counter);
        for (int round = 0; round < 2; round++) for (int venue = 0; venue < 200; venue++) memory.find(null, "venue " + venue).join();
        assertTrue(api.asked > 300, "asked " + api.asked);
    }

    @Test
    void thriftKeepsToTheDaysBudgetAndBeginsAnewAtMidnight() {
        LocalDate[] today = {LocalDate.of(2026, 5, 1)};
        Answers api = new Answers().then(KELLER);
        Thrifty thrifty = new Thrifty(api, 2, () -> today[0]);
        assertEquals(KELLER, thrifty.find(null, "a").join());
        assertEquals(KELLER, thrifty.find(null, "b").join());
        assertInstanceOf(Thrifty.OverBudget.class, failureOf(thrifty.find(null, "c")));
        assertEquals(2, api.asked);
        today[0] = today[0].plusDays(1);
        assertEquals(KELLER, thrifty.find(null, "c").join());
    }
}
