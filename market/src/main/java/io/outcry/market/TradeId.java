package io.outcry.market;

/**
 * Which trade: the taker's order, and how many proposals it had made. Given by the taker's owner, so nobody else can
 * use it up.
 *
 * @param taker the order that proposed
 * @param n from 1
 */
public record TradeId(OrderId taker, long n) implements Comparable<TradeId> {

    /** Checks the range. */
    public TradeId {
        if (n < 1) {
            throw new IllegalArgumentException("a trade's n is at least 1: " + n);
        }
    }

    @Override
    public int compareTo(TradeId other) {
        int byTaker = taker.compareTo(other.taker);
        return byTaker != 0 ? byTaker : Long.compare(n, other.n);
    }

    @Override
    public String toString() {
        return taker + "/" + n;
    }
}
