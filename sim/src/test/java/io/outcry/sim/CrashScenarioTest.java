package io.outcry.sim;

import static io.outcry.sim.MarketFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.TimeInForce;
import io.outcry.market.replica.OrderRequest;
import io.outcry.orderbook.Side;
import io.outcry.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The power goes at each step of a journal in turn: before it, and after it but unsynced. Two lives later all must be in order. */
@ExtendWith(Seeds.class)
final class CrashScenarioTest {

    private static final int BUYER = 0;
    private static final int SELLER = 1;

    @Test
    void aTakerThatCrashesAtAnyStepLosesNothingAndFillsNothingTwice(long seed) {
        crashAtEveryStep(seed, BUYER);
    }

    @Test
    void aMakerThatCrashesAtAnyStepLosesNothingAndFillsNothingTwice(long seed) {
        crashAtEveryStep(seed, SELLER);
    }

    private static void crashAtEveryStep(long seed, int victim) {
        MarketFixture calm = schedule(seed, victim, Long.MAX_VALUE);
        long steps = calm.stepsOfPeer(victim);
        long trades = calm.market.checker().tradesSettled();
        assertThat(trades).isGreaterThanOrEqualTo(4);
        int crashes = 0;
        for (long step = 0; step < 2 * steps; step++) {
            MarketFixture market = schedule(seed, victim, step);
            crashes += market.peer(victim).powerLosses() > 0 ? 1 : 0;
            assertThat(market.market.checker().ordersSeen())
                    .as("crash at %d", step)
                    .isPositive();
        }
        System.out.println(
                "seed " + seed + ": " + crashes + " crashes at " + steps + " steps, " + trades + " trades without");
        assertThat(crashes).isGreaterThan((int) steps);
    }

    /** A seller who rests and a buyer who takes, in every way there is; then the other way round. */
    private static MarketFixture schedule(long seed, int victim, long step) {
        MarketFixture market = new MarketFixture(seed, 3, LinkProfile.WIDE_AREA, place -> {
            if (place.place() == victim) {
                place.disk().losePowerAt(step);
            }
        });
        World world = market.world;
        act(market, 0, SELLER, OrderRequest.limit(Side.SELL, 100, 10));
        act(market, 1, SELLER, OrderRequest.limit(Side.SELL, 101, 10));
        act(market, 2, BUYER, OrderRequest.limit(Side.BUY, 101, 15));
        act(market, 3, BUYER, OrderRequest.limit(Side.BUY, 101, 3).with(TimeInForce.IOC));
        act(market, 4, BUYER, OrderRequest.limit(Side.BUY, 105, 5).with(TimeInForce.FOK));
        world.after(5 * SECOND, () -> market.market.peers().get(victim).checkpoint());
        act(market, 5, BUYER, OrderRequest.limit(Side.BUY, 99, 20));
        act(market, 6, SELLER, OrderRequest.limit(Side.SELL, 98, 12));
        world.after(7 * SECOND, () -> {
            MarketPeer buyer = market.peer(BUYER);
            if (buyer.isAlive()) {
                buyer.replica()
                        .orders()
                        .forEach(order -> buyer.cancel(order.order().id()));
            }
        });
        world.every(SECOND / 2, () -> market.market.peers().forEach(market.market::start));
        world.runFor(10 * SECOND);
        market.endDisturbance();
        market.market.rest(70 * SECOND);
        return market;
    }

    private static void act(MarketFixture market, int second, int who, OrderRequest request) {
        market.world.after(second * SECOND, () -> {
            if (market.peer(who).isAlive()) {
                market.peer(who).submit(request);
            }
        });
    }
}
