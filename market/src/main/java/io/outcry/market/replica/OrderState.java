package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.SignedItem;
import org.jspecify.annotations.Nullable;

/**
 * What this replica knows of one order, its own or another's: the step that carries it, the newest step, or the proof
 * that its owner contradicted itself. The value of the join of docs/market-protocol.md section 4.
 */
final class OrderState {

    /** Of an equivocated order, in digests and marks. */
    static final long EQUIVOCATED_V = Long.MAX_VALUE;

    final OrderId id;
    final OwnerState owner;

    @Nullable
    SignedItem first;

    @Nullable
    SignedItem latest;
    /** Beside {@link #latest}: the item that contradicts it; set once and for good. */
    @Nullable
    SignedItem contradiction;

    /** Its heartbeat was not heard: matched last at its price. */
    boolean late;

    /** Until when it can live at all: its expiry, or while that is unknown a life's length after the step that is known. */
    long endsAtMs = Long.MAX_VALUE;

    /** In the {@link BookView}; NONE when it is not there. */
    int slot = -1;

    int ref = -1;
    /** What own proposals without an answer ask of it. */
    long reserved;

    /** Cached; null when it must be computed. */
    byte @Nullable [] digestElement;

    OrderState(OrderId id, OwnerState owner) {
        this.id = id;
        this.owner = owner;
    }

    boolean isEquivocated() {
        return contradiction != null;
    }

    boolean isClosed() {
        return latest != null && latest.step().status() == OrderStatus.CLOSED;
    }

    /** The terms, if the step that carries them has arrived. */
    @Nullable
    Order order() {
        return first == null ? null : ((Cause.New) first.step().cause()).order();
    }

    /** The newest version known, 0 if none. */
    long v() {
        return latest == null ? 0 : latest.step().v();
    }

    /** Q - F - H - C - D as far as known; 0 unless it may be matched. */
    long leaves() {
        Order order = order();
        if (order == null || latest == null || isEquivocated() || latest.step().status() != OrderStatus.OPEN) {
            return 0;
        }
        return order.quantity() - latest.step().used();
    }

    @Override
    public String toString() {
        return id + (isEquivocated() ? " EQUIVOCATED" : " " + latest);
    }
}
