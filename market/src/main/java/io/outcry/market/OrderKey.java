package io.outcry.market;

/**
 * K: the key that decides roles. Of two crossing orders the one with the smaller K is the maker, whoever met the other
 * first; all peers compute the same.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 5.
 *
 * @param hlc when the order was made
 * @param id breaks ties, by owner and seq
 */
public record OrderKey(long hlc, OrderId id) implements Comparable<OrderKey> {
    @Override
    public int compareTo(OrderKey other) {
        int byTime = Long.compare(hlc, other.hlc);
        return byTime != 0 ? byTime : id.compareTo(other.id);
    }
}
