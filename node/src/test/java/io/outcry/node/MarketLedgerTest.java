package io.outcry.node;

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
import org.junit.jupiter.api.Test;

class MarketLedgerTest {

    private static final PeerId OWNER =
            PrivateKey.generate(KeyType.ED25519).publicKey().peerId();
    private static final long HLC = 1_700_000_000_000L << 16;

    private final MarketLedger ledger = new MarketLedger(3, 4);

    @Test
    void openOrdersStayAndOnlyTheLastClosedOnes() {
        for (long seq = 1; seq <= 10; seq++) {
            ledger.onOrder(open(seq));
        }
        assertThat(ledger.orders()).hasSize(10);
        for (long seq = 1; seq <= 8; seq++) {
            ledger.onOrder(closed(seq));
            ledger.onOrder(closed(seq)); // told twice, counted once
        }
        assertThat(ledger.orders())
                .extracting(update -> update.order().id().seq())
                .containsExactly(6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void theNewestStateOfAnOrderIsShown() {
        ledger.onOrder(open(1));
        ledger.onOrder(closed(1));
        assertThat(ledger.orders())
                .singleElement()
                .extracting(OrderUpdate::state)
                .isEqualTo(OrderUpdate.State.CANCELLED);
    }

    @Test
    void theTapeKeepsTheLastTradesAndASettledOneStaysSettled() {
        for (long n = 1; n <= 9; n++) {
            ledger.onTrade(trade(n, false));
        }
        ledger.onTrade(trade(8, true));
        ledger.onTrade(trade(8, false));
        assertThat(ledger.trades()).extracting(trade -> trade.trade().n()).containsExactly(6L, 7L, 8L, 9L);
        assertThat(ledger.trades()).extracting(TradeUpdate::settled).containsExactly(false, false, true, false);
    }

    private static TradeUpdate trade(long n, boolean settled) {
        return new TradeUpdate(new TradeId(new OrderId(OWNER, 1), n), new OrderId(OWNER, 2), 100, 1, settled, 0);
    }

    private static Order order(long seq) {
        return new Order(
                new OrderId(OWNER, seq),
                Side.BUY,
                100,
                5,
                TimeInForce.GTT,
                Hlc.ms(HLC) + 60_000,
                false,
                "",
                HLC,
                ItemHash.of(new byte[ItemHash.LENGTH]));
    }

    private static OrderUpdate open(long seq) {
        Order order = order(seq);
        return new OrderUpdate(
                order,
                OrderUpdate.State.ACCEPTED,
                new Step(order.id(), 1, 0, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, HLC, new Cause.New(order)));
    }

    private static OrderUpdate closed(long seq) {
        Order order = order(seq);
        return new OrderUpdate(
                order,
                OrderUpdate.State.CANCELLED,
                new Step(
                        order.id(),
                        2,
                        0,
                        0,
                        5,
                        0,
                        OrderStatus.CLOSED,
                        CloseReason.CANCELLED,
                        HLC + 1,
                        new Cause.Cut(CloseReason.CANCELLED)));
    }
}
