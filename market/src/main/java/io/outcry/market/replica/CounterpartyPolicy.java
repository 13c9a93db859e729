package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;

/**
 * How many fills without their settlement a maker's owner risks with one counterparty. Past it, proposals get LIMIT.
 *
 * <p><b>Threading</b>: the replica's.
 */
@FunctionalInterface
public interface CounterpartyPolicy {

    /** Unsettled fills risked with a counterparty of good standing. */
    int UNSETTLED_MAX = 64;

    /** An owner heard for less than this is new. */
    long NEWCOMER_MS = 60_000;

    /** One at a time with newcomers, 64 with others (docs/market-protocol.md section 9). */
    CounterpartyPolicy CAUTIOUS = (owner, heardMs) -> heardMs < NEWCOMER_MS ? 1 : UNSETTLED_MAX;

    /** 64 with everybody, for markets among peers that know each other. */
    CounterpartyPolicy EVEN = (owner, heardMs) -> UNSETTLED_MAX;

    /**
     * The cap for an owner.
     *
     * @param owner the proposer
     * @param heardMs for how long its heartbeats have been heard without a gap longer than the lease
     */
    int unsettledMax(PeerId owner, long heardMs);
}
