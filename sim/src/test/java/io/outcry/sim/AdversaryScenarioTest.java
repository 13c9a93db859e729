package io.outcry.sim;

import static io.outcry.sim.MarketFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Cause;
import io.outcry.market.MarketLimits;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.SnapshotPage;
import io.outcry.market.Step;
import io.outcry.market.SyncCodec;
import io.outcry.market.TimeInForce;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderRequest;
import io.outcry.market.replica.RequestKind;
import io.outcry.orderbook.Side;
import io.outcry.testkit.Seeds;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The schedules that break a market that is only nearly right, one a test; each ends in the rest where all invariants hold. */
@ExtendWith(Seeds.class)
final class AdversaryScenarioTest {

    private static final long REST = 100 * SECOND;
    private static final LinkProfile NET = LinkProfile.WIDE_AREA;

    @Test
    void manyTakersOnOneMakerInOneTick(long seed) {
        MarketFixture market = new MarketFixture(seed, 8, NET);
        OrderId maker = market.enter(0, OrderRequest.limit(Side.SELL, 100, 10));
        market.world.runFor(SECOND);
        for (int taker = 1; taker < 8; taker++) {
            market.enter(taker, OrderRequest.limit(Side.BUY, 100, 4));
        }
        market.market.rest(REST);
        assertThat(filled(market, maker)).isEqualTo(10);
    }

    @Test
    void twoWhoCrossEachOtherInTheSameInstantTradeOnce(long seed) {
        MarketFixture market = new MarketFixture(seed, 4, NET);
        OrderId buy = market.enter(0, OrderRequest.limit(Side.BUY, 105, 7));
        OrderId sell = market.enter(1, OrderRequest.limit(Side.SELL, 95, 7));
        market.market.rest(REST);
        assertThat(filled(market, buy)).isEqualTo(7);
        assertThat(filled(market, sell)).isEqualTo(7);
        assertThat(market.market.checker().tradesDecided()).isEqualTo(1);
    }

    @Test
    void aChainOfCrossingOrdersOfOneMomentResolves(long seed) {
        MarketFixture market = new MarketFixture(seed, 6, NET);
        for (int i = 0; i < 6; i++) {
            market.enter(
                    i, OrderRequest.limit(i % 2 == 0 ? Side.BUY : Side.SELL, i % 2 == 0 ? 110 - i : 90 + i, 5 + i));
            market.enter(
                    i,
                    OrderRequest.limit(i % 2 == 0 ? Side.SELL : Side.BUY, 100, 3)
                            .of("other"));
        }
        market.market.rest(REST);
    }

    @Test
    void aCancelMeetsProposalsOnTheirWay(long seed) {
        MarketFixture market = new MarketFixture(seed, 5, NET);
        for (int round = 0; round < 20; round++) {
            OrderId maker = market.enter(0, OrderRequest.limit(Side.SELL, 100, 10));
            market.world.runFor(SECOND);
            for (int taker = 1; taker < 5; taker++) {
                market.enter(taker, OrderRequest.limit(Side.BUY, 100, 2));
            }
            market.world.runFor(15L * round * World.MS);
            market.peer(0).cancel(maker);
            market.world.runFor(2 * SECOND);
        }
        market.market.rest(REST);
    }

    @Test
    void aClosingOrderMakesNoNewDealsButKeepsTheOldOne(long seed) {
        MarketFixture market = new MarketFixture(seed, 4, NET);
        OrderId rest = market.enter(0, OrderRequest.limit(Side.SELL, 100, 5));
        market.world.runFor(SECOND);
        // The answer to the first proposal is lost for a while; meanwhile the taker's order is cancelled and offered
        // itself.
        market.market.censor((from, to, items) -> from != market.peer(0) || !says(items, Cause.Fill.class));
        OrderId taker = market.enter(1, OrderRequest.limit(Side.BUY, 103, 20));
        market.world.runFor(SECOND);
        market.enter(2, OrderRequest.limit(Side.SELL, 103, 4));
        market.peer(1).cancel(taker);
        market.enter(3, OrderRequest.limit(Side.SELL, 102, 4));
        market.world.runFor(5 * SECOND);
        market.market.censor((from, to, items) -> true);
        market.market.rest(REST);
        assertThat(filled(market, rest)).isEqualTo(5);
        assertThat(filled(market, taker)).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aFillLostManyTimesIsSettledInTheEnd(long seed) {
        MarketFixture market = new MarketFixture(seed, 3, NET);
        OrderId maker = market.enter(0, OrderRequest.limit(Side.SELL, 100, 5));
        market.world.runFor(SECOND);
        int[] left = {20};
        market.market.censor(
                (from, to, items) -> !says(items, Cause.Fill.class) || (to == market.peer(1) && left[0]-- <= 0));
        OrderId taker = market.enter(1, OrderRequest.limit(Side.BUY, 100, 5));
        market.world.runFor(300 * SECOND);
        market.market.censor((from, to, items) -> true);
        market.market.rest(REST);
        assertThat(filled(market, maker)).isEqualTo(5);
        assertThat(filled(market, taker)).isEqualTo(5);
    }

    @Test
    void aForcedReleaseAndTheFillThatComesAfterAll(long seed) {
        MarketFixture market = new MarketFixture(seed, 3, NET);
        OrderId maker = market.enter(0, OrderRequest.limit(Side.SELL, 100, 5));
        market.world.runFor(SECOND);
        market.market.censor((from, to, items) -> !says(items, Cause.Fill.class));
        OrderId taker = market.enter(1, OrderRequest.limit(Side.BUY, 100, 8));
        market.world.runFor(20 * SECOND);
        MarketPeer peer = market.peer(1);
        peer.replica().pendingTrades().forEach(peer::forceRelease);
        market.world.runFor(SECOND);
        assertThat(newest(market, taker).disputed()).isEqualTo(5);
        peer.crash();
        market.market.start(peer);
        market.world.runFor(20 * SECOND);
        market.market.censor((from, to, items) -> true);
        market.market.rest(REST);
        assertThat(filled(market, maker)).isEqualTo(5);
        assertThat(filled(market, taker)).isEqualTo(5);
    }

    @Test
    void aMakerThatIsSilentForEverHoldsNobodyElseUp(long seed) {
        MarketFixture market = new MarketFixture(seed, 4, NET);
        market.enter(0, OrderRequest.limit(Side.SELL, 100, 5));
        market.world.runFor(SECOND);
        market.market.censor((from, to, items) -> from != market.peer(0));
        OrderId taker = market.enter(1, OrderRequest.limit(Side.BUY, 100, 8));
        market.world.runFor(SECOND);
        market.peer(0).crash();
        market.world.runFor(30 * SECOND);
        OrderId other = market.enter(2, OrderRequest.limit(Side.SELL, 100, 3));
        market.world.runFor(60 * SECOND);
        assertThat(filled(market, other)).isEqualTo(3);
        assertThat(newest(market, taker).held()).isEqualTo(5);
        market.market.censor((from, to, items) -> true);
        market.market.rest(REST);
        assertThat(newest(market, taker).held()).isZero();
    }

    @Test
    void ordersThatExpireBehindACutAreFilledOnceOrNever(long seed) {
        MarketFixture market = new MarketFixture(seed, 6, NET);
        for (int i = 0; i < 6; i++) {
            market.enter(
                    i,
                    OrderRequest.limit(i % 2 == 0 ? Side.SELL : Side.BUY, 100, 9)
                            .living(15_000));
            market.enter(
                    i,
                    OrderRequest.limit(i % 2 == 0 ? Side.SELL : Side.BUY, 101, 9)
                            .with(TimeInForce.IOC));
            market.world.runFor(20L * i * World.MS);
        }
        market.cut();
        market.world.runFor(31 * SECOND);
        market.network.heal();
        market.market.rest(REST);
    }

    @Test
    void clocksThatAreWrongOrJumpCostNoOrder(long seed) {
        MarketFixture market = new MarketFixture(seed, 5, NET);
        market.traffic.spread(150, 40 * SECOND);
        market.peer(0).jumpClock(3_000);
        market.world.after(8 * SECOND, () -> market.peer(1).jumpClock(-1_500));
        market.world.after(12 * SECOND, () -> {
            market.peer(2).crash();
            market.peer(2).jumpClock(-60_000);
            market.market.start(market.peer(2));
        });
        market.world.after(25 * SECOND, () -> market.peer(2).jumpClock(60_000));
        market.world.after(30 * SECOND, () -> market.peer(0).jumpClock(-3_000));
        market.world.runFor(40 * SECOND);
        market.market.rest(REST);
    }

    @Test
    void aJournalRestoredFromAnOldBackupIsFencedAndTheOthersAgree(long seed) {
        MarketFixture market = new MarketFixture(seed, 4, NET);
        market.enter(0, OrderRequest.limit(Side.SELL, 100, 5));
        market.world.runFor(5 * SECOND);
        byte[] backup = market.peer(0).disk().backup();
        market.enter(0, OrderRequest.limit(Side.SELL, 101, 5));
        OrderId taker = market.enter(1, OrderRequest.limit(Side.BUY, 101, 7));
        market.world.runFor(10 * SECOND);
        assertThat(filled(market, taker)).isEqualTo(7);
        market.market.expect(Notice.FENCED);
        market.market.forgives(market.peer(0));
        market.peer(0).crash();
        market.peer(0).disk().restore(backup);
        market.market.start(market.peer(0));
        market.world.runFor(60 * SECOND);
        assertThat(market.market.notices()).containsKey(Notice.FENCED);
        OrderId fresh = market.enter(0, OrderRequest.limit(Side.SELL, 100, 2));
        market.enter(2, OrderRequest.limit(Side.BUY, 100, 2));
        market.market.rest(REST);
        assertThat(filled(market, fresh)).isEqualTo(2);
    }

    @Test
    void marketsOfOneAndTwo(long seed) {
        for (int peers = 1; peers <= 2; peers++) {
            MarketFixture market = new MarketFixture(seed, peers, NET);
            market.traffic.spread(60, 20 * SECOND);
            market.world.runFor(20 * SECOND);
            market.market.rest(REST);
        }
    }

    @Test
    void oneWhoJoinsDuringChurnGetsTheBook(long seed) {
        MarketFixture market = new MarketFixture(seed, 9, NET);
        market.traffic.spread(300, 40 * SECOND);
        for (int i = 0; i < 10; i++) {
            market.crashSomebody(40 * SECOND, 5 * SECOND);
        }
        MarketPeer late = market.market.addPeer(market.network.addPlace(), 0);
        market.world.after(20 * SECOND, () -> market.market.start(late));
        market.world.runFor(40 * SECOND);
        market.market.rest(REST);
        assertThat(late.replica().openOrders()).isPositive();
    }

    /** I17. */
    @Test
    void aJoinCostsLittleMoreThanTheBook(long seed) {
        MarketFixture market = new MarketFixture(seed, 9, NET);
        for (int i = 0; i < 360; i++) {
            Side side = i % 2 == 0 ? Side.BUY : Side.SELL;
            market.enter(i % 9, OrderRequest.limit(side, side == Side.BUY ? 500 - i : 501 + i, 1 + i));
            market.world.runFor(30 * World.MS);
        }
        market.world.runFor(5 * SECOND);
        MarketPeer late = market.market.addPeer(market.network.addPlace(), 0);
        market.market.start(late);
        market.world.runFor(20 * SECOND);
        byte[] wholeBook = SyncCodec.encode(
                MarketWorld.SPEC.id(), new SnapshotPage(null, MarketLimits.PAGE_BYTES_MAX, market.world.epochMs()));
        long bookBytes = Objects.requireNonNull(
                        market.peer(0).answer(market.peer(1).id(), RequestKind.SNAPSHOT, wholeBook))
                .length;
        assertThat(late.replica().openOrders()).isEqualTo(360);
        assertThat(late.bytesToJoin()).isBetween(bookBytes / 2, bookBytes * 3 / 2);
    }

    private static long filled(MarketFixture market, OrderId id) {
        return newest(market, id).filled();
    }

    /** By what was said of it: the owner itself forgets closed orders. */
    private static Step newest(MarketFixture market, OrderId id) {
        return Objects.requireNonNull(market.market.checker().newest(id));
    }

    private static boolean says(List<SignedItem> items, Class<? extends Cause> cause) {
        return items.stream().anyMatch(item -> item.item() instanceof Step step && cause.isInstance(step.cause()));
    }
}
