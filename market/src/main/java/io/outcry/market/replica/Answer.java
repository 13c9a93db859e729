package io.outcry.market.replica;

import io.outcry.market.OrderId;
import org.jspecify.annotations.Nullable;

/**
 * The replica's immediate answer to its user: taken, or refused and why. That it was taken is not yet a promise; the
 * promise is {@link OrderUpdate.State#ACCEPTED}, told once the order is durable.
 *
 * @param order which order, or null if a new one was refused
 * @param refusal why not, or null if it was done
 * @param quantity for cancel and reduce: how much was taken back, in lots
 * @param held for cancel and reduce: how much is out in proposals and may still fill, in lots
 * @param message for people
 */
public record Answer(@Nullable OrderId order, @Nullable Refusal refusal, long quantity, long held, String message) {

    static Answer done(OrderId order, long quantity, long held) {
        return new Answer(order, null, quantity, held, "");
    }

    static Answer refused(@Nullable OrderId order, Refusal refusal, String message) {
        return new Answer(order, refusal, 0, 0, message);
    }

    /** Whether it was done. */
    public boolean isDone() {
        return refusal == null;
    }
}
