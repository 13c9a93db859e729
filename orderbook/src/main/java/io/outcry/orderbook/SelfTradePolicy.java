package io.outcry.orderbook;

/** What happens when an order meets one of the same owner. Owner 0 is anonymous and never meets itself. */
public enum SelfTradePolicy {
    /** They trade. */
    ALLOW,
    /** The rest of the incoming order is cancelled. */
    CANCEL_TAKER,
    /** The resting order is cancelled, and matching goes on. */
    CANCEL_MAKER,
    /** Both are cancelled. */
    CANCEL_BOTH,
    /** Both lose the smaller quantity without a trade; whichever is used up is cancelled. */
    DECREMENT
}
