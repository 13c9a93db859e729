package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionManagerTest {

    private static final WaterMarks MARKS = new WaterMarks(3, 5, 60_000, 10_000);

    private long nowNs = 7;
    private final ConnectionManager manager = new ConnectionManager(MARKS, () -> nowNs);

    @Test
    void trimsToTheLowWaterMarkOnceAboveTheHighOne() {
        List<FakeConnection> open = connect(5);
        pass(60);
        assertThat(manager.trim(nowNs)).isEmpty();
        assertThat(manager.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        open.addAll(connect(1));
        assertThat(manager.trim(nowNs)).hasSize(3);
    }

    @Test
    void whenAllAreSparedItIsNotAskedAgainAtOnce() {
        manager.waterMarks(new WaterMarks(0, 1, 60_000, 0));
        connect(2);
        assertThat(manager.trim(nowNs)).isEmpty();
        assertThat(manager.nextDeadlineNs()).isGreaterThan(nowNs);
        pass(60);
        assertThat(manager.trim(nowNs)).hasSize(2);
    }

    @Test
    void theLeastWorthGoesFirst() {
        List<FakeConnection> open = connect(6);
        pass(60);
        for (int i = 0; i < 6; i++) {
            manager.onIdentified(open.get(i));
            manager.tag(open.get(i).peer(), "score", 10 * i);
        }
        assertThat(manager.trim(nowNs)).containsExactly(open.get(0), open.get(1), open.get(2));
    }

    @Test
    void thoseNotIdentifiedGoBeforeAllOthers() {
        List<FakeConnection> open = connect(6);
        pass(60);
        for (int i = 0; i < 5; i++) {
            manager.onIdentified(open.get(i));
        }
        manager.tag(open.get(5).peer(), "score", 1_000);
        assertThat(manager.trim(nowNs)).startsWith(open.get(5));
    }

    @Test
    void fewerStreamsGoFirstAmongEquals() {
        FakeConnection busy = new FakeConnection(9);
        FakeConnection idle = new FakeConnection(0);
        manager.onConnected(busy, nowNs);
        manager.onConnected(idle, nowNs);
        pass(60);
        manager.waterMarks(new WaterMarks(1, 1, 60_000, 10_000));
        assertThat(manager.trim(nowNs)).containsExactly(idle);
    }

    @Test
    void protectedPeersStay() {
        List<FakeConnection> open = connect(6);
        pass(60);
        open.subList(0, 5).forEach(connection -> manager.protect(connection.peer(), "mesh"));
        assertThat(manager.trim(nowNs)).containsExactly(open.get(5));
    }

    @Test
    void protectionEndsWithItsLastReason() {
        FakeConnection one = connect(1).get(0);
        manager.protect(one.peer(), "a");
        manager.protect(one.peer(), "b");
        assertThat(manager.unprotect(one.peer(), "a")).isTrue();
        assertThat(manager.isProtected(one.peer())).isTrue();
        assertThat(manager.unprotect(one.peer(), "b")).isFalse();
        assertThat(manager.isProtected(one.peer())).isFalse();
    }

    @Test
    void graceIsRespected() {
        List<FakeConnection> old = connect(2);
        pass(30);
        connect(4);
        pass(30);
        assertThat(manager.trim(nowNs)).containsExactlyInAnyOrderElementsOf(old);
    }

    @Test
    void silenceSeparatesTrims() {
        connect(6);
        pass(60);
        assertThat(manager.trim(nowNs)).hasSize(3);
        connect(3);
        pass(9);
        assertThat(manager.trim(nowNs)).isEmpty();
        assertThat(manager.nextDeadlineNs()).isEqualTo(nowNs + TimeUnit.SECONDS.toNanos(1));
        pass(1);
        // The newcomers are in grace: the three that stayed are older, and go.
        assertThat(manager.trim(nowNs)).hasSize(3);
    }

    @Test
    void decayingTagsHalve() {
        FakeConnection one = connect(1).get(0);
        manager.tagDecaying(one.peer(), "delivered", 100, Duration.ofMinutes(1));
        manager.tag(one.peer(), "mesh", 7);
        assertThat(manager.value(one.peer())).isEqualTo(107);
        pass(60);
        assertThat(manager.value(one.peer())).isEqualTo(57);
        pass(3_600);
        assertThat(manager.value(one.peer())).isEqualTo(7);
        manager.untag(one.peer(), "mesh");
        assertThat(manager.value(one.peer())).isZero();
    }

    private List<FakeConnection> connect(int count) {
        List<FakeConnection> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakeConnection connection = new FakeConnection(1);
            manager.onConnected(connection, nowNs);
            made.add(connection);
        }
        return made;
    }

    private void pass(long seconds) {
        nowNs += TimeUnit.SECONDS.toNanos(seconds);
    }
}
