package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.RefuseReason;
import io.outcry.market.Step;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Owners that lie, replay, equivocate, forge and flood: they harm themselves, and all honest replicas agree on it. */
class LiarTest {

    private static VirtualWorld world(int peers) {
        VirtualWorld world = new VirtualWorld(peers, peers).startAll();
        world.runMs(5_000);
        return world;
    }

    private static OrderState seen(VirtualPeer peer, OrderId id) {
        return peer.replica.floor().store.find(id);
    }

    @Test
    void twoHalvesToldDifferentStepsBothEndAtEquivocated() {
        VirtualWorld world = world(4);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1), world.peer(2), world.peer(3));
        Order order = liar.order(500, Side.SELL, 100, 10);
        liar.tell(liar.seal(liar.enter(order)), world.peer(0), world.peer(1), world.peer(2), world.peer(3));
        liar.tell(liar.seal(liar.cut(order, 2, 3)), world.peer(0), world.peer(1));
        liar.tell(liar.seal(liar.cut(order, 2, 4)), world.peer(2), world.peer(3));
        world.runMs(100);
        assertThat(seen(world.peer(0), order.id()).isEquivocated()).isFalse();
        // The halves meet by anti-entropy; whoever sees both tells the rest.
        world.rest(100_000);
        for (VirtualPeer peer : world.peers) {
            assertThat(seen(peer, order.id()).isEquivocated()).isTrue();
            assertThat(peer.replica.book(5).asks()).isEmpty();
        }
        world.checkAtRest();
    }

    @Test
    void aClosedOrderThatIsOpenedAgainIsEquivocatedInEitherOrder() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        Order order = liar.order(500, Side.SELL, 100, 10);
        byte[] enter = liar.seal(liar.enter(order));
        byte[] closed = liar.seal(liar.cut(order, 5, 10));
        byte[] open = liar.seal(new Step(
                order.id(), 6, 0, 0, 10, 0, OrderStatus.OPEN, CloseReason.NONE, liar.hlc(), new Cause.Expire()));
        liar.tell(enter, world.peer(0), world.peer(1));
        liar.tell(closed, world.peer(0));
        liar.tell(open, world.peer(0));
        liar.tell(open, world.peer(1));
        liar.tell(closed, world.peer(1));
        assertThat(seen(world.peer(0), order.id()).isEquivocated()).isTrue();
        assertThat(seen(world.peer(1), order.id()).isEquivocated()).isTrue();
    }

    @Test
    void aStepThatUsesMoreThanTheOrderHasIsAContradictionWhicheverComesFirst() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        Order order = liar.order(500, Side.SELL, 100, 10);
        byte[] enter = liar.seal(liar.enter(order));
        byte[] over = liar.seal(liar.cut(order, 2, 11));
        liar.tell(enter, world.peer(0));
        liar.tell(over, world.peer(0));
        liar.tell(over, world.peer(1));
        liar.tell(enter, world.peer(1));
        assertThat(seen(world.peer(0), order.id()).isEquivocated()).isTrue();
        assertThat(seen(world.peer(1), order.id()).isEquivocated()).isTrue();
    }

    @Test
    void twoProposalsUnderOneTradeIdGetOneFill() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(200);
        liar.beat(world.peer(0), world.peer(1));
        Order makerOrder = world.peer(0).order(maker).order();
        Order taker = liar.order(500, Side.BUY, 100, 20);
        liar.tell(liar.seal(liar.enter(taker), liar.hold(taker, 2, makerOrder, 4, 1)), world.peer(0));
        world.runMs(100);
        liar.tell(liar.seal(liar.hold(taker, 3, makerOrder, 6, 1)), world.peer(0));
        world.runMs(100);
        assertThat(world.peer(0).order(maker).step().filled()).isEqualTo(4);
        assertThat(world.peer(0).notices).contains(Notice.CONTRADICTED_TRADE);
        assertThat(seen(world.peer(1), taker.id()).isEquivocated()).isTrue();
    }

    @Test
    void aLureWithALargerKeyIsRefusedForItsRole() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1));
        Order early = liar.order(500, Side.BUY, 100, 10);
        world.runMs(300);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 99, 10));
        world.runMs(200);
        Order makerOrder = world.peer(0).order(maker).order();
        liar.tell(liar.seal(liar.enter(early), liar.hold(early, 2, makerOrder, 5, 1)), world.peer(0));
        world.runMs(200);
        assertThat(world.peer(0).replica.counters().fills()).isZero();
        assertThat(world.peer(0).replica.counters().refusals()).isEqualTo(1);
    }

    @Test
    void aForwardDatedOrderWaitsForItsTimeAndAFarOneIsNotTaken() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0));
        Order soon = liar.order(500, Side.SELL, 100, 10, Hlc.of(world.epochMs() + 1_500));
        Order far = liar.order(501, Side.SELL, 100, 10, Hlc.of(world.epochMs() + 10_000));
        liar.tell(liar.seal(liar.enter(soon), liar.enter(far)), world.peer(0));
        assertThat(seen(world.peer(0), soon.id())).isNull();
        world.runMs(1_300);
        assertThat(seen(world.peer(0), soon.id())).isNotNull();
        assertThat(seen(world.peer(0), far.id())).isNull();
        // Whoever reacts to it is later than it.
        OrderId reaction = world.peer(0).enter(OrderRequest.limit(Side.BUY, 100, 1));
        world.runMs(50);
        assertThat(world.peer(0).order(reaction).order().hlc()).isGreaterThan(soon.hlc());
    }

    @Test
    void aBackDatedOrderIsLateAndComesLastAtItsPrice() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1));
        OrderId honest = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(300);
        liar.anchor = ItemHash.of(new byte[32]);
        Order back = liar.order(500, Side.SELL, 100, 5, Hlc.of(world.epochMs() - 20_000));
        liar.tell(liar.seal(liar.enter(back)), world.peer(0), world.peer(1));
        world.peer(1).enter(OrderRequest.limit(Side.BUY, 100, 5));
        world.runMs(1_000);
        assertThat(world.peer(0).order(honest).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(seen(world.peer(1), back.id()).late).isTrue();
    }

    @Test
    void oldEnvelopesAreIgnoredButTheirProposalsAreAnswered() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(200);
        liar.beat(world.peer(0));
        Order makerOrder = world.peer(0).order(maker).order();
        Order taker = liar.order(500, Side.BUY, 100, 5);
        byte[] old =
                liar.seal(Hlc.of(world.epochMs() - 40_000), liar.enter(taker), liar.hold(taker, 2, makerOrder, 5, 1));
        liar.tell(old, world.peer(0));
        world.runMs(100);
        assertThat(seen(world.peer(0), taker.id())).isNull();
        assertThat(world.peer(0).replica.counters().refusals()).isEqualTo(1);
        assertThat(world.peer(0).lastRefusal).isEqualTo(RefuseReason.CLOCK);
    }

    @Test
    void aFloodOfNewOrdersStopsAtTheQuotaAndHarmsNobodyElse() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1));
        for (int i = 0; i < 60; i++) {
            Step[] steps = new Step[40];
            for (int k = 0; k < steps.length; k++) {
                steps[k] = liar.enter(liar.order(1_000 + i * 40L + k, Side.SELL, 200, 1));
            }
            liar.tell(liar.seal(steps), world.peer(0));
        }
        assertThat(world.peer(0).replica.openOrders()).isLessThanOrEqualTo(ReplicaLimits.NEW_BURST + 200);
        assertThat(world.peer(0).replica.counters().itemsOverQuota()).isPositive();
        world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(300);
        OrderId taker = world.peer(1).enter(OrderRequest.limit(Side.BUY, 100, 5));
        world.runMs(500);
        assertThat(world.peer(1).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void garbageAndForgeriesBeforeTheTrueCopyDoNotKeepItOut() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0));
        Order order = liar.order(500, Side.SELL, 100, 10);
        byte[] honest = liar.seal(liar.enter(order));
        Random random = new Random(5);
        for (int i = 0; i < honest.length; i++) {
            byte[] forged = honest.clone();
            forged[i] ^= (byte) (1 + random.nextInt(255));
            liar.tell(forged, world.peer(0));
        }
        assertThat(seen(world.peer(0), order.id())).isNull();
        assertThat(world.rejected).isEqualTo(honest.length);
        liar.tell(honest, world.peer(0));
        assertThat(seen(world.peer(0), order.id())).isNotNull();
    }

    @Test
    void aTakerThatNeverSettlesIsOneAtATimeForTheCautious() {
        VirtualWorld world = new VirtualWorld(3, 1);
        world.policy = CounterpartyPolicy.CAUTIOUS;
        world.startAll();
        world.runMs(3_000);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0));
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(200);
        Order makerOrder = world.peer(0).order(maker).order();
        Order taker = liar.order(500, Side.BUY, 100, 20);
        liar.tell(liar.seal(liar.enter(taker), liar.hold(taker, 2, makerOrder, 2, 1)), world.peer(0));
        world.runMs(100);
        liar.tell(liar.seal(liar.hold(taker, 3, makerOrder, 2, 2)), world.peer(0));
        world.runMs(100);
        assertThat(world.peer(0).order(maker).step().filled()).isEqualTo(2);
        assertThat(world.peer(0).lastRefusal).isEqualTo(RefuseReason.LIMIT);
    }

    @Test
    void aReplicaRestoredFromAnOldBackupIsFencedAndGivesUpItsOldOrders() {
        VirtualWorld world = world(3);
        VirtualPeer peer = world.peer(0);
        OrderId order = peer.enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(500);
        var backup = new ArrayList<>(peer.disk.records);
        world.peer(1).enter(OrderRequest.limit(Side.BUY, 100, 4));
        world.runMs(1_000);
        assertThat(peer.order(order).step().filled()).isEqualTo(4);
        peer.replica = null;
        peer.promised.clear();
        peer.disk.records.clear();
        peer.disk.records.addAll(backup);
        peer.disk.durable = backup.size();
        peer.start();
        world.runMs(60_000);
        assertThat(peer.notices).contains(Notice.FENCED);
        assertThat(peer.order(order).state()).isEqualTo(OrderUpdate.State.FENCED);
        for (VirtualPeer other : world.peers) {
            assertThat(other.replica.openOrders()).isZero();
        }
        OrderId fresh = peer.enter(OrderRequest.limit(Side.SELL, 100, 3));
        world.runMs(500);
        world.peer(2).enter(OrderRequest.limit(Side.BUY, 100, 3));
        world.runMs(1_000);
        assertThat(peer.order(fresh).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void twoLivingCopiesOfOneKeyHarmOnlyThemselves() {
        VirtualWorld world = world(3);
        VirtualPeer clone = new VirtualPeer(world, 0);
        world.peers.add(clone);
        clone.start();
        world.runMs(3_000);
        for (int i = 0; i < 20; i++) {
            world.peer(0).submit(OrderRequest.limit(Side.SELL, 100, 2));
            clone.submit(OrderRequest.limit(Side.SELL, 101, 2));
            world.runMs(1_000);
        }
        assertThat(clone.replica.counters().fences()).isBetween(1L, 4L);
        OrderId maker = world.peer(1).enter(OrderRequest.limit(Side.SELL, 50, 3));
        world.runMs(500);
        OrderId taker = world.peer(2).enter(OrderRequest.limit(Side.BUY, 50, 3));
        world.runMs(1_000);
        assertThat(world.peer(1).order(maker).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(world.peer(2).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
    }

    @Test
    void aReplicaThatLostItsJournalRetiresItsOldOrdersAndAnswersNoOldProposal() {
        VirtualWorld world = world(3);
        VirtualPeer peer = world.peer(0);
        peer.enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(500);
        peer.replica = null;
        peer.promised.clear();
        peer.disk.records.clear();
        peer.disk.durable = 0;
        peer.start();
        world.runMs(60_000);
        for (VirtualPeer other : world.peers) {
            assertThat(other.replica.openOrders()).isZero();
        }
        world.rest(40_000);
        world.checkAtRest();
    }
}
