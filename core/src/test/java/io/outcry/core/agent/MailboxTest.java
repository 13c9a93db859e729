package io.outcry.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private final List<Integer> read = new ArrayList<>();

    @Test
    void deliversInOrderAndUpToTheLimit() {
        Mailbox<Integer> box = new Mailbox<>("box", 8);
        for (int i = 0; i < 5; i++) {
            assertThat(box.offer(i)).isTrue();
        }
        assertThat(box.size()).isEqualTo(5);
        assertThat(box.drain(read::add, 3)).isEqualTo(3);
        assertThat(read).containsExactly(0, 1, 2);
        assertThat(box.drain(read::add, 100)).isEqualTo(2);
        assertThat(box.drain(read::add, 100)).isZero();
        assertThat(box.isEmpty()).isTrue();
        assertThat(read).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void refusesAndCountsWhenFull() {
        Mailbox<Integer> box = new Mailbox<>("box", 4);
        for (int i = 0; i < box.capacity(); i++) {
            assertThat(box.offer(i)).isTrue();
        }
        assertThat(box.offer(99)).isFalse();
        assertThat(box.rejected()).isEqualTo(1);
        box.drain(read::add, 1);
        assertThat(box.offer(100)).isTrue();
    }

    @Test
    void aSourcePastItsShareIsRefusedAndOthersAreNot() {
        Mailbox<Integer> box = new Mailbox<>("box", 64);
        AtomicInteger told = new AtomicInteger();
        Mailbox<Integer>.Source greedy = box.source(4, told::incrementAndGet);
        Mailbox<Integer>.Source modest = box.source(4, () -> {});
        for (int i = 0; i < 4; i++) {
            assertThat(greedy.offer(i)).isTrue();
        }
        assertThat(greedy.offer(4)).isFalse();
        assertThat(greedy.offer(5)).isFalse();
        assertThat(greedy.used()).isEqualTo(4);
        assertThat(greedy.rejected()).isEqualTo(2);
        assertThat(modest.offer(9)).isTrue();

        box.drain(read::add, 1);
        assertThat(told).as("more than half of the share is still in use").hasValue(0);
        box.drain(read::add, 1);
        assertThat(told).hasValue(1);
        assertThat(greedy.offer(6)).isTrue();
        box.drain(read::add, 100);
        assertThat(told).as("told once for any number of refusals").hasValue(1);
        assertThat(read).containsExactly(0, 1, 2, 3, 9, 6);
    }

    @Test
    void aSourceRefusedByAFullBoxHearsWhenHalfOfItIsFree() {
        Mailbox<Integer> box = new Mailbox<>("box", 8);
        AtomicInteger told = new AtomicInteger();
        Mailbox<Integer>.Source source = box.source(100, told::incrementAndGet);
        for (int i = 0; i < box.capacity(); i++) {
            box.offer(i);
        }
        assertThat(source.offer(1)).isFalse();
        assertThat(source.offer(1)).isFalse();
        box.drain(read::add, 3);
        assertThat(told).hasValue(0);
        box.drain(read::add, 1);
        assertThat(told).hasValue(1);
        assertThat(source.offer(1)).isTrue();
    }

    @Test
    void whoeverIsToldAndFillsTheBoxAgainDoesNotKeepTheReaderBusy() {
        Mailbox<Integer> box = new Mailbox<>("box", 8);
        List<Mailbox<Integer>.Source> sources = new ArrayList<>();
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            int index = i;
            sources.add(box.source(100, () -> {
                told.incrementAndGet();
                while (sources.get(index).offer(index)) {}
            }));
        }
        sources.forEach(s -> {
            while (s.offer(0)) {}
        });
        box.drain(read::add, 8);
        assertThat(told).hasValue(1);
        assertThat(box.size()).isEqualTo(8);
    }

    @Test
    void aClosedSourceIsRefusedAndStaysSilentButWhatWaitsIsDelivered() {
        Mailbox<Integer> box = new Mailbox<>("box", 8);
        AtomicInteger told = new AtomicInteger();
        Mailbox<Integer>.Source source = box.source(1, told::incrementAndGet);
        source.offer(1);
        source.offer(2);
        source.close();
        assertThat(source.offer(3)).isFalse();
        assertThat(box.drain(read::add, 8)).isEqualTo(1);
        assertThat(told).hasValue(0);
    }

    @Test
    void aReaderThatThrowsLosesThatItemOnly() {
        Mailbox<Integer> box = new Mailbox<>("box", 8);
        Mailbox<Integer>.Source source = box.source(1, () -> {});
        source.offer(1);
        box.offer(2);
        assertThatThrownBy(() -> box.drain(
                        i -> {
                            throw new IllegalArgumentException("no " + i);
                        },
                        8))
                .hasMessage("no 1");
        assertThat(source.used()).isZero();
        box.drain(read::add, 8);
        assertThat(read).containsExactly(2);
    }

    @Test
    void wakesItsAgentAlsoWhenASourceWaitsForRoom() {
        Mailbox<Integer> box = new Mailbox<>("box", 2);
        AtomicInteger woken = new AtomicInteger();
        box.wakes(woken::incrementAndGet);
        box.offer(1);
        box.offer(2);
        assertThat(woken).hasValue(2);
        box.source(5, () -> {}).offer(3);
        assertThat(woken).hasValue(3);
    }

    @Test
    void insistsOnSensibleSizes() {
        assertThatThrownBy(() -> new Mailbox<>("box", 1)).hasMessageContaining("box");
        assertThatThrownBy(() -> new Mailbox<>("box", 8).source(0, () -> {})).hasMessageContaining("share");
    }

    /** Producers stop at a refusal until they are told; if a single call to {@code onRoom} were lost, this would hang. */
    @Test
    void nobodyWaitsForeverUnderContention() throws InterruptedException {
        int producers = 4;
        int each = 50_000;
        Mailbox<int[]> box = new Mailbox<>("box", 16);
        CountDownLatch done = new CountDownLatch(producers);
        for (int p = 0; p < producers; p++) {
            int id = p;
            Semaphore room = new Semaphore(0);
            Mailbox<int[]>.Source source = box.source(1 + p * 3, room::release);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    while (!source.offer(new int[] {id, i})) {
                        room.acquireUninterruptibly();
                        room.drainPermits();
                    }
                }
                done.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }
        int[] next = new int[producers];
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(240);
        while (Arrays.stream(next).anyMatch(n -> n < each)) {
            assertThat(System.nanoTime())
                    .as("stuck at " + Arrays.toString(next))
                    .isLessThan(deadlineNs);
            if (box.drain(item -> assertThat(item[1]).isEqualTo(next[item[0]]++), 7) == 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(box.isEmpty()).isTrue();
    }
}
