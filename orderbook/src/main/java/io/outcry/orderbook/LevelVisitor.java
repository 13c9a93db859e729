package io.outcry.orderbook;

/** Receives the price levels of one side, best first. It must not change the ladder. */
@FunctionalInterface
public interface LevelVisitor {

    /**
     * One level.
     *
     * @param rank 0 for the best price
     * @param price in ticks
     * @param quantity what is available at this price, in lots; {@link Long#MAX_VALUE} stands for that or more
     * @param orders how many orders make it up
     */
    void onLevel(int rank, long price, long quantity, int orders);
}
