package io.outcry.orderbook;

/**
 * What the engine did, event by event, in an order that depends on the commands alone.
 *
 * <p>Each event bears the sequence of the command that caused it. A command's events are: accepted, modified or rejected
 * first, then trades in the order they happened, then the cancellation of a rest. When an event arrives the book
 * already shows its effect.
 *
 * <p><b>Threading</b>: called on the thread that drives the book. A sink must not call the book's commands (they throw).
 *
 * <p><b>Errors</b>: what a sink throws comes out of the book's command; the book stays consistent, but what was left of
 * the taker is not entered. A {@link BookMailbox} keeps it away from the book, which then changes nothing.
 */
public interface BookSink {

    /** An order was taken in; trades and, if any of it rests, its place in the book follow from the later events. */
    default void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {}

    /** An order has a new price and quantity, and lost its place. */
    default void onModified(long sequence, long orderId, Side side, long price, long quantity) {}

    /**
     * Two orders traded.
     *
     * @param price the maker's
     * @param makerLeft what the resting order still has; 0 means that it is gone
     * @param takerLeft what the incoming order still has
     */
    default void onTrade(
            long sequence,
            long price,
            long quantity,
            long makerId,
            long makerLeft,
            long takerId,
            Side takerSide,
            long takerLeft) {}

    /** A resting order got smaller by {@code by} without a trade and kept its place. */
    default void onReduced(long sequence, long orderId, Side side, long price, long by, long left) {}

    /** An order, or what was left of it, is gone unfilled. */
    default void onCancelled(long sequence, long orderId, Side side, long price, long quantity, CancelReason reason) {}

    /** A command was refused and changed nothing. */
    default void onRejected(long sequence, long orderId, BookCommand command, RejectReason reason) {}
}
