package io.outcry.orderbook;

/** Which way an order trades: bids buy, asks sell. */
public enum Side {
    /** A bid; the highest price is the best. */
    BUY,
    /** An ask; the lowest price is the best. */
    SELL;

    /** The side an order of this side trades with. */
    public Side opposite() {
        return this == BUY ? SELL : BUY;
    }
}
