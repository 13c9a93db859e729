package io.outcry.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.testkit.Threads;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentGroupMembersTest {

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "DEDICATED"})
    void agentsComeAndGoWhileTheGroupRuns(ThreadingMode mode) throws InterruptedException {
        try (AgentGroup group = AgentGroup.start(mode, "node", System::nanoTime, (agent, failure) -> {})) {
            Counting first = new Counting("first");
            Counting second = new Counting("second");
            group.add(first);
            group.add(second);
            assertThat(first.worked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.worked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(first.thread == second.thread).isEqualTo(mode == ThreadingMode.SHARED);

            group.remove(first);
            assertThat(first.closes).isEqualTo(1);
            assertThat(second.closes).isZero();
        }
    }

    @Test
    void theCallerDrivesAgentsThatCameLater() {
        AgentGroup group = AgentGroup.start(ThreadingMode.INVOKER, "test", () -> 7, (agent, failure) -> {});
        Counting agent = new Counting("late");
        assertThat(group.invoke()).isZero();
        group.add(agent);
        assertThat(group.invoke()).isEqualTo(1);
        group.remove(agent);
        assertThat(agent.closes).isZero();
        assertThat(group.invoke()).isZero();
        assertThat(agent.closes).isEqualTo(1);
        group.close();
        assertThat(agent.closes).isEqualTo(1);
        assertThatThrownBy(() -> group.add(agent)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "DEDICATED"})
    void whoeverRemovesAnAgentWhileTheGroupClosesIsNotKeptWaiting(ThreadingMode mode) throws Exception {
        for (int round = 0; round < 500; round++) {
            AgentGroup group = AgentGroup.start(mode, "node", System::nanoTime, (agent, failure) -> {});
            Counting agent = new Counting("agent");
            group.add(agent);
            CyclicBarrier together = new CyclicBarrier(3);
            List<CompletableFuture<Void>> all = Stream.<Runnable>of(
                            () -> group.remove(agent), () -> group.remove(agent), group::close)
                    .map(action -> Threads.run(() -> {
                        try {
                            together.await(60, TimeUnit.SECONDS);
                        } catch (Exception broken) {
                            throw new AssertionError(broken);
                        }
                        action.run();
                    }))
                    .toList();
            for (CompletableFuture<Void> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(agent.closes).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "DEDICATED"})
    void anAgentThatJoinsWhileTheGroupClosesIsRefusedOrClosed(ThreadingMode mode) throws Exception {
        for (int round = 0; round < 500; round++) {
            AgentGroup group = AgentGroup.start(mode, "node", System::nanoTime, (agent, failure) -> {});
            Counting agent = new Counting("late");
            CompletableFuture<Boolean> joining = Threads.supply(() -> {
                try {
                    group.add(agent);
                    return true;
                } catch (IllegalStateException closed) {
                    return false;
                }
            });
            group.close();
            if (joining.get(60, TimeUnit.SECONDS)) {
                assertThat(agent.closed.await(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** Does one item of work, then none. */
    private static final class Counting implements Agent {
        private final String role;
        private final CountDownLatch worked = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile Thread thread = Thread.currentThread();
        private volatile int closes;

        private Counting(String role) {
            this.role = role;
        }

        @Override
        public String role() {
            return role;
        }

        @Override
        public int doWork(long nowNs) {
            if (worked.getCount() == 0) {
                return 0;
            }
            thread = Thread.currentThread();
            worked.countDown();
            return 1;
        }

        @Override
        public long nextDeadlineNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onClose() {
            closes++;
            closed.countDown();
        }
    }
}
