package io.outcry.market.replica;

import java.util.List;

/**
 * What is available, by price, best first.
 *
 * @param bids highest first
 * @param asks lowest first
 */
public record BookLevels(List<Level> bids, List<Level> asks) {

    /** One price: ticks, lots, and how many orders. */
    public record Level(long price, long quantity, int orders) {}

    /** Takes copies of the lists. */
    public BookLevels {
        bids = List.copyOf(bids);
        asks = List.copyOf(asks);
    }
}
