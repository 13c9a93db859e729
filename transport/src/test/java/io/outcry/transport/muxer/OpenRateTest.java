package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.testkit.VirtualClock;
import org.junit.jupiter.api.Test;

class OpenRateTest {

    private final VirtualClock clock = new VirtualClock(-5_000_000_000L);
    private final OpenRate rate = new OpenRate(10, 4, clock.nowNs());

    @Test
    void aBurstIsAllowedOnce() {
        assertThat(taken()).isEqualTo(10);
        assertThat(taken()).isZero();
    }

    @Test
    void tokensComeBackOneByOne() {
        taken();
        clock.advanceMs(249);
        assertThat(taken()).isZero();
        clock.advanceMs(1);
        assertThat(taken()).isOne();
        clock.advanceMs(625);
        assertThat(taken()).isEqualTo(2);
        clock.advanceMs(125);
        assertThat(taken()).isOne();
    }

    @Test
    void noMoreThanTheBurstGathers() {
        taken();
        clock.advanceMs(3_600_000);
        assertThat(taken()).isEqualTo(10);
    }

    @Test
    void aRateBeyondTheClocksStepIsNoLimit() {
        OpenRate any = new OpenRate(1, Integer.MAX_VALUE, clock.nowNs());
        assertThat(any.take(clock.nowNs())).isTrue();
        clock.advanceMs(1);
        assertThat(any.take(clock.nowNs())).isTrue();
    }

    @Test
    void nonsenseIsAMistake() {
        assertThatThrownBy(() -> new OpenRate(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpenRate(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private int taken() {
        int count = 0;
        while (rate.take(clock.nowNs())) {
            count++;
        }
        return count;
    }
}
