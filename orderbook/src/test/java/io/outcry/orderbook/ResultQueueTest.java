package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ResultQueueTest {

    private static final int ROUNDS = 50_000;

    private final AtomicInteger tellings = new AtomicInteger();
    private final ResultQueue results = new ResultQueue(4, tellings::incrementAndGet);
    private final BookRequest request = new BookRequest(results);

    @Test
    void manyResultsAreOneTellingUntilItIsHeeded() {
        results.add(request);
        results.tell();
        results.add(request);
        results.tell();
        assertThat(tellings.get()).isEqualTo(1);
        results.heed();
        assertThat(results.poll()).isNotNull();
        results.add(request);
        results.tell();
        assertThat(tellings.get()).isEqualTo(2);
    }

    /** Adding and telling on one side, heeding and polling on the other, at the same moment, again and again. */
    @Test
    void aResultThatNoPollFindsIsToldOf() throws Exception {
        AtomicInteger round = new AtomicInteger();
        AtomicInteger added = new AtomicInteger();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> drainer = thread.submit(() -> {
                for (int n = 1; n <= ROUNDS; n++) {
                    await(round, n);
                    results.add(request);
                    results.tell();
                    added.set(n);
                }
            });
            results.add(request);
            results.tell();
            results.poll();
            for (int n = 1; n <= ROUNDS; n++) {
                // An old telling stands, as after the round before.
                int before = tellings.get();
                round.set(n);
                results.heed();
                boolean found = results.poll() != null;
                await(added, n);
                assertThat(found || tellings.get() > before)
                        .as("round %d: neither found nor told of", n)
                        .isTrue();
                if (!found) {
                    results.poll();
                }
                results.add(request);
                results.tell();
                results.poll();
            }
            drainer.get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
    }

    /** Spins, so that both meet closely, and not for ever, since they may have to share a processor. */
    private static void await(AtomicInteger counter, int value) {
        for (int spins = 0; counter.get() < value; spins++) {
            if (spins < 200) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
