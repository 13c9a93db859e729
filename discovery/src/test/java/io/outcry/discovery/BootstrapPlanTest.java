package io.outcry.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapPlanTest {

    private static final PeerId PEER = PrivateKey.generate(KeyType.ED25519).peerId();
    private static final Multiaddr NAMED =
            Multiaddr.parse("/ip4/192.0.2.1/tcp/1").withPeer(PEER);
    private static final Multiaddr PLAIN = Multiaddr.parse("/ip4/192.0.2.2/tcp/1");

    private final VirtualClock clock = new VirtualClock(-1);
    private final List<String> log = new ArrayList<>();
    private final BootstrapPlan.Sink sink = new BootstrapPlan.Sink() {
        @Override
        public void dial(int index, Multiaddr address) {
            log.add("dial " + index);
        }

        @Override
        public void unreachable(Multiaddr address, String why) {
            log.add("unreachable: " + why);
        }

        @Override
        public void reachableAgain(Multiaddr address) {
            log.add("again");
        }
    };

    private BootstrapPlan plan(Multiaddr... addresses) {
        return new BootstrapPlan(List.of(addresses), new SplittableRandom(1), sink, clock.nowNs());
    }

    @Test
    void dialsEveryAddressOnceAndRestsWhileConnected() {
        BootstrapPlan plan = plan(NAMED, PLAIN, NAMED);
        assertThat(plan.onTick(clock.nowNs())).isEqualTo(2);
        plan.onTick(clock.nowNs());
        plan.onConnected(0, PEER);
        plan.onConnected(1, PrivateKey.generate(KeyType.ED25519).peerId());
        assertThat(plan.connected()).isEqualTo(2);
        assertThat(plan.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        clock.advanceMs(1_000_000);
        plan.onTick(clock.nowNs());
        assertThat(log).containsExactly("dial 0", "dial 1");
        assertThat(plan.known()).hasSize(2).contains(new PeerAddresses(PEER, List.of(NAMED.withoutPeer())));
    }

    @Test
    void oneThatCannotBeReachedIsToldOnceAndTriedEverMoreSlowly() {
        BootstrapPlan plan = plan(NAMED);
        long waitNs = 0;
        for (int i = 0; i < 20; i++) {
            assertThat(plan.onTick(clock.nowNs())).isEqualTo(1);
            plan.onFailed(0, "refused", clock.nowNs());
            waitNs = plan.nextDeadlineNs() - clock.nowNs();
            assertThat(waitNs).isBetween(1L, TimeUnit.SECONDS.toNanos(60));
            clock.advanceNs(waitNs);
        }
        assertThat(waitNs).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(30));
        assertThat(log).filteredOn(line -> line.startsWith("unreachable")).containsExactly("unreachable: refused");
        plan.onTick(clock.nowNs());
        plan.onConnected(0, PEER);
        assertThat(log).endsWith("again");
        plan.onPeerDisconnected(PEER, clock.nowNs());
        assertThat(plan.nextDeadlineNs() - clock.nowNs()).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
        clock.advanceToNs(plan.nextDeadlineNs());
        plan.onTick(clock.nowNs());
        plan.onFailed(0, "gone", clock.nowNs());
        assertThat(log).endsWith("unreachable: gone");
    }

    @Test
    void aPeerThatCameByItselfIsNotDialled() {
        BootstrapPlan plan = plan(NAMED);
        plan.onPeerConnected(PEER);
        assertThat(plan.onTick(clock.nowNs())).isZero();
        plan.onPeerDisconnected(PEER, clock.nowNs());
        assertThat(plan.connected()).isZero();
        assertThat(plan.nextDeadlineNs()).isNotEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDialWithoutAnOutcomeCountsAsFailed() {
        BootstrapPlan plan = plan(PLAIN);
        plan.onTick(clock.nowNs());
        clock.advanceToNs(plan.nextDeadlineNs());
        plan.onTick(clock.nowNs());
        assertThat(log).containsExactly("dial 0", "unreachable: the dial had no outcome");
        plan.onFailed(0, "late", clock.nowNs());
        assertThat(log).hasSize(2);
        clock.advanceToNs(plan.nextDeadlineNs());
        assertThat(plan.onTick(clock.nowNs())).isEqualTo(1);
    }

    @Test
    void listsAreBoundedAndMayBeEmpty() {
        assertThat(plan().nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        Multiaddr[] many = IntStream.rangeClosed(0, BootstrapPlan.ADDRESSES_MAX)
                .mapToObj(port -> Multiaddr.parse("/ip4/192.0.2.1/tcp/" + port))
                .toArray(Multiaddr[]::new);
        assertThatThrownBy(() -> plan(many)).hasMessageContaining("at most 256");
    }
}
