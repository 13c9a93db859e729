package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.Step;
import io.outcry.market.TimeInForce;
import io.outcry.market.TradeId;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.orderbook.Side;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each figure of the verdict turns when what it speaks of goes wrong. */
class DemoJudgeTest {

    private static final PeerId ANNA =
            PrivateKey.generate(KeyType.ED25519).publicKey().peerId();
    private static final OrderId MAKER = new OrderId(ANNA, 1);
    private static final OrderId TAKER = new OrderId(ANNA, 2);
    private static final Map<OrderId, Long> QUANTITIES = Map.of(MAKER, 10L, TAKER, 6L);

    private static TradeUpdate trade(long n, long quantity, boolean settled) {
        return new TradeUpdate(new TradeId(TAKER, n), MAKER, 100, quantity, settled, 0);
    }

    private static DemoWitness witness(int number, String digest, TradeUpdate... trades) {
        Map<TradeId, TradeUpdate> tape = new HashMap<>();
        Map<TradeId, Long> settled = new HashMap<>();
        for (TradeUpdate trade : trades) {
            tape.put(trade.trade(), trade);
            if (trade.settled()) {
                settled.put(trade.trade(), 5L + number);
            }
        }
        return new DemoWitness(number, true, Optional.of(digest), List.of(), tape, settled, 0, 0);
    }

    private static DemoWitness with(DemoWitness w, boolean present, Optional<String> digest, int unsettled) {
        return new DemoWitness(
                w.number(), present, digest, w.orders(), w.tape(), w.settledNs(), unsettled, w.pendingProposals());
    }

    private static DemoJudge judge(DemoWitness... witnesses) {
        return new DemoJudge(List.of(witnesses));
    }

    @Test
    void allIsWellWhenAllAgree() {
        DemoJudge judge = judge(witness(0, "d", trade(1, 4, true)), witness(1, "d", trade(1, 4, false)));
        assertThat(judge.isConverged()).isTrue();
        assertThat(judge.digests()).containsExactly("d");
        assertThat(judge.trades()).hasSize(1);
        assertThat(judge.settledNs()).containsValue(5L);
        assertThat(judge.unconfirmed()).isZero();
        assertThat(judge.unfinished()).isZero();
        assertThat(judge.overfilled(QUANTITIES)).isZero();
        assertThat(judge.present()).isEqualTo(2);
    }

    @Test
    void aDifferentBookOrNoneIsNoAgreement() {
        DemoWitness one = witness(0, "d");
        assertThat(judge(one, witness(1, "e")).isConverged()).isFalse();
        DemoWitness mute = with(witness(1, "d"), true, Optional.empty(), 0);
        assertThat(judge(one, mute).isConverged()).isFalse();
        assertThat(judge(one, mute).digests()).hasSize(2);
        DemoWitness away = with(witness(1, "d"), false, Optional.of("d"), 0);
        assertThat(judge(one, away).isConverged()).isFalse();
        assertThat(judge(one, away).present()).isEqualTo(1);
        DemoWitness alsoMute = with(one, true, Optional.empty(), 0);
        assertThat(judge(alsoMute, mute).isConverged())
                .as("two that say nothing do not agree")
                .isFalse();
        assertThat(judge(alsoMute).isConverged()).isFalse();
    }

    @Test
    void aTradeNobodySawSettledIsUnconfirmedAndSoIsAFillItsMakerWaitsFor() {
        assertThat(judge(witness(0, "d", trade(1, 4, false)), witness(1, "d", trade(1, 4, false)))
                        .unconfirmed())
                .isEqualTo(1);
        DemoWitness waiting = with(witness(0, "d", trade(1, 4, true)), true, Optional.of("d"), 2);
        assertThat(judge(waiting).unconfirmed()).isEqualTo(2);
        assertThat(judge(waiting).unfinished()).isEqualTo(2);
    }

    @Test
    void tradesBeyondAnOrdersQuantityAreOverfillsWhoeverSawThem() {
        assertThat(judge(witness(0, "d", trade(1, 4, true)), witness(1, "d", trade(2, 2, true)))
                        .overfilled(QUANTITIES))
                .isZero();
        assertThat(judge(witness(0, "d", trade(1, 4, true)), witness(1, "d", trade(2, 3, true)))
                        .overfilled(QUANTITIES))
                .as("the taker wanted 6")
                .isEqualTo(1);
        assertThat(judge(witness(0, "d", trade(1, 4, true)), witness(1, "d", trade(1, 11, false)))
                        .overfilled(QUANTITIES))
                .as("one trade told in two sizes counts with the larger, for both orders")
                .isEqualTo(2);
    }

    @Test
    void anOwnerThatSaysItFilledMoreThanItOfferedIsBelieved() {
        long hlc = 1_700_000_000_000L << 16;
        Order order = new Order(
                MAKER,
                Side.BUY,
                100,
                5,
                TimeInForce.GTT,
                Hlc.ms(hlc) + 60_000,
                false,
                "",
                hlc,
                ItemHash.of(new byte[ItemHash.LENGTH]));
        Step step = new Step(
                MAKER, 2, 6, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, hlc, new Cause.Cut(CloseReason.CANCELLED));
        DemoWitness owner = new DemoWitness(
                0,
                true,
                Optional.of("d"),
                List.of(new OrderUpdate(order, OrderUpdate.State.OPEN, step)),
                Map.of(),
                Map.of(),
                0,
                0);
        assertThat(judge(owner).overfilled(QUANTITIES)).isEqualTo(1);
    }

    @Test
    void deliveryIsWhatCameOfWhatWasDue() {
        List<DemoPeer> peers = List.of(peer(0), peer(1), peer(2));
        peers.forEach(peer -> peer.present(10));
        OrderRow row = new OrderRow(1, 0, 0, true, "1", "1", OrderRow.Type.LIMIT, 0);
        Map<OrderId, Demo.Entered> orders = Map.of(
                MAKER, new Demo.Entered(row, peers.get(0), 20),
                TAKER, new Demo.Entered(row, peers.get(0), 5)); // entered before anybody was there
        assertThat(Demo.delivery(orders, peers)).isEqualTo(new Demo.Delivery(2, 0));
        peers.get(1).hear(List.of(MAKER));
        assertThat(Demo.delivery(orders, peers).rate()).isEqualTo(0.5);
        peers.get(2).hear(List.of(MAKER, TAKER));
        assertThat(Demo.delivery(orders, peers).rate()).isEqualTo(1.0);
    }

    private static DemoPeer peer(int number) {
        return new DemoPeer(number, PrivateKey.generate(KeyType.ED25519), Path.of("nowhere"));
    }

    @Test
    void everyFigureOfTheSummaryDecides() {
        assertThat(summary(3, 10, true, 0, 0, 1.0).held()).isTrue();
        assertThat(summary(2, 10, true, 0, 0, 1.0).held()).isFalse();
        assertThat(summary(3, 9, true, 0, 0, 1.0).held()).isFalse();
        assertThat(summary(3, 10, false, 0, 0, 1.0).held()).isFalse();
        assertThat(summary(3, 10, true, 1, 0, 1.0).held()).isFalse();
        assertThat(summary(3, 10, true, 0, 1, 1.0).held()).isFalse();
        assertThat(summary(3, 10, true, 0, 0, 0.999999).held()).isFalse();
    }

    @Test
    void theVerdictFitsEightyColumnsAndTheRowsKeptForIt() {
        DemoSummary summary = new DemoSummary(
                50,
                50,
                100_000,
                100_000,
                0xffff_ffffL,
                0,
                50_000,
                Map.of(OrderRow.Type.POST, 25, OrderRow.Type.FOK, 8),
                true,
                List.of("0123456789abcdef0123456789abcdef"),
                0,
                0,
                1.0,
                999_990_000,
                99_999,
                99_999);
        List<String> text = summary.text().lines().toList();
        assertThat(text).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(DemoPicture.WIDTH));
        assertThat(text.stream().filter(line -> line.startsWith("  ok "))).hasSize(4);
        assertThat(String.join(" ", text)).contains("33 refused", "(8 fok, 25 post)");
        assertThat(summary(3, 10, true, 0, 0, 1.0).text().lines()).hasSize(DemoSummary.LINES);
    }

    private static DemoSummary summary(
            int present, int played, boolean converged, int overfilled, int unconfirmed, double delivery) {
        return new DemoSummary(
                3,
                present,
                10,
                played,
                1,
                0,
                4,
                Map.of(),
                converged,
                List.of("d"),
                overfilled,
                unconfirmed,
                delivery,
                1_000,
                1,
                2);
    }
}
