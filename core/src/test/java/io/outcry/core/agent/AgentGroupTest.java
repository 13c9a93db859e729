package io.outcry.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(240)
class AgentGroupTest {

    private static final AgentGroup.FailureHandler NO_FAILURE = (agent, failure) -> {
        throw new AssertionError(agent.role() + " failed", failure);
    };

    /** Reads a mailbox and remembers who called it. */
    private static final class Reader implements Agent {
        final String role;
        final Mailbox<Integer> box = new Mailbox<>("reader", 1024);
        final List<Integer> read = Collections.synchronizedList(new ArrayList<>());
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final AtomicLong cycles = new AtomicLong();
        final AtomicInteger closed = new AtomicInteger();
        volatile long deadlineNs = Long.MAX_VALUE;
        volatile long lastNowNs;

        Reader(String role) {
            this.role = role;
        }

        @Override
        public String role() {
            return role;
        }

        @Override
        public void onStart(Runnable wakeUp) {
            box.wakes(wakeUp);
        }

        @Override
        public int doWork(long nowNs) {
            threads.add(Thread.currentThread());
            cycles.incrementAndGet();
            lastNowNs = nowNs;
            int work = box.drain(read::add, 100);
            if (deadlineNs != Long.MAX_VALUE && nowNs - deadlineNs >= 0) {
                deadlineNs = Long.MAX_VALUE;
                read.add(-1);
                work++;
            }
            return work;
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }

        @Override
        public void onClose() {
            threads.add(Thread.currentThread());
            closed.incrementAndGet();
        }

        void awaitRead(int count) {
            while (read.size() < count) {
                Thread.yield();
            }
        }
    }

    private static boolean sleeps(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static void awaitSleep(Reader reader) {
        while (reader.threads.isEmpty() || !reader.threads.stream().allMatch(AgentGroupTest::sleeps)) {
            Thread.yield();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DEDICATED", "SHARED"})
    void eachItemWakesItsSleepingAgent(ThreadingMode mode) {
        Reader a = new Reader("a");
        Reader b = new Reader("b");
        try (AgentGroup group = AgentGroup.start(mode, List.of(a, b), NanoClock.system(), NO_FAILURE)) {
            for (int i = 0; i < 200; i++) {
                awaitSleep(a);
                a.box.offer(i);
                a.awaitRead(i + 1);
            }
            b.box.offer(7);
            b.awaitRead(1);
            assertThat(group.mode()).isEqualTo(mode);
        }
        assertThat(a.threads).hasSize(1);
        assertThat(b.threads).hasSize(1);
        assertThat(a.threads.equals(b.threads)).isEqualTo(mode == ThreadingMode.SHARED);
        String name = a.threads.iterator().next().getName();
        assertThat(name).isEqualTo(mode == ThreadingMode.SHARED ? "a+b" : "a");
        assertThat(a.closed).hasValue(1);
        assertThat(b.closed).hasValue(1);
    }

    @Test
    void itemsThatArriveWhileTheAgentDozesOffAreNotOverlooked() throws InterruptedException {
        Reader agent = new Reader("a");
        int count = 100_000;
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.DEDICATED, List.of(agent), NanoClock.system(), NO_FAILURE)) {
            Thread writer = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    while (!agent.box.offer(i)) {
                        Thread.onSpinWait();
                    }
                    if (i % 64 == 0) {
                        Thread.onSpinWait();
                    }
                }
            });
            writer.start();
            writer.join();
            agent.awaitRead(count);
        }
        assertThat(agent.read).hasSize(count).isSorted();
    }

    @Test
    void sleepsUntilTheDeadlineAndDoesNotSpin() {
        Reader agent = new Reader("a");
        agent.deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.DEDICATED, List.of(agent), NanoClock.system(), NO_FAILURE)) {
            agent.awaitRead(1);
            awaitSleep(agent);
            // A handful of cycles: start, deadline, and the odd spurious return from parking.
            assertThat(agent.cycles.get()).isLessThan(20);
        }
    }

    @Test
    void anInterruptDoesNotTurnSleepIntoSpinning() {
        Reader agent = new Reader("a");
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.DEDICATED, List.of(agent), NanoClock.system(), NO_FAILURE)) {
            awaitSleep(agent);
            agent.threads.iterator().next().interrupt();
            agent.box.offer(1);
            agent.awaitRead(1);
            awaitSleep(agent);
            assertThat(agent.cycles.get()).isLessThan(20);
        }
    }

    @Test
    void theCallerDrivesInInvokerModeWithItsOwnClock() {
        VirtualClock clock = new VirtualClock(-5);
        Reader a = new Reader("a");
        Reader b = new Reader("b");
        AtomicInteger clockReads = new AtomicInteger();
        NanoClock counting = () -> {
            clockReads.incrementAndGet();
            return clock.nowNs();
        };
        try (AgentGroup group = AgentGroup.start(ThreadingMode.INVOKER, List.of(a, b), counting, NO_FAILURE)) {
            assertThat(group.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
            a.box.offer(1);
            b.deadlineNs = 10;
            assertThat(group.nextDeadlineNs()).isEqualTo(10);
            assertThat(group.invoke()).isEqualTo(1);
            assertThat(clockReads).as("one clock read a cycle").hasValue(1);
            clock.advanceToNs(10);
            assertThat(group.invoke()).isEqualTo(1);
            assertThat(a.lastNowNs).isEqualTo(b.lastNowNs).isEqualTo(10);
            assertThat(group.invoke()).isZero();
            group.wakeUp();
            group.close();
            assertThat(group.invoke()).isZero();
        }
        assertThat(a.threads).containsExactly(Thread.currentThread());
        assertThat(a.closed).hasValue(1);
        assertThat(b.closed).hasValue(1);
    }

    @Test
    void onlyInvokerIsDrivenFromOutside() {
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.SHARED, List.of(new Reader("a")), NanoClock.system(), NO_FAILURE)) {
            assertThatThrownBy(group::invoke)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SHARED");
            assertThatThrownBy(group::nextDeadlineNs).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> AgentGroup.start(ThreadingMode.SHARED, List.of(), NanoClock.system(), NO_FAILURE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Throws as long as it is told to. */
    private static final class Thrower implements Agent {
        volatile boolean throwing = true;
        final List<Long> callsNs = new ArrayList<>();

        @Override
        public String role() {
            return "thrower";
        }

        @Override
        public int doWork(long nowNs) {
            callsNs.add(nowNs);
            if (throwing) {
                throw new IllegalStateException("on purpose");
            }
            return 0;
        }

        @Override
        public long nextDeadlineNs() {
            return 0;
        }

        @Override
        public void onClose() {
            throw new IllegalStateException("on close");
        }
    }

    @Test
    void anAgentThatThrowsIsReportedAndPausedWhileOthersGoOn() {
        VirtualClock clock = new VirtualClock(0);
        Thrower thrower = new Thrower();
        Reader reader = new Reader("reader");
        List<String> reported = new ArrayList<>();
        AgentGroup group =
                AgentGroup.start(ThreadingMode.INVOKER, List.of(thrower, reader), clock::nowNs, (agent, failure) -> {
                    reported.add(agent.role() + ": " + failure.getMessage());
                    throw new IllegalStateException("a handler that fails itself");
                });
        reader.box.offer(1);
        assertThat(group.invoke()).isEqualTo(1);
        assertThat(reader.read).containsExactly(1);
        assertThat(reported).containsExactly("thrower: on purpose");
        assertThat(group.nextDeadlineNs()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1));
        group.invoke();
        assertThat(thrower.callsNs).as("not called during its pause").hasSize(1);
        for (int i = 0; i < 20; i++) {
            clock.advanceToNs(group.nextDeadlineNs());
            group.invoke();
        }
        assertThat(thrower.callsNs).hasSize(21);
        long lastPauseNs = thrower.callsNs.get(20) - thrower.callsNs.get(19);
        assertThat(lastPauseNs).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        thrower.throwing = false;
        clock.advanceMs(1_000);
        group.invoke();
        assertThat(group.nextDeadlineNs()).as("recovered").isZero();
        group.close();
        assertThat(reported).hasSize(22).endsWith("thrower: on close");
        assertThat(reader.closed).hasValue(1);
    }

    @Test
    void anAgentThatCannotSayWhenItIsDueDoesNotEndItsThread() {
        Reader reader = new Reader("reader");
        CountDownLatch reported = new CountDownLatch(2);
        Agent confused = new Agent() {
            @Override
            public String role() {
                return "confused";
            }

            @Override
            public int doWork(long nowNs) {
                return 0;
            }

            @Override
            public long nextDeadlineNs() {
                throw new IllegalStateException("what time is it?");
            }
        };
        try (AgentGroup group = AgentGroup.start(
                ThreadingMode.SHARED,
                List.of(confused, reader),
                NanoClock.system(),
                (agent, failure) -> reported.countDown())) {
            for (int i = 0; reported.getCount() > 0; i++) {
                reader.box.offer(i);
                reader.awaitRead(i + 1);
            }
            assertThat(group.mode()).isEqualTo(ThreadingMode.SHARED);
        }
        assertThat(reader.closed).hasValue(1);
    }

    @Test
    void closeIsIdempotentAndMayComeFromAnAgentItself() throws InterruptedException {
        CountDownLatch closedFromInside = new CountDownLatch(1);
        AgentGroup[] group = new AgentGroup[1];
        CountDownLatch started = new CountDownLatch(1);
        Agent suicidal = new Agent() {
            @Override
            public String role() {
                return "suicidal";
            }

            @Override
            public int doWork(long nowNs) {
                try {
                    started.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                group[0].close();
                return 0;
            }

            @Override
            public long nextDeadlineNs() {
                return Long.MAX_VALUE;
            }

            @Override
            public void onClose() {
                closedFromInside.countDown();
            }
        };
        group[0] = AgentGroup.start(ThreadingMode.DEDICATED, List.of(suicidal), NanoClock.system(), NO_FAILURE);
        started.countDown();
        assertThat(closedFromInside.await(60, TimeUnit.SECONDS)).isTrue();
        group[0].close();
    }
}
