package io.outcry.orderbook;

/** What can be asked of a book. */
public enum BookCommand {
    /** Enter an order of any {@link TimeInForce}. */
    ENTER,
    /** Cancel what is left of an order. */
    CANCEL,
    /** Take some quantity off an order, which keeps its place. */
    REDUCE,
    /** Give an order another price and quantity, and a new place. */
    MODIFY,
    /** Cancel all orders of an owner. */
    CANCEL_OWNER,
    /** Read the book between two commands. */
    LOOK
}
