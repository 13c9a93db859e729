package io.outcry.market;

import io.outcry.core.identity.PeerId;

/**
 * Which order: its owner, and the owner's own count. Shown as {@code PEER/SEQ}.
 *
 * @param owner who alone may change it
 * @param seq {@code epoch << 28 | n}: increasing, with gaps, at least 1
 */
public record OrderId(PeerId owner, long seq) implements Comparable<OrderId> {

    /** Bits of the count within an epoch. */
    public static final int COUNT_BITS = 28;

    /** Checks the range. */
    public OrderId {
        if (seq < 1) {
            throw new IllegalArgumentException("an order's seq is at least 1: " + seq);
        }
    }

    /** The id written as {@code PEER/SEQ}. */
    public static OrderId parse(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("order id \"" + text + "\" is not of the form PEER/SEQ");
        }
        try {
            return new OrderId(PeerId.parse(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("order id \"" + text + "\" does not end in a number", e);
        }
    }

    /** The first seq of an epoch. */
    public static long firstSeq(long epoch) {
        return epoch << COUNT_BITS;
    }

    /** The epoch a seq was given in. */
    public static long epochOf(long seq) {
        return seq >>> COUNT_BITS;
    }

    @Override
    public int compareTo(OrderId other) {
        int byOwner = owner.compareTo(other.owner);
        return byOwner != 0 ? byOwner : Long.compare(seq, other.seq);
    }

    @Override
    public String toString() {
        return owner + "/" + seq;
    }
}
