package io.outcry.node;

import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.TradeId;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a user asks back: the own orders and the tape, both bounded.
 *
 * <p><b>Threading</b>: written by the market's thread, read by any; one short lock.
 */
final class MarketLedger {

    private final int closedMax;
    private final TreeMap<OrderId, OrderUpdate> orders = new TreeMap<>();
    private final ArrayDeque<OrderId> closed = new ArrayDeque<>();
    private final Map<TradeId, TradeUpdate> tape;

    MarketLedger(int closedMax, int tapeMax) {
        this.closedMax = closedMax;
        this.tape = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<TradeId, TradeUpdate> eldest) {
                return size() > tapeMax;
            }
        };
    }

    synchronized void onOrder(OrderUpdate update) {
        OrderId id = update.order().id();
        OrderUpdate before = orders.put(id, update);
        if (isClosed(update) && (before == null || !isClosed(before))) {
            closed.add(id);
            if (closed.size() > closedMax) {
                orders.remove(closed.remove());
            }
        }
    }

    synchronized void onTrade(TradeUpdate trade) {
        TradeUpdate before = tape.get(trade.trade());
        if (before == null || !before.settled()) {
            tape.put(trade.trade(), trade);
        }
    }

    synchronized Optional<OrderUpdate> order(OrderId id) {
        return Optional.ofNullable(orders.get(id));
    }

    synchronized List<OrderUpdate> orders() {
        return List.copyOf(orders.values());
    }

    synchronized List<TradeUpdate> trades() {
        return List.copyOf(tape.values());
    }

    private static boolean isClosed(OrderUpdate update) {
        return update.step().status() == OrderStatus.CLOSED || update.state() == OrderUpdate.State.FENCED;
    }
}
