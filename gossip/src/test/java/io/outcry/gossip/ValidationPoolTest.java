package io.outcry.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose work is done when, and what becomes of it at the end. */
class ValidationPoolTest {

    private static final int WAITING_MAX = 100;

    private final ValidationPool pool = new ValidationPool(1, WAITING_MAX, (what, failure) -> {});
    private final ValidationPool.Strand flooding = pool.strand();
    private final ValidationPool.Strand modest = pool.strand();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<String> order = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    private void block(ValidationPool.Strand strand) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        strand.execute(() -> {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
        Swarm.await(entered);
    }

    @Test
    void strandsTakeTurnsAndEachKeepsItsOrder() throws Exception {
        block(flooding);
        for (int i = 0; i < 50; i++) {
            String name = "flood " + i;
            flooding.submit(() -> order.add(name));
        }
        modest.submit(() -> order.add("modest"));
        flooding.submit(done::countDown);
        release.countDown();
        Swarm.await(done);
        assertThat(order.indexOf("modest")).isLessThan(ValidationPool.TURN);
        order.remove("modest");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            expected.add("flood " + i);
        }
        assertThat(order).isEqualTo(expected);
    }

    @Test
    void aFullPoolRefusesTheOneWhoFilledItAndTakesOnePieceOfAnother() throws Exception {
        block(flooding);
        for (int i = 0; i < WAITING_MAX; i++) {
            assertThat(flooding.submit(() -> {})).isTrue();
        }
        assertThat(flooding.submit(() -> {})).isFalse();
        assertThat(modest.submit(() -> {})).isTrue();
        assertThat(modest.submit(() -> {})).isFalse();
        modest.execute(done::countDown);
        release.countDown();
        Swarm.await(done);
    }

    @Test
    void whatThrowsEndsNothing() throws Exception {
        modest.submit(() -> {
            throw new AssertionError("a piece of work");
        });
        modest.submit(done::countDown);
        Swarm.await(done);
    }

    @Test
    void closingDropsAllThatWaitsOnceAlsoBehindWhatIsStuck() throws Exception {
        AtomicInteger dropped = new AtomicInteger();
        ValidationPool.Task task = new ValidationPool.Task() {
            @Override
            public void run() {
                throw new AssertionError("it should be dropped");
            }

            @Override
            public void drop() {
                dropped.incrementAndGet();
            }
        };
        block(flooding);
        for (int i = 0; i < 20; i++) {
            flooding.submit(task);
            modest.submit(task);
        }
        pool.close();
        assertThat(dropped).hasValue(40);
        assertThat(pool.waiting()).isZero();
        assertThat(modest.submit(task)).isFalse();
    }
}
