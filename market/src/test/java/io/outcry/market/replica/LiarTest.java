package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Evidence;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.RefuseReason;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TestKeys;
import io.outcry.market.TradeId;
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
    void whoContradictsItselfWithoutEndIsNotReportedWithoutEnd() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(200);
        liar.beat(world.peer(0), world.peer(1));
        Order makerOrder = world.peer(0).order(maker).order();
        Order taker = liar.order(500, Side.BUY, 100, 20);
        liar.tell(liar.seal(liar.enter(taker), liar.hold(taker, 2, makerOrder, 4, 1)), world.peer(0));
        for (int i = 0; i < 500; i++) {
            liar.tell(liar.seal(liar.hold(taker, 3 + i, makerOrder, 6, 1)), world.peer(0));
        }
        assertThat(world.peer(0).replica.counters().contradictedTrades()).isEqualTo(500);
        assertThat(world.peer(0).notices).contains(Notice.CONTRADICTED_TRADE).hasSizeLessThan(50);
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

    @Test
    void aFillByAStrangerUnderTheIdOfATradeIsNoTradeToAnybody() {
        VirtualWorld world = world(3);
        Liar liar = new Liar(world, 77);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(300);
        liar.beat(world.peer(0), world.peer(1), world.peer(2));
        world.latencyMsMax = 1_000;
        OrderId taker = world.peer(1).enter(OrderRequest.limit(Side.BUY, 100, 4));
        TradeId trade = new TradeId(taker, 1);
        Order lure = liar.order(500, Side.SELL, 1, 10);
        Cause bogus = new Cause.Fill(trade, ItemHash.of(new byte[32]), 7, 3);
        Step fill = new Step(lure.id(), 2, 3, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, liar.hlc(), bogus);
        world.runMs(20);
        liar.tell(liar.seal(liar.enter(lure), fill), world.peer(0), world.peer(1), world.peer(2));
        world.runMs(10_000);
        assertThat(world.peer(1).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        for (VirtualPeer peer : world.peers) {
            TradeUpdate last = peer.tape.get(peer.tape.size() - 1);
            assertThat(last.trade()).isEqualTo(trade);
            assertThat(last.maker()).isEqualTo(maker);
            assertThat(last.price()).isEqualTo(100);
            assertThat(last.settled()).isTrue();
        }
        assertThat(world.peer(1).tape).noneMatch(line -> line.maker().equals(lure.id()));
    }

    @Test
    void theTapePrintsATradeWhoseSettlementIsHeardFirst() {
        VirtualWorld world = world(1);
        Liar maker = new Liar(world, 77);
        Liar taker = new Liar(world, 78);
        Order sell = maker.order(1, Side.SELL, 100, 10);
        Order buy = taker.order(1, Side.BUY, 100, 10);
        TradeId trade = new TradeId(buy.id(), 1);
        Step hold = taker.hold(buy, 2, sell, 4, 1);
        Step fill = new Step(
                sell.id(),
                2,
                4,
                0,
                0,
                0,
                OrderStatus.OPEN,
                CloseReason.NONE,
                maker.hlc(),
                new Cause.Fill(trade, hash(hold), 100, 4));
        Step settle = new Step(
                buy.id(),
                3,
                4,
                0,
                0,
                0,
                OrderStatus.OPEN,
                CloseReason.NONE,
                taker.hlc(),
                new Cause.Settle(trade, hash(fill), 4));
        taker.tell(taker.seal(taker.enter(buy), hold, settle), world.peer(0));
        assertThat(world.peer(0).tape).isEmpty();
        maker.tell(maker.seal(maker.enter(sell), fill), world.peer(0));
        assertThat(world.peer(0).tape).extracting(TradeUpdate::settled).containsExactly(false, true);
    }

    private static ItemHash hash(Step step) {
        return SignedItem.unsigned(VirtualWorld.SPEC.id(), step).hash();
    }

    @Test
    void aStrangersCopiesOnATradeStreamDoNotUseUpTheOwnersQuota() {
        VirtualWorld world = world(2);
        Liar owner = new Liar(world, 77);
        owner.beat(world.peer(0));
        Step[] steps = new Step[60];
        for (int k = 0; k < steps.length; k++) {
            steps[k] = owner.enter(owner.order(1_000 + k, Side.SELL, 200, 1));
        }
        byte[] old = owner.seal(steps);
        for (int i = 0; i < 500; i++) {
            world.peer(0).hear(old, TestKeys.owner(99), true);
        }
        Order order = owner.order(1, Side.SELL, 200, 1);
        world.peer(0).hear(owner.seal(owner.enter(order)), owner.id, true);
        assertThat(seen(world.peer(0), order.id())).isNotNull();
        assertThat(seen(world.peer(0), steps[0].id())).isNull();
    }

    @Test
    void aMakerThatFillsOneTradeTwiceIsReportedByItsTaker() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1));
        Order sell = liar.order(500, Side.SELL, 100, 10);
        liar.tell(liar.seal(liar.enter(sell)), world.peer(0), world.peer(1));
        world.runMs(300);
        OrderId taker = world.peer(0).enter(OrderRequest.limit(Side.BUY, 100, 4));
        world.runMs(200);
        TradeId trade = new TradeId(taker, 1);
        ItemHash proposal = world.observer.holds.get(trade).hash();
        Step fill = filled(liar, sell, 2, 4, new Cause.Fill(trade, proposal, 100, 4));
        world.observer.fills.put(trade, SignedItem.unsigned(VirtualWorld.SPEC.id(), fill));
        byte[] first = liar.seal(fill);
        byte[] second = liar.seal(filled(liar, sell, 4, 6, new Cause.Fill(trade, proposal, 100, 2)));
        liar.tell(first, world.peer(0));
        world.runMs(200);
        liar.tell(liar.seal(liar.cut(sell, 3, 0)), world.peer(1));
        liar.tell(second, world.peer(0));
        world.runMs(500);
        assertThat(world.peer(0).notices).contains(Notice.CONTRADICTED_TRADE);
        assertThat(seen(world.peer(1), sell.id()).isEquivocated()).isTrue();
        assertThat(world.peer(0).order(taker).step().filled()).isEqualTo(4);
    }

    @Test
    void aTakerThatUsesATradeIdAgainAfterItsSettlementHarmsNoMaker() {
        VirtualWorld world = world(2);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1));
        world.runMs(300);
        Order makerOrder = world.peer(0).order(maker).order();
        Order taker = liar.order(500, Side.BUY, 100, 20);
        TradeId trade = new TradeId(taker.id(), 1);
        liar.tell(liar.seal(liar.enter(taker), liar.hold(taker, 2, makerOrder, 2, 1)), world.peer(0), world.peer(1));
        world.runMs(200);
        ItemHash filled = world.observer.fills.remove(trade).hash();
        liar.tell(liar.seal(filled(liar, taker, 3, 2, new Cause.Settle(trade, filled, 2))), world.peer(0));
        world.runMs(8_000);
        liar.beat(world.peer(0), world.peer(1));
        long hlc = liar.hlc();
        Cause again = new Cause.Hold(trade, maker, 100, 2, 1, Hlc.ms(hlc) + 5_000);
        liar.tell(
                liar.seal(new Step(taker.id(), 4, 2, 2, 0, 0, OrderStatus.OPEN, CloseReason.NONE, hlc, again)),
                world.peer(0));
        world.runMs(1_000);
        assertThat(world.peer(0).order(maker).step().filled()).isEqualTo(4);
        assertThat(world.peer(0).notices).doesNotContain(Notice.FENCED);
        assertThat(seen(world.peer(1), maker).isEquivocated()).isFalse();
    }

    @Test
    void whoSettlesAnothersFillPrintsNothingAndTakesNothingFromTheTape() {
        VirtualWorld world = world(2);
        OrderId maker = world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10));
        Liar taker = new Liar(world, 77);
        Liar thief = new Liar(world, 78);
        taker.beat(world.peer(0), world.peer(1));
        thief.beat(world.peer(0), world.peer(1));
        world.runMs(300);
        Order makerOrder = world.peer(0).order(maker).order();
        Order order = taker.order(500, Side.BUY, 100, 20);
        TradeId trade = new TradeId(order.id(), 1);
        taker.tell(
                taker.seal(taker.enter(order), taker.hold(order, 2, makerOrder, 2, 1)), world.peer(0), world.peer(1));
        world.runMs(200);
        ItemHash filled = world.observer.fills.get(trade).hash();
        Order bait = thief.order(600, Side.BUY, 90, 20);
        TradeId stolen = new TradeId(bait.id(), 1);
        Step theft = filled(thief, bait, 2, 2, new Cause.Settle(stolen, filled, 2));
        thief.tell(thief.seal(thief.enter(bait), theft), world.peer(1));
        Step settle = filled(taker, order, 3, 2, new Cause.Settle(trade, filled, 2));
        taker.tell(taker.seal(settle), world.peer(0), world.peer(1));
        world.runMs(200);
        assertThat(world.peer(1).tape.stream().map(TradeUpdate::trade)).containsOnly(trade);
        assertThat(world.peer(1).tape.stream().filter(TradeUpdate::settled)).hasSize(1);
    }

    private static Step filled(Liar liar, Order order, long v, long filled, Cause cause) {
        return new Step(order.id(), v, filled, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, liar.hlc(), cause);
    }

    @Test
    void whoeverIsToldOfAContradictionDoesNotSayItAgain() {
        VirtualWorld world = world(5);
        Liar liar = new Liar(world, 77);
        Order order = liar.order(500, Side.SELL, 100, 10);
        liar.tell(liar.seal(liar.enter(order), liar.cut(order, 2, 3)), world.peer(0));
        liar.tell(liar.seal(liar.cut(order, 2, 4)), world.peer(0));
        world.runMs(2_000);
        for (VirtualPeer peer : world.peers) {
            assertThat(seen(peer, order.id()).isEquivocated()).isTrue();
        }
        assertThat(world.observer.evidence).isEqualTo(1);
    }

    @Test
    void aLureThatRefusesEveryProposalIsLeftAloneForAWhile() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        liar.beat(world.peer(0), world.peer(1));
        for (int i = 0; i < 60; i++) {
            Order lure = liar.order(500 + i, Side.SELL, 90, 1);
            liar.tell(liar.seal(liar.enter(lure)), world.peer(0), world.peer(1));
        }
        world.peer(1).enter(OrderRequest.limit(Side.SELL, 100, 30));
        world.runMs(300);
        liar.refuses(RefuseReason.CLOSED);
        OrderId taker = world.peer(0).enter(OrderRequest.limit(Side.BUY, 100, 20));
        world.runMs(1_500);
        assertThat(world.peer(0).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(liar.refused).isLessThan(40);
    }

    @Test
    void aProposalThatOutlivesEitherOrderIsRefusedForItsTerms() {
        VirtualWorld world = world(2);
        Liar liar = new Liar(world, 77);
        OrderId maker =
                world.peer(0).enter(OrderRequest.limit(Side.SELL, 100, 10).living(3_000));
        world.runMs(200);
        liar.beat(world.peer(0));
        Order taker = liar.order(500, Side.BUY, 100, 5);
        liar.tell(
                liar.seal(
                        liar.enter(taker),
                        liar.hold(taker, 2, world.peer(0).order(maker).order(), 5, 1)),
                world.peer(0));
        world.runMs(100);
        assertThat(world.peer(0).lastRefusal).isEqualTo(RefuseReason.TERMS);
    }

    @Test
    void anOwnerToldThatItsKeyContradictedItselfRetreatsHoweverOldTheProofIs() {
        VirtualWorld world = world(2);
        VirtualPeer peer = world.peer(0);
        OrderId id = peer.enter(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(300);
        for (int i = 0; i < 4; i++) {
            peer.input(it -> it.reduce(id, 1, world.nowNs, peer.epochMs()));
            world.runMs(200);
        }
        // Another copy of the key wrote two other steps long ago; neither is newer than what is here.
        Liar clone = new Liar(world, 0);
        Order order = peer.order(id).order();
        Liar witness = new Liar(world, 77);
        witness.tell(
                witness.seal(new Evidence(
                        witness.id,
                        witness.hlc(),
                        clone.signed(clone.cut(order, 3, 2)),
                        clone.signed(clone.cut(order, 3, 1)))),
                peer);
        world.runMs(500);
        assertThat(peer.notices).contains(Notice.FENCED);
        world.runMs(2_000);
        assertThat(world.peer(1).replica.openOrders()).isZero();
    }

    @Test
    void aSeqOfTheEndOfTimeUnderTheOwnKeyDoesNotThrow() {
        VirtualWorld world = world(1);
        Liar clone = new Liar(world, 0);
        clone.tell(clone.seal(clone.census(Long.MAX_VALUE)), world.peer(0));
        clone.tell(clone.seal(clone.enter(clone.order(Long.MAX_VALUE, Side.SELL, 1, 1))), world.peer(0));
        world.runMs(3_000);
        assertThat(world.peer(0).isUp()).isTrue();
    }
}
