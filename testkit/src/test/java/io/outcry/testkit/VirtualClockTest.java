package io.outcry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class VirtualClockTest {

    @Test
    void theWallClockMovesWithMonotonicTimeAndJumpsAlone() {
        VirtualClock clock = new VirtualClock(-5);
        clock.advanceMs(1_500);
        assertThat(clock.nowNs()).isEqualTo(1_499_999_995L);
        assertThat(clock.epochMs()).isEqualTo(VirtualClock.EPOCH_START_MS + 1_500);
        clock.jumpEpochMs(-3_000);
        assertThat(clock.epochMs()).isEqualTo(VirtualClock.EPOCH_START_MS - 1_500);
        assertThat(clock.nowNs()).isEqualTo(1_499_999_995L);
    }

    @Test
    void monotonicTimeNeverGoesBack() {
        assertThatThrownBy(() -> new VirtualClock().advanceNs(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
