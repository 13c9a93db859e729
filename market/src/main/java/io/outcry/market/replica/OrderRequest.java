package io.outcry.market.replica;

import io.outcry.market.TimeInForce;
import io.outcry.orderbook.Side;

/**
 * What a user asks for.
 *
 * <p><b>Units</b>: ticks, lots, milliseconds.
 *
 * @param side buy or sell
 * @param price the limit
 * @param quantity all of it
 * @param tif how long it waits
 * @param postOnly refused rather than taking
 * @param lifeMs until it expires; 0 for the market's longest
 * @param account whose, may be empty
 */
public record OrderRequest(
        Side side, long price, long quantity, TimeInForce tif, boolean postOnly, long lifeMs, String account) {

    /** A limit order that rests for as long as the market lets it. */
    public static OrderRequest limit(Side side, long price, long quantity) {
        return new OrderRequest(side, price, quantity, TimeInForce.GTT, false, 0, "");
    }

    /** The same order with another time in force. */
    public OrderRequest with(TimeInForce other) {
        return new OrderRequest(side, price, quantity, other, postOnly, lifeMs, account);
    }

    /** The same order, post-only. */
    public OrderRequest postingOnly() {
        return new OrderRequest(side, price, quantity, tif, true, lifeMs, account);
    }

    /** The same order for an account. */
    public OrderRequest of(String otherAccount) {
        return new OrderRequest(side, price, quantity, tif, postOnly, lifeMs, otherAccount);
    }

    /** The same order with a life of its own. */
    public OrderRequest living(long otherLifeMs) {
        return new OrderRequest(side, price, quantity, tif, postOnly, otherLifeMs, account);
    }
}
