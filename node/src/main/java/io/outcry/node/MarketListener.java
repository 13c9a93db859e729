package io.outcry.node;

import io.outcry.market.OrderId;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears one market.
 *
 * <p><b>Threading</b>: called on the listener's own thread, one call at a time, in order. It may block; what it cannot keep
 * up with beyond {@link EventFeed#CAPACITY} events is left out, and {@link #onMissed} says how much.
 */
public interface MarketListener {

    /** The book is complete enough: own orders match from now on. */
    default void onReady(JoinReport report) {}

    /** An own order changed, durably. */
    default void onOrder(OrderUpdate update) {}

    /**
     * A trade was decided (provisional) or settled, anywhere in the market. The own order that this changed was told before,
     * and {@link Market#orders} shows it.
     */
    default void onTrade(TradeUpdate trade) {}

    /** Orders of other owners came: by the topic, directly, or in a copy of a book. An order may be told again. */
    default void onOrdersHeard(List<OrderId> orders) {}

    /** The available book changed; read it with {@link Market#book}. Conflated: once for many changes. */
    default void onBook() {}

    /** Something the operator should know. */
    default void onNotice(Notice notice, @Nullable OrderId about) {}

    /** The market stopped by itself, for good: its journal failed, or it broke a rule of its own. */
    default void onStopped(NodeException why) {}

    /** So many events were left out, because this listener was too slow. */
    default void onMissed(long events) {}
}
