package io.outcry.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogRateTest {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static int taken(LogRate rate, int lines, long nowNs) {
        int taken = 0;
        for (int i = 0; i < lines; i++) {
            taken += rate.take(nowNs) == null ? 0 : 1;
        }
        return taken;
    }

    @Test
    void twentyAtOnceThenFiveASecondWhereverTheClockBegan() {
        for (long startNs : new long[] {0, -7, Long.MAX_VALUE - SECOND_NS, Long.MIN_VALUE + 3}) {
            LogRate rate = new LogRate(startNs);
            assertThat(taken(rate, 1000, startNs)).isEqualTo(20);
            assertThat(taken(rate, 1000, startNs + SECOND_NS)).isEqualTo(5);
            assertThat(taken(rate, 1000, startNs + 3 * SECOND_NS)).isEqualTo(10);
            assertThat(taken(rate, 1000, startNs + 1000 * SECOND_NS))
                    .as("a long silence allows a burst and no more")
                    .isEqualTo(20);
        }
    }

    @Test
    void whatWasLeftOutIsToldOnce() {
        LogRate rate = new LogRate(0);
        assertThat(taken(rate, 23, 0)).isEqualTo(20);
        assertThat(rate.take(SECOND_NS)).isEqualTo(" (3 more lines were left out)");
        assertThat(rate.take(SECOND_NS)).isEmpty();
    }
}
