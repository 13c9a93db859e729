package io.outcry.market.replica;

import io.outcry.market.CloseReason;
import io.outcry.market.Order;
import io.outcry.market.OrderStatus;
import io.outcry.market.Step;

/**
 * What became of an own order. Told only of durable steps.
 *
 * @param order its terms
 * @param state in one word
 * @param step all of it
 */
public record OrderUpdate(Order order, State state, Step step) {

    /** The word for people. */
    public enum State {
        /** Durable: it will survive a crash. */
        ACCEPTED,
        /** Rests in the book, perhaps partly filled. */
        OPEN,
        /** Something of it is out in a proposal. */
        PENDING,
        /** Something of it was force-released and is without an answer. */
        DISPUTED,
        /** Filled. */
        FILLED,
        /** Cancelled, cut or reduced to nothing. */
        CANCELLED,
        /** Its time ran out. */
        EXPIRED,
        /** Lost: another copy of this key has signed newer steps than this journal knows. */
        FENCED
    }

    static OrderUpdate of(Order order, Step step) {
        return new OrderUpdate(order, state(order, step), step);
    }

    private static State state(Order order, Step step) {
        if (step.status() == OrderStatus.CLOSED) {
            if (step.filled() == order.quantity() || step.reason() == CloseReason.FILLED) {
                return State.FILLED;
            }
            return step.reason() == CloseReason.EXPIRED ? State.EXPIRED : State.CANCELLED;
        }
        if (step.disputed() > 0) {
            return State.DISPUTED;
        }
        if (step.held() > 0) {
            return State.PENDING;
        }
        return step.v() == 1 ? State.ACCEPTED : State.OPEN;
    }

    /** What may still trade: Q - F - H - C - D. */
    public long leaves() {
        return order.quantity() - step.used();
    }
}
