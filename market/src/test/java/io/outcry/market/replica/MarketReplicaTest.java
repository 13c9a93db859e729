package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.CloseReason;
import io.outcry.market.OrderId;
import io.outcry.market.TimeInForce;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MarketReplicaTest {

    private static VirtualWorld world(int peers) {
        VirtualWorld world = new VirtualWorld(peers, peers).startAll();
        world.runMs(5_000);
        return world;
    }

    private static OrderRequest sell(long price, long quantity) {
        return OrderRequest.limit(Side.SELL, price, quantity);
    }

    private static OrderRequest buy(long price, long quantity) {
        return OrderRequest.limit(Side.BUY, price, quantity);
    }

    private static void settle(VirtualWorld world) {
        world.rest(60_000);
        world.checkAtRest();
    }

    @Test
    void twoOrdersThatCrossTradeOnceAtTheMakersPrice() {
        VirtualWorld world = world(2);
        world.peer(0).enter(sell(100, 10));
        world.runMs(1_000);
        OrderId taker = world.peer(1).enter(buy(103, 4));
        world.runMs(1_000);
        for (VirtualPeer peer : world.peers) {
            assertThat(peer.tape).hasSize(2);
            assertThat(peer.tape.get(0).price()).isEqualTo(100);
            assertThat(peer.tape.get(0).quantity()).isEqualTo(4);
            assertThat(peer.tape.get(0).settled()).isFalse();
            assertThat(peer.tape.get(1).settled()).isTrue();
        }
        assertThat(world.peer(1).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        settle(world);
    }

    @Test
    void ordersEnteredAtTheSameMomentTradeOnce() {
        VirtualWorld world = world(2);
        world.peer(0).enter(sell(100, 10));
        world.peer(1).enter(buy(100, 10));
        world.runMs(3_000);
        assertThat(world.observer.fills).hasSize(1);
        assertThat(world.observer.holds).hasSize(1);
        settle(world);
    }

    @Test
    void manyTakersOfOneMakerInOneTickNeverTakeMoreThanItHas() {
        VirtualWorld world = world(5);
        OrderId maker = world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        List<OrderId> takers = new ArrayList<>();
        for (int i = 1; i < 5; i++) {
            takers.add(world.peer(i).enter(buy(100, 4)));
        }
        world.runMs(5_000);
        assertThat(world.peer(0).order(maker).state()).isEqualTo(OrderUpdate.State.FILLED);
        long bought = 0;
        for (int i = 1; i < 5; i++) {
            bought += world.peer(i).order(takers.get(i - 1)).step().filled();
        }
        assertThat(bought).isEqualTo(10);
        settle(world);
    }

    @ParameterizedTest
    @EnumSource(names = {"GTT", "IOC"})
    void aNewcomerSweepsACautiousMakersOrdersOneByOneAndSoon(TimeInForce tif) {
        VirtualWorld world = new VirtualWorld(1, 2);
        world.policy = CounterpartyPolicy.CAUTIOUS;
        world.startAll();
        world.runMs(3_000);
        for (int i = 0; i < 20; i++) {
            world.peer(0).enter(sell(100 + i, 1));
        }
        world.runMs(500);
        OrderId taker = world.peer(1).enter(buy(200, 20).with(tif));
        world.runMs(2_000);
        assertThat(world.peer(1).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        settle(world);
    }

    @Test
    void anImmediateOrderOutlivesTheNumberOfProposalsThatMayBeOut() {
        VirtualWorld world = world(2);
        for (int i = 0; i < 100; i++) {
            world.peer(0).enter(sell(100 + i, 1));
        }
        world.runMs(2_000);
        world.latencyMsMax = 800;
        OrderId taker = world.peer(1).enter(buy(300, 100).with(TimeInForce.IOC));
        world.runMs(5_000);
        assertThat(world.peer(1).order(taker).step().filled()).isEqualTo(100);
        settle(world);
    }

    @Test
    void proposalsRepeatedAndLateAreDecidedOnce() {
        VirtualWorld world = world(3);
        world.repeat = 1;
        world.latencyMsMax = 400;
        world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        world.peer(1).enter(buy(100, 7));
        world.peer(2).enter(buy(100, 7));
        world.runMs(40_000);
        assertThat(world.peer(0).promised.values().stream()
                        .mapToLong(step -> step.filled())
                        .sum())
                .isEqualTo(10);
        settle(world);
    }

    @Test
    void aFillThatIsLostTimeAndAgainIsSentUntilItIsSettled() {
        VirtualWorld world = world(2);
        world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        OrderId taker = world.peer(1).enter(buy(100, 10));
        world.runMs(1);
        // The proposal is on its way; from now on the maker cannot be heard.
        world.deaf.add(world.peer(1).id);
        world.runMs(60_000);
        assertThat(world.observer.fills).hasSize(1);
        assertThat(world.peer(1).order(taker).step().held()).isEqualTo(10);
        assertThat(world.peer(0).replica.unsettledFills()).isEqualTo(1);
        world.deaf.clear();
        world.runMs(32_000);
        assertThat(world.peer(1).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(world.peer(0).replica.unsettledFills()).isZero();
        settle(world);
    }

    @Test
    void aHoldIsNotReleasedByTimeAndTheSilentGetNoMoreProposals() {
        VirtualWorld world = world(3);
        world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        world.split(world.peer(0), 1);
        OrderId first = world.peer(1).enter(buy(100, 4));
        world.runMs(100);
        OrderId second = world.peer(1).enter(buy(99, 4));
        world.runMs(120_000);
        assertThat(world.peer(1).order(first).state()).isEqualTo(OrderUpdate.State.PENDING);
        assertThat(world.peer(1).order(second).state()).isNotEqualTo(OrderUpdate.State.PENDING);
        settle(world);
        // Long past its deadline: refused, and free again.
        assertThat(world.peer(1).order(first).step().held()).isZero();
    }

    @Test
    void aPartitionThatHealsAfterTheExpiryLeavesBothSidesAgreed() {
        VirtualWorld world = world(3);
        OrderId maker = world.peer(0).enter(sell(100, 10).living(8_000));
        world.runMs(300);
        OrderId taker = world.peer(1).enter(buy(100, 10).living(8_000));
        world.runMs(70);
        world.split(world.peer(1), 1);
        world.runMs(40_000);
        settle(world);
        assertThat(world.peer(0).order(maker).step().filled())
                .isEqualTo(world.peer(1).order(taker).step().filled());
        assertThat(world.peer(1).replica.pendingTrades()).isEmpty();
    }

    @Test
    void afterADecidedCancelNothingMoreIsTradedButWhatWasHeldMayFill() {
        VirtualWorld world = world(2);
        OrderId maker = world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        OrderId taker = world.peer(1).enter(buy(100, 14));
        Answer answer = world.peer(1).cancel(taker);
        assertThat(answer.quantity()).isEqualTo(4);
        assertThat(answer.held()).isEqualTo(10);
        world.runMs(3_000);
        OrderUpdate done = world.peer(1).order(taker);
        assertThat(done.step().filled()).isEqualTo(10);
        assertThat(done.step().cancelled()).isEqualTo(4);
        assertThat(done.state()).isEqualTo(OrderUpdate.State.CANCELLED);
        assertThat(world.peer(0).order(maker).state()).isEqualTo(OrderUpdate.State.FILLED);
        settle(world);
    }

    @Test
    void aCancelBeforeTheProposalArrivesWins() {
        VirtualWorld world = world(2);
        OrderId maker = world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        world.peer(1).enter(buy(100, 10));
        world.peer(0).cancel(maker);
        world.runMs(3_000);
        assertThat(world.observer.fills).isEmpty();
        assertThat(world.peer(0).order(maker).state()).isEqualTo(OrderUpdate.State.CANCELLED);
        settle(world);
    }

    @Test
    void anImmediateOrderTakesWhatItGetsAndNeverRests() {
        VirtualWorld world = world(3);
        world.peer(0).enter(sell(100, 4));
        world.peer(1).enter(sell(101, 4));
        world.runMs(500);
        OrderId taker = world.peer(2).enter(buy(105, 20).with(TimeInForce.IOC));
        world.runMs(6_000);
        OrderUpdate done = world.peer(2).order(taker);
        assertThat(done.step().filled()).isEqualTo(8);
        assertThat(done.step().reason()).isEqualTo(CloseReason.IOC);
        assertThat(world.peer(0).replica.book(5).bids()).isEmpty();
        settle(world);
    }

    @Test
    void fillOrKillNeedsOneOrderOrTheOwnBook() {
        VirtualWorld world = world(3);
        world.peer(0).enter(sell(100, 4));
        world.peer(1).enter(sell(101, 9));
        world.runMs(500);
        assertThat(world.peer(2).submit(buy(105, 10).with(TimeInForce.FOK)).refusal())
                .isEqualTo(Refusal.FOK_NEEDS_ONE_ORDER);
        OrderId taker = world.peer(2).enter(buy(105, 9).with(TimeInForce.FOK));
        world.runMs(2_000);
        assertThat(world.peer(2).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        world.peer(0).enter(sell(100, 5).of("a"));
        world.runMs(100);
        OrderId local = world.peer(0).enter(buy(100, 9).with(TimeInForce.FOK).of("b"));
        assertThat(world.peer(0).submit(buy(100, 9).with(TimeInForce.FOK)).refusal())
                .isEqualTo(Refusal.FOK_NEEDS_ONE_ORDER);
        world.runMs(100);
        assertThat(world.peer(0).order(local).state()).isEqualTo(OrderUpdate.State.FILLED);
        settle(world);
    }

    @Test
    void postOnlyNeverTakes() {
        VirtualWorld world = world(2);
        world.peer(0).enter(sell(100, 4));
        world.runMs(500);
        assertThat(world.peer(1).submit(buy(100, 4).postingOnly()).refusal()).isEqualTo(Refusal.WOULD_TAKE);
        OrderId resting = world.peer(1).enter(buy(99, 4).postingOnly());
        world.runMs(500);
        assertThat(world.peer(1).order(resting).state()).isEqualTo(OrderUpdate.State.ACCEPTED);
        // Entered at the same moment, it loses its place rather than take.
        world.peer(0).enter(sell(90, 4));
        world.peer(1).enter(buy(95, 4).postingOnly());
        settle(world);
    }

    @Test
    void accountsOfOneOwnerTradeInOneRecordAndNeverWithThemselves() {
        VirtualWorld world = world(2);
        OrderId resting = world.peer(0).enter(sell(100, 10).of("a"));
        world.runMs(200);
        OrderId taker = world.peer(0).enter(buy(102, 4).of("b"));
        world.runMs(200);
        assertThat(world.peer(0).order(taker).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(world.peer(0).order(resting).step().filled()).isEqualTo(4);
        OrderId self = world.peer(0).enter(buy(100, 4).of("a"));
        world.runMs(200);
        assertThat(world.peer(0).order(self).step().reason()).isEqualTo(CloseReason.SELF_TRADE);
        assertThat(world.peer(1).tape).hasSize(2);
        settle(world);
    }

    @Test
    void aForcedHoldIsDisputedUntilTheAnswerComesAndTheLateFillIsTaken() {
        VirtualWorld world = world(2);
        world.peer(0).enter(sell(100, 6));
        world.runMs(500);
        OrderId taker = world.peer(1).enter(buy(100, 10));
        world.runMs(1);
        world.deaf.add(world.peer(1).id);
        world.runMs(20_000);
        var trade = world.peer(1).replica.pendingTrades().get(0);
        world.peer(1).input(it -> it.forceRelease(trade, world.nowNs, world.epochMs()));
        world.runMs(1_000);
        OrderUpdate disputed = world.peer(1).order(taker);
        assertThat(disputed.state()).isEqualTo(OrderUpdate.State.DISPUTED);
        assertThat(disputed.step().disputed()).isEqualTo(6);
        assertThat(disputed.leaves()).isEqualTo(4);
        world.deaf.clear();
        settle(world);
        OrderUpdate done = world.peer(1).order(taker);
        assertThat(done.step().filled()).isEqualTo(6);
        assertThat(done.step().disputed()).isZero();
    }

    @Test
    void aReducedOrderKeepsItsPlace() {
        VirtualWorld world = world(3);
        OrderId first = world.peer(0).enter(sell(100, 10));
        world.runMs(200);
        world.peer(1).enter(sell(100, 10));
        world.peer(0).input(it -> it.reduce(first, 4, world.nowNs, world.epochMs()));
        world.runMs(500);
        world.peer(2).enter(buy(100, 6));
        world.runMs(1_000);
        assertThat(world.peer(0).order(first).step().filled()).isEqualTo(6);
        assertThat(world.peer(0).order(first).state()).isEqualTo(OrderUpdate.State.FILLED);
        settle(world);
    }

    @Test
    void ordersOfASilentOwnerAreHiddenAndComeBackWithIt() {
        VirtualWorld world = world(2);
        world.peer(0).enter(sell(100, 10));
        world.runMs(500);
        assertThat(world.peer(1).replica.book(5).asks()).hasSize(1);
        world.split(world.peer(0), 1);
        world.runMs(13_000);
        assertThat(world.peer(1).replica.book(5).asks()).isEmpty();
        world.heal();
        world.runMs(3_000);
        assertThat(world.peer(1).replica.book(5).asks()).hasSize(1);
        settle(world);
    }

    @Test
    void anExpiredOrderIsGoneEverywhere() {
        VirtualWorld world = world(3);
        OrderId order = world.peer(0).enter(sell(100, 10).living(2_000));
        world.runMs(500);
        assertThat(world.peer(2).replica.openOrders()).isEqualTo(1);
        world.runMs(3_000);
        assertThat(world.peer(0).order(order).state()).isEqualTo(OrderUpdate.State.EXPIRED);
        assertThat(world.peer(2).replica.openOrders()).isZero();
        settle(world);
    }

    @Test
    void tombstonesAreDroppedByTheCensus() {
        VirtualWorld world = world(3);
        for (int i = 0; i < 50; i++) {
            OrderId order = world.peer(0).enter(sell(100, 1));
            world.runMs(20);
            world.peer(0).cancel(order);
        }
        OrderId kept = world.peer(0).enter(sell(100, 1));
        world.runMs(62_000);
        for (VirtualPeer peer : world.peers) {
            assertThat(peer.replica.floor().store.size()).isEqualTo(1);
            assertThat(peer.replica.floor().store.find(kept)).isNotNull();
        }
        settle(world);
    }

    @Test
    void badTermsAreRefusedInWords() {
        VirtualWorld world = world(1);
        VirtualPeer peer = world.peer(0);
        assertThat(peer.submit(buy(0, 1)).refusal()).isEqualTo(Refusal.TERMS);
        assertThat(peer.submit(buy(1, 0)).refusal()).isEqualTo(Refusal.TERMS);
        assertThat(peer.submit(buy(Long.MAX_VALUE, 2)).refusal()).isEqualTo(Refusal.TERMS);
        assertThat(peer.submit(buy(1, 1).living(-1)).refusal()).isEqualTo(Refusal.TERMS);
        assertThat(peer.submit(buy(1, 1).of("a".repeat(33))).refusal()).isEqualTo(Refusal.TERMS);
        assertThat(peer.submit(buy(1, 1).with(TimeInForce.IOC).postingOnly()).refusal())
                .isEqualTo(Refusal.TERMS);
        assertThat(peer.cancel(new OrderId(peer.id, 1)).refusal()).isEqualTo(Refusal.UNKNOWN);
        OrderId order = peer.enter(buy(1, 1));
        peer.cancel(order);
        assertThat(peer.cancel(order).refusal()).isEqualTo(Refusal.CLOSED);
    }

    @Test
    void aDecisionOutlivesTheCensusThatRetiresItsOrderAndARestart() {
        VirtualWorld world = new VirtualWorld(21, 2).startAll();
        world.runMs(5_000);
        VirtualPeer maker = world.peer(0);
        VirtualPeer taker = world.peer(1);
        OrderId sell = maker.enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(500);
        OrderId buy = taker.enter(OrderRequest.limit(Side.BUY, 100, 5));
        world.deaf.add(taker.id);
        world.runMs(100_000);
        assertThat(maker.order(sell).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(maker.replica.order(sell)).isNull();
        maker.disk.checkpoint(maker.replica.checkpoint());
        maker.replica = null;
        maker.start();
        world.runMs(40_000);
        world.deaf.clear();
        world.runMs(60_000);
        assertThat(taker.order(buy).state()).isEqualTo(OrderUpdate.State.FILLED);
        assertThat(maker.replica.unsettledFills()).isZero();
    }
}
