package io.outcry.orderbook;

/** How long an order may wait. */
public enum TimeInForce {
    /** Trades what it can and rests with what is left. */
    GOOD_TILL_CANCEL,
    /** Trades what it can; the rest is cancelled. */
    IMMEDIATE_OR_CANCEL,
    /** Trades its whole quantity at once, or nothing. */
    FILL_OR_KILL,
    /** Rests without trading, or is refused. */
    POST_ONLY
}
