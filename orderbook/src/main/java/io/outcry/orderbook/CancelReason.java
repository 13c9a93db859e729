package io.outcry.orderbook;

/** Why an accepted order, or the rest of one, left the book unfilled. */
public enum CancelReason {
    /** Its owner asked. */
    REQUESTED,
    /** It was reduced by all that was left. */
    REDUCED_AWAY,
    /** The rest of an immediate-or-cancel order. */
    NOT_IMMEDIATE,
    /** A fill-or-kill order that could not be filled at once. */
    NOT_FILLABLE,
    /** It would have traded with an order of its own owner. */
    SELF_TRADE
}
