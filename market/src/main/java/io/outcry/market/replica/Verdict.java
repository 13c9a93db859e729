package io.outcry.market.replica;

/** What a replica tells GossipSub about an envelope. */
public enum Verdict {
    /** News: pass it on. */
    ACCEPT,
    /** Known, late, early or over a quota: do not pass it on, and punish nobody. */
    IGNORE,
    /** No honest peer passes this on. Only what the bytes alone prove is rejected, so the replica itself never says so. */
    REJECT
}
