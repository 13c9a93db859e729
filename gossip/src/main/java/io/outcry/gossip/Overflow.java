package io.outcry.gossip;

/** What a full subscriber queue does with one more message; either way it is counted. */
public enum Overflow {
    /** The oldest waiting message makes room: the subscriber sees the present. */
    DROP_OLDEST,
    /** The new message is dropped: the subscriber sees an unbroken past. */
    DROP_NEWEST
}
