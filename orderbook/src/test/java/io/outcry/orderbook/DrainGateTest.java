package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DrainGateTest {

    private final DrainGate gate = new DrainGate();

    @Test
    void onlyTheFirstSignalFindsNobodyAtIt() {
        assertThat(gate.signal()).isTrue();
        assertThat(gate.signal()).isFalse();
        assertThat(gate.claim()).isTrue();
        assertThat(gate.claim()).isFalse();
        assertThat(gate.release()).isTrue();
        assertThat(gate.claim()).isFalse();
        assertThat(gate.signal()).isTrue();
    }

    @Test
    void whatIsSaidWhileSomebodyWorksMakesThemLookAgain() {
        gate.signal();
        gate.claim();
        assertThat(gate.signal()).isFalse();
        assertThat(gate.signal()).isFalse();
        assertThat(gate.release()).isFalse();
        assertThat(gate.claim()).isFalse();
        assertThat(gate.release()).isTrue();
        assertThat(gate.signal()).isTrue();
    }

    @Test
    void nobodyCanClaimWhatWasNotSignalled() {
        assertThat(gate.claim()).isFalse();
    }

    @Test
    void oneAtATimeWorksAndNothingSaidIsForgotten() throws Exception {
        int threads = 3;
        int each = 100_000;
        AtomicLong work = new AtomicLong();
        AtomicInteger inside = new AtomicInteger();
        long[] done = {0};
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                runs.add(pool.submit(() -> {
                    for (int n = 0; n < each; n++) {
                        work.incrementAndGet();
                        gate.signal();
                        if (gate.claim()) {
                            do {
                                assertThat(inside.incrementAndGet()).isEqualTo(1);
                                done[0] += work.getAndSet(0);
                                inside.decrementAndGet();
                            } while (!gate.release());
                        }
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(work.get()).isZero();
        assertThat(done[0]).isEqualTo((long) threads * each);
    }
}
