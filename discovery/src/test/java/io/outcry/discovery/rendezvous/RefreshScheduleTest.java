package io.outcry.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.VirtualClock;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RefreshScheduleTest {

    private final VirtualClock clock = new VirtualClock(-3);
    private final RefreshSchedule schedule = new RefreshSchedule(new SplittableRandom(1));

    private long waitedS() {
        long fromNs = clock.nowNs();
        clock.advanceToNs(schedule.nextDeadlineNs());
        return Duration.ofNanos(clock.nowNs() - fromNs).toSeconds();
    }

    @Test
    void asksAtOnceAndAgainBeforeTheGrantEnds() {
        assertThat(schedule.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        schedule.onAdvertise("m", Duration.ofHours(2), clock.nowNs());
        assertThat(schedule.due(clock.nowNs())).containsExactly("m");
        assertThat(schedule.due(clock.nowNs())).as("not twice").isEmpty();
        assertThat(schedule.ttlS("m")).isEqualTo(7_200);
        schedule.onRegistered("m", 1_000, clock.nowNs());
        assertThat(waitedS()).isBetween(700L, 800L);
        assertThat(schedule.due(clock.nowNs())).containsExactly("m");
    }

    @Test
    void triesAgainEverMoreSlowly() {
        schedule.onAdvertise("m", Duration.ofHours(2), clock.nowNs());
        long last = 0;
        for (int i = 0; i < 30; i++) {
            assertThat(schedule.due(clock.nowNs())).containsExactly("m");
            schedule.onFailed("m", clock.nowNs());
            last = waitedS();
            assertThat(last).isLessThanOrEqualTo(300);
        }
        assertThat(last).isBetween(149L, 300L);
        schedule.due(clock.nowNs());
        schedule.onRegistered("m", 100, clock.nowNs());
        waitedS();
        schedule.due(clock.nowNs());
        schedule.onFailed("m", clock.nowNs());
        assertThat(waitedS()).as("a success forgets the failures").isLessThanOrEqualTo(1);
    }

    @Test
    void anOutcomeThatIsNeverToldIsAFailure() {
        schedule.onAdvertise("m", Duration.ofHours(2), clock.nowNs());
        schedule.due(clock.nowNs());
        assertThat(waitedS()).isEqualTo(60);
        assertThat(schedule.due(clock.nowNs())).isEmpty();
        waitedS();
        assertThat(schedule.due(clock.nowNs())).containsExactly("m");
    }

    @Test
    void newAddressesAreToldAtOnceAlsoIfAQuestionIsUnderWay() {
        schedule.onAdvertise("m", Duration.ofHours(2), clock.nowNs());
        schedule.due(clock.nowNs());
        schedule.onChanged(clock.nowNs());
        schedule.onRegistered("m", 1_000, clock.nowNs());
        assertThat(schedule.due(clock.nowNs())).containsExactly("m");
        schedule.onRegistered("m", 1_000, clock.nowNs());
        assertThat(schedule.due(clock.nowNs())).isEmpty();
        schedule.onChanged(clock.nowNs());
        assertThat(schedule.due(clock.nowNs())).containsExactly("m");
    }

    @Test
    void whatIsWithdrawnIsNotAsked() {
        schedule.onAdvertise("m", Duration.ofHours(2), clock.nowNs());
        assertThat(schedule.onWithdraw("m")).isTrue();
        assertThat(schedule.onWithdraw("m")).isFalse();
        schedule.onRegistered("m", 1, clock.nowNs());
        schedule.onFailed("m", clock.nowNs());
        assertThat(schedule.due(clock.nowNs())).isEmpty();
        assertThat(schedule.ttlS("m")).isZero();
    }

    @Test
    void strangeGrantsDoNoHarmAndNamespacesAreBounded() {
        schedule.onAdvertise("m", Duration.ofHours(2), clock.nowNs());
        for (long granted : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            clock.advanceToNs(schedule.nextDeadlineNs());
            schedule.due(clock.nowNs());
            schedule.onRegistered("m", granted, clock.nowNs());
            assertThat(schedule.nextDeadlineNs() - clock.nowNs())
                    .isBetween(1L, Duration.ofDays(3).toNanos());
        }
        for (int i = 1; i < RefreshSchedule.NAMESPACES_MAX; i++) {
            assertThat(schedule.onAdvertise("n" + i, Duration.ofHours(2), clock.nowNs()))
                    .isTrue();
        }
        assertThat(schedule.onAdvertise("more", Duration.ofHours(2), clock.nowNs()))
                .isFalse();
        assertThat(schedule.onAdvertise("m", Duration.ofHours(3), clock.nowNs()))
                .isTrue();
        assertThat(schedule.namespaces()).hasSize(RefreshSchedule.NAMESPACES_MAX);
    }
}
