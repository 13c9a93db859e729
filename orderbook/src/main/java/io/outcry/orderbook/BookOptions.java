package io.outcry.orderbook;

/**
 * The parameters of an {@link OrderBook}.
 *
 * @param ordersMax how many orders may rest
 * @param windowTicks how many ticks around the touch are found by position: a power of two in [64, 262144]
 * @param selfTradePolicy what happens when an order meets one of the same owner
 */
public record BookOptions(int ordersMax, int windowTicks, SelfTradePolicy selfTradePolicy) {

    /** Four million resting orders, a window of 65 536 ticks (256 KiB a side), everybody trades with everybody. */
    public static final BookOptions DEFAULT = new BookOptions(1 << 22, 1 << 16, SelfTradePolicy.ALLOW);

    /** These options with another bound of resting orders. */
    public BookOptions withOrdersMax(int value) {
        return new BookOptions(value, windowTicks, selfTradePolicy);
    }

    /** These options with another window. */
    public BookOptions withWindowTicks(int value) {
        return new BookOptions(ordersMax, value, selfTradePolicy);
    }

    /** These options with another policy for orders of one owner that meet. */
    public BookOptions withSelfTradePolicy(SelfTradePolicy value) {
        return new BookOptions(ordersMax, windowTicks, value);
    }
}
