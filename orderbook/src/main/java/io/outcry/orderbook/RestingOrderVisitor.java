package io.outcry.orderbook;

/** Receives the resting orders of a book. It must not change the book. */
@FunctionalInterface
public interface RestingOrderVisitor {

    /** One order; orders of a side come in the order in which they would trade. */
    void onOrder(long orderId, Side side, long price, long quantity, int owner, boolean postOnly);
}
