package io.outcry.market.replica;

/** Something the node's operator should know. */
public enum Notice {
    /** Another copy of this key has signed newer steps: all older own orders are retired. */
    FENCED,
    /** The clock is more than 2 s off the peers': no new orders. */
    CLOCK_SKEW,
    /** The clock is well again. */
    CLOCK_FINE,
    /** An owner contradicted itself. */
    EQUIVOCATION,
    /** A counterparty used one trade id for two proposals, or answered one proposal twice. */
    CONTRADICTED_TRADE
}
