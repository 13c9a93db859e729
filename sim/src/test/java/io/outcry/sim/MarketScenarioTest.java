package io.outcry.sim;

import static io.outcry.sim.MarketFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Markets in trouble; every run ends in the rest at which all invariants are checked. */
@ExtendWith(Seeds.class)
final class MarketScenarioTest {

    private static final long REST = 100 * SECOND;

    /** A schedule cut short may not trade at all; a whole one does. */
    private static final int ORDERS_THAT_TRADE = 50;

    @Test
    void replicasTradeAndAgreeWhenNothingHappens(long seed) {
        Shrinking.run(200, 0, (acts, faults) -> {
            MarketFixture market = new MarketFixture(seed, 5, LinkProfile.WIDE_AREA);
            market.traffic.spread(200, 20 * SECOND);
            market.limit(acts, faults);
            market.world.runFor(20 * SECOND);
            end(market);
        });
    }

    @Test
    void lossRepetitionAndReorderingChangeNothing(long seed) {
        Shrinking.run(200, 0, (acts, faults) -> {
            MarketFixture market = new MarketFixture(seed, 5, LinkProfile.WIDE_AREA.withFaults(0.2, 0.1, 0.2));
            market.traffic.spread(200, 20 * SECOND);
            market.limit(acts, faults);
            market.world.runFor(20 * SECOND);
            market.network.setProfile(LinkProfile.WIDE_AREA);
            end(market);
        });
    }

    @Test
    void peersThatDieAndComeBackLoseNothing(long seed) {
        Shrinking.run(300, 22, (acts, faults) -> {
            MarketFixture market = new MarketFixture(seed, 6, LinkProfile.WIDE_AREA.withFaults(0.02, 0.02, 0.02));
            market.traffic.spread(300, 40 * SECOND);
            market.limit(acts, faults);
            market.checkpoints(10, 40 * SECOND);
            for (int i = 0; i < 12; i++) {
                market.crashSomebody(40 * SECOND, 8 * SECOND);
            }
            market.world.runFor(40 * SECOND);
            end(market);
        });
    }

    @Test
    void aMarketCutInTwoIsOneAgainAfterwards(long seed) {
        Shrinking.run(300, 2, (acts, faults) -> {
            MarketFixture market = new MarketFixture(seed, 6, LinkProfile.WIDE_AREA);
            market.traffic.spread(300, 80 * SECOND);
            market.limit(acts, faults);
            market.fault(10 * SECOND, market::cut);
            market.world.after(25 * SECOND, market.network::heal);
            market.fault(35 * SECOND, market::cut);
            // Longer than the window in which envelopes are taken from the topic.
            market.world.after(75 * SECOND, market.network::heal);
            market.world.runFor(80 * SECOND);
            end(market);
        });
    }

    @Test
    void twentyReplicasThroughEverythingAtOnce(long seed) {
        Shrinking.run(400, 36, (acts, faults) -> {
            MarketFixture market = new MarketFixture(seed, 20, LinkProfile.WIDE_AREA.withFaults(0.05, 0.02, 0.05));
            market.traffic.spread(400, 60 * SECOND);
            market.limit(acts, faults);
            market.checkpoints(20, 60 * SECOND);
            for (int i = 0; i < 15; i++) {
                market.crashSomebody(60 * SECOND, 10 * SECOND);
            }
            market.fault(20 * SECOND, market::cut);
            market.world.after(40 * SECOND, market.network::heal);
            market.world.runFor(60 * SECOND);
            market.network.setProfile(LinkProfile.WIDE_AREA);
            end(market);
        });
    }

    private static void end(MarketFixture market) {
        market.market.rest(REST);
        System.out.println(market);
        if (market.traffic.orders() > ORDERS_THAT_TRADE) {
            assertThat(market.market.checker().tradesSettled()).isPositive();
        }
    }
}
