package io.outcry.transport.dial;

/** Why a dial as a whole failed. */
public enum DialFailure {
    /** No address is known, or none of a kind that can be dialled. */
    NO_ADDRESSES,
    /** Every address failed lately and is backed off. */
    BACKOFF,
    /** Every address was tried and failed. */
    FAILED,
    /** The dial as a whole took too long. */
    TIMEOUT,
    /** The gater of this node forbids the peer or all of its addresses. */
    GATED,
    /** Whoever answers at the address is another peer than was dialled. */
    WRONG_PEER,
    /** A limit of this node: dials waiting, connections open. */
    LIMIT,
    /** The peer is ourselves. */
    SELF,
    /** The caller gave up. */
    CANCELLED,
    /** The host is closed. */
    CLOSED
}
