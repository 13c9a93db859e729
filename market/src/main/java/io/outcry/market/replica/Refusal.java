package io.outcry.market.replica;

/** Why the replica did not do what its user asked. */
public enum Refusal {
    /** Price, quantity, life or account out of the market's range. */
    TERMS,
    /** A post-only order would take. */
    WOULD_TAKE,
    /** A fill-or-kill order finds neither enough in the own book nor one order large enough. */
    FOK_NEEDS_ONE_ORDER,
    /** The node's clock is more than 2 s off its peers'. */
    CLOCK_SKEW,
    /** A quota of the market: open orders, new orders a second, orders in all. */
    LIMIT,
    /** The journal or the outbox is behind; try again. */
    BUSY,
    /** No such order, or no such trade, of this peer. */
    UNKNOWN,
    /** The order is closed, or nothing of it is left. */
    CLOSED
}
