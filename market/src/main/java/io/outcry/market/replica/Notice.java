package io.outcry.market.replica;

/** Something the node's operator should know. */
public enum Notice {
    /** Another copy of this key has signed newer steps: all older own orders are retired. */
    FENCED("another copy of this key is, or was, at work: all older orders are given up"),
    /** The clock is more than 2 s off the peers': no new orders. */
    CLOCK_SKEW("set this clock; no orders are taken meanwhile"),
    /** The journal has used times far ahead of the clock: nothing is sent, and no order is taken, until the clock is there. */
    CLOCK_BEHIND_JOURNAL(
            "set this clock, or wait until it has caught up; if it was wrong before and is right now, and waiting is"
                    + " too long, stop the node and move this market's journal away: the orders in it are lost"),
    /** The clock is well again. */
    CLOCK_FINE("the clock is well again"),
    /** An owner contradicted itself. */
    EQUIVOCATION("an owner contradicted itself: its order is never matched again"),
    /** A counterparty used one trade id for two proposals, or answered one proposal twice. */
    CONTRADICTED_TRADE("a counterparty contradicted itself about a trade");

    private final String advice;

    Notice(String advice) {
        this.advice = advice;
    }

    /** What it means or what to do, in one line. */
    public String advice() {
        return advice;
    }
}
