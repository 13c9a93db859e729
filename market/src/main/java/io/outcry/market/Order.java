package io.outcry.market;

import io.outcry.orderbook.Side;
import java.nio.charset.StandardCharsets;

/**
 * The terms of an order. They never change; what happens to it is told by {@link Step}s.
 *
 * <p><b>Units</b>: price in ticks, quantity in lots, expiry in Unix milliseconds.
 *
 * @param id which
 * @param side buys or sells
 * @param price the limit
 * @param quantity Q, all of it
 * @param tif how long it waits
 * @param expiryMs when it ends in any case
 * @param postOnly never takes
 * @param account whose, among those who trade through one peer; may be empty, 32 bytes of UTF-8 at most
 * @param hlc when it was made; part of its {@link OrderKey}
 * @param anchor the owner's last heartbeat before it, which dates the order for those who heard that heartbeat
 */
public record Order(
        OrderId id,
        Side side,
        long price,
        long quantity,
        TimeInForce tif,
        long expiryMs,
        boolean postOnly,
        String account,
        long hlc,
        ItemHash anchor) {

    /** Checks the ranges; an order that passes here is well-formed wherever it came from. */
    public Order {
        if (price < 1 || quantity < 1) {
            throw new IllegalArgumentException("price and quantity are at least 1: " + price + ", " + quantity);
        }
        Math.multiplyExact(price, quantity);
        if (hlc < 0 || expiryMs <= Hlc.ms(hlc) || expiryMs > Hlc.MS_MAX) {
            throw new IllegalArgumentException("expiry " + expiryMs + " is not after the order's HLC " + hlc);
        }
        if (!tif.rests() && expiryMs - Hlc.ms(hlc) > MarketLimits.IMMEDIATE_LIFE_MS) {
            throw new IllegalArgumentException(tif + " orders end within " + MarketLimits.IMMEDIATE_LIFE_MS + " ms");
        }
        if (!tif.rests() && postOnly) {
            throw new IllegalArgumentException("a post-only order rests: " + tif);
        }
        if (account.getBytes(StandardCharsets.UTF_8).length > MarketLimits.ACCOUNT_BYTES_MAX) {
            throw new IllegalArgumentException("account is longer than 32 bytes: " + account);
        }
    }

    /** Its place in the order of all orders. */
    public OrderKey key() {
        return new OrderKey(hlc, id);
    }

    /** Whether it and {@code other} are on different sides and their limits meet. */
    public boolean crosses(Order other) {
        return side != other.side && (side == Side.BUY ? price >= other.price : price <= other.price);
    }
}
