package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.VirtualClock;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final long LIMIT_NS = 1_000;

    private final VirtualClock clock = new VirtualClock(-500);
    private final StallWatch watch = new StallWatch(LIMIT_NS, clock.nowNs());

    @Test
    void nothingWaitingIsNoStall() {
        clock.advanceNs(10 * LIMIT_NS);
        watch.observe(false, clock.nowNs());
        assertThat(watch.isStalled(clock.nowNs())).isFalse();
        assertThat(watch.deadlineNs(false)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waitingTooLongIsAStall() {
        watch.observe(true, clock.nowNs());
        clock.advanceNs(LIMIT_NS - 1);
        watch.observe(true, clock.nowNs());
        assertThat(watch.isStalled(clock.nowNs())).isFalse();
        clock.advanceToNs(watch.deadlineNs(true));
        assertThat(watch.isStalled(clock.nowNs())).isTrue();
    }

    @Test
    void progressStartsTheWaitAnew() {
        watch.observe(true, clock.nowNs());
        clock.advanceNs(LIMIT_NS - 1);
        watch.onProgress(true, clock.nowNs());
        clock.advanceNs(LIMIT_NS - 1);
        assertThat(watch.isStalled(clock.nowNs())).isFalse();
        watch.onProgress(false, clock.nowNs());
        clock.advanceNs(LIMIT_NS);
        assertThat(watch.isStalled(clock.nowNs())).isFalse();
    }

    @Test
    void outputNobodySpokeOfIsLookedAtWithinTheLimit() {
        watch.observe(false, clock.nowNs());
        assertThat(watch.deadlineNs(true)).isEqualTo(clock.nowNs() + LIMIT_NS);
    }
}
