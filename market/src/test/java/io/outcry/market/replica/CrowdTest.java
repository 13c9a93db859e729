package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Census;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.Step;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Crowds of owners that cost their maker nothing: what they may take up is bounded, and nobody honest is crowded out. */
class CrowdTest {

    private static final int CROWD = 1_000;

    private final VirtualWorld world = new VirtualWorld(9, 2).startAll();
    private final VirtualPeer peer = world.peer(0);

    CrowdTest() {
        world.runMs(5_000);
    }

    private List<Liar> crowd(int count) {
        List<Liar> crowd = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            crowd.add(new Liar(world, CROWD + i));
        }
        return crowd;
    }

    private void tradesAsEver() {
        OrderId maker = world.peer(1).enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(500);
        OrderId taker = peer.enter(OrderRequest.limit(Side.BUY, 100, 5));
        world.runMs(1_000);
        assertThat(peer.order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(world.peer(1).order(maker).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void moreOwnersThanThereIsRoomForDoNotPushOutTheReplicaItself() {
        OrderId mine = peer.enter(OrderRequest.limit(Side.SELL, 900, 1));
        world.runMs(100);
        crowd(ReplicaLimits.OWNERS_MAX + 10).forEach(liar -> liar.beat(peer));
        world.runMs(2_500);
        assertThat(peer.isUp()).isTrue();
        Store store = peer.replica.floor().store;
        assertThat(store.find(peer.id)).isSameAs(store.me());
        assertThat(store.find(mine)).isNotNull();
        tradesAsEver();
    }

    @Test
    void aSilentCrowdWithOrdersGivesWayToWhoeverIsHeard() {
        for (Liar liar : crowd(ReplicaLimits.OWNERS_MAX)) {
            liar.tell(liar.seal(liar.enter(liar.order(1, Side.SELL, 500, 1))), peer);
        }
        Liar late = new Liar(world, 77);
        late.beat(peer);
        late.tell(late.seal(late.enter(late.order(1, Side.SELL, 400, 1))), peer);
        assertThat(peer.replica.book(1).asks().get(0).price()).isEqualTo(400);
        tradesAsEver();
    }

    @Test
    void oldEnvelopesMakeNoOwnerKnown() {
        int before = owners();
        for (Liar liar : crowd(100)) {
            liar.tell(liar.seal(Hlc.of(world.epochMs() - 60_000), liar.enter(liar.order(1, Side.SELL, 500, 1))), peer);
        }
        assertThat(owners()).isEqualTo(before);
    }

    private int owners() {
        int owners = 0;
        for (OwnerState owner : peer.replica.floor().store.owners()) {
            owners += owner.id.equals(peer.id) ? 0 : 1;
        }
        return owners;
    }

    @Test
    void whoeverFillsTheBookCrowdsOutItself() {
        Store store = peer.replica.floor().store;
        List<Liar> crowd = crowd(110);
        for (int round = 0; round < 17; round++) {
            for (Liar liar : crowd) {
                liar.beat(peer);
                Step[] steps = new Step[60];
                for (int k = 0; k < steps.length; k++) {
                    steps[k] = liar.enter(liar.order(1_000 + round * 60L + k, Side.SELL, 500, 1));
                }
                liar.tell(liar.seal(steps), peer);
            }
            world.runMs(2_000);
        }
        assertThat(store.size()).isGreaterThan(ReplicaLimits.ORDERS_MAX - 1_000);
        assertThat(peer.replica.counters().ordersCrowdedOut()).isPositive();
        Liar small = new Liar(world, 77);
        small.beat(peer);
        OrderId mine = peer.enter(OrderRequest.limit(Side.SELL, 450, 1));
        small.tell(small.seal(small.enter(small.order(1, Side.SELL, 400, 1))), peer);
        world.runMs(500);
        assertThat(store.size()).isLessThanOrEqualTo(ReplicaLimits.ORDERS_MAX + 10);
        assertThat(store.find(mine)).isNotNull();
        assertThat(peer.replica.book(1).asks().get(0).price()).isEqualTo(400);
    }

    /** Late orders, of each owner of which one may be asked at a time: all the others are looked at in vain. */
    private List<Liar> lures() {
        List<Liar> crowd = crowd(40);
        for (Liar liar : crowd) {
            liar.beat(peer);
            liar.anchor = ItemHash.of(new byte[32]);
            for (int i = 0; i < 8; i++) {
                Step[] steps = new Step[60];
                for (int k = 0; k < steps.length; k++) {
                    steps[k] = liar.enter(liar.order(1_000 + i * 60L + k, Side.SELL, 400, 1));
                }
                liar.tell(liar.seal(steps), peer);
            }
        }
        return crowd;
    }

    /** Every 5 ms one more, older than {@code hlc}: whose order that is has somebody new to look at. */
    private void lure(List<Liar> crowd, long hlc, int from, int to) {
        for (int i = from; i < to; i++) {
            Liar liar = crowd.get(i % crowd.size());
            liar.tell(liar.seal(liar.enter(liar.order(5_000 + i, Side.SELL, 400, 1, hlc - 1 - i))), peer);
            world.runMs(5);
        }
    }

    @Test
    void luresMakeSearchesLongButDoNotTakeUpTheThread() {
        List<Liar> crowd = lures();
        OrderId taker = peer.enter(OrderRequest.limit(Side.BUY, 500, 1_000_000));
        world.runMs(1_000);
        long hlc = peer.order(taker).order().hlc();
        long before = peer.replica.counters().looks();
        lure(crowd, hlc, 0, 400);
        long looks = peer.replica.counters().looks() - before;
        assertThat(looks).isBetween(1_000_000L, 2_000_000_000L / ReplicaLimits.LOOK_NS + 200_000);
        OrderId honest = world.peer(1).enter(OrderRequest.limit(Side.SELL, 450, 5));
        world.runMs(2_000);
        assertThat(world.peer(1).order(honest).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void ordersThatLuresWakeAgainAndAgainKeepNoOtherFromLooking() {
        world.peer(1).enter(OrderRequest.limit(Side.BUY, 600, 1_000));
        world.runMs(500);
        List<Liar> crowd = lures();
        OrderId first = peer.enter(OrderRequest.limit(Side.BUY, 500, 1_000_000));
        peer.enter(OrderRequest.limit(Side.BUY, 500, 1_000_000));
        peer.enter(OrderRequest.limit(Side.BUY, 500, 1_000_000));
        world.runMs(1_000);
        long hlc = peer.order(first).order().hlc();
        lure(crowd, hlc, 0, 100);
        OrderId other = peer.enter(OrderRequest.limit(Side.SELL, 600, 5));
        lure(crowd, hlc, 100, 400);
        assertThat(peer.order(other).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void stepsWithoutTheirOrdersAreFewAndEnd() {
        Liar liar = new Liar(world, CROWD);
        liar.beat(peer);
        for (int i = 0; i < 40; i++) {
            Step[] steps = new Step[60];
            for (int k = 0; k < steps.length; k++) {
                steps[k] = liar.cut(liar.order(1_000 + i * 60L + k, Side.SELL, 500, 9), 2, 1);
            }
            liar.tell(liar.seal(steps), peer);
            world.runMs(100);
        }
        OwnerState owner = peer.replica.floor().store.find(liar.id);
        assertThat(owner.orders).hasSize(ReplicaLimits.ORPHANS_MAX);
        world.runMs(49L * 60 * 60 * 1_000);
        assertThat(owner.orders).isEmpty();
    }

    @Test
    void contradictionsMakeNoRoomForMore() {
        Liar liar = new Liar(world, CROWD);
        liar.beat(peer);
        for (int i = 0; i < 1_500; i += 20) {
            Step[] steps = new Step[60];
            for (int k = 0; k < 20; k++) {
                var order = liar.order(1_000 + i + k, Side.SELL, 500, 9);
                steps[3 * k] = liar.enter(order);
                steps[3 * k + 1] = liar.cut(order, 2, 1);
                steps[3 * k + 2] = liar.cut(order, 2, 2);
            }
            liar.tell(liar.seal(steps), peer);
            world.runMs(300);
        }
        OwnerState owner = peer.replica.floor().store.find(liar.id);
        assertThat(owner.equivocated)
                .isBetween(ReplicaLimits.OPEN_ORDERS_MAX, ReplicaLimits.OPEN_ORDERS_MAX + ReplicaLimits.ORPHANS_MAX);
        assertThat(owner.orders).hasSize(owner.equivocated);
    }

    @Test
    void itemsOfOneOwnerThatWaitForTheirTimeAreFew() {
        Liar liar = new Liar(world, CROWD);
        liar.beat(peer);
        for (int i = 0; i < 20; i++) {
            Step[] steps = new Step[60];
            for (int k = 0; k < steps.length; k++) {
                long hlc = Hlc.of(world.epochMs() + 1_900) + i * 60L + k;
                steps[k] = liar.enter(liar.order(1_000 + i * 60L + k, Side.SELL, 500, 1, hlc));
            }
            byte[] envelope = liar.seal(steps);
            liar.tell(envelope, peer);
            liar.tell(envelope, peer);
        }
        assertThat(peer.replica.counters().itemsFromTheFuture()).isEqualTo(ReplicaLimits.FUTURE_OF_OWNER_MAX);
        world.runMs(3_000);
        OwnerState owner = peer.replica.floor().store.find(liar.id);
        assertThat(owner.waiting).isZero();
        assertThat(owner.orders.values()).allMatch(state -> state.latest.step().status() == OrderStatus.OPEN);
    }

    @Test
    void aCrowdThatOnlyWantsRefusalsGetsFewAndTradesGoOn() {
        OrderId maker = peer.enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(300);
        Order order = peer.order(maker).order();
        for (Liar liar : crowd(30)) {
            liar.beat(peer);
            Step[] steps = new Step[61];
            Order low = liar.order(500, Side.BUY, 90, 100);
            steps[0] = liar.enter(low);
            for (int n = 1; n < steps.length; n++) {
                steps[n] = liar.hold(low, 1 + n, order, 1, n);
            }
            liar.tell(liar.seal(steps), peer);
        }
        assertThat(peer.replica.counters().proposalsHeard()).isEqualTo(30 * 60);
        assertThat(peer.replica.counters().refusals())
                .isEqualTo((long) ReplicaLimits.REFUSALS_PER_S * ReplicaLimits.BURST_FACTOR);
        OrderId taker = world.peer(1).enter(OrderRequest.limit(Side.BUY, 100, 5));
        world.runMs(1_000);
        assertThat(world.peer(1).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void manyContradictionsAreReportedAFewASecond() {
        world.split(world.peer(1), 1); // it would report some too
        Liar liar = new Liar(world, CROWD);
        liar.beat(peer);
        int before = world.observer.evidence;
        for (int i = 0; i < 200; i++) {
            var order = liar.order(1_000 + i, Side.SELL, 500, 9);
            liar.tell(liar.seal(liar.enter(order), liar.cut(order, 2, 1), liar.cut(order, 2, 2)), peer);
            world.runMs(50);
        }
        world.runMs(1_000);
        assertThat(peer.replica.counters().equivocations()).isEqualTo(200);
        assertThat(world.observer.evidence - before)
                .isBetween(
                        ReplicaLimits.EVIDENCE_BURST, ReplicaLimits.EVIDENCE_BURST + 12 * ReplicaLimits.EVIDENCE_PER_S);
    }

    @Test
    void censusesOfOneOwnerAreTakenOneASecond() {
        Liar liar = new Liar(world, CROWD);
        liar.beat(peer);
        List<Census> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(liar.census(10 + i));
            liar.tell(liar.seal(all.get(i)), peer);
        }
        OwnerState owner = peer.replica.floor().store.find(liar.id);
        assertThat(owner.census().item()).isEqualTo(all.get(ReplicaLimits.CENSUS_BURST - 1));
        world.runMs(1_500);
        Census later = liar.census(100);
        liar.tell(liar.seal(later), peer);
        assertThat(owner.census().item()).isEqualTo(later);
    }
}
