package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class SharedFrameTest {

    private static final int WORDS = 200;
    private static final int STATES = 400_000;

    @Test
    void aCopyIsNeverAMixtureOfTwoStates() throws Exception {
        SharedFrame frame = new SharedFrame(WORDS);
        AtomicBoolean done = new AtomicBoolean();
        CyclicBarrier start = new CyclicBarrier(3);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(() -> {
                    start.await();
                    return readUntil(done, frame);
                }));
            }
            start.await();
            for (long state = 1; state <= STATES; state++) {
                frame.open();
                for (int i = 0; i < WORDS; i++) {
                    frame.set(i, state);
                }
                frame.publish();
            }
            done.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(STATES);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aReaderIsServedWhileAWriterIsInTheMiddleOfAState() {
        SharedFrame frame = new SharedFrame(2);
        frame.open();
        frame.set(0, 7);
        frame.set(1, 7);
        frame.publish();
        frame.open();
        frame.set(0, 8);
        long[] copy = new long[2];
        assertThat(frame.read(copy)).isEqualTo(1);
        assertThat(copy).containsExactly(7, 7);
    }

    private static long readUntil(AtomicBoolean done, SharedFrame frame) {
        long[] copy = new long[WORDS];
        long last = 0;
        boolean lastRound;
        do {
            lastRound = done.get();
            long version = frame.read(copy);
            long[] whole = new long[WORDS];
            Arrays.fill(whole, version);
            assertThat(Arrays.equals(copy, whole)).isTrue();
            assertThat(version).isGreaterThanOrEqualTo(last);
            last = version;
        } while (!lastRound);
        return last;
    }
}
