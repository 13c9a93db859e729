package io.outcry.orderbook;

/** Hashes a book order by order; any two implementations that walk their orders alike agree. */
final class BookDigest implements RestingOrderVisitor {

    private static final long START = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private long hash = START;

    long of(OrderBook book) {
        book.forEachOrder(Side.BUY, this);
        book.forEachOrder(Side.SELL, this);
        return hash;
    }

    long value() {
        return hash;
    }

    @Override
    public void onOrder(long orderId, Side side, long price, long quantity, int owner, boolean postOnly) {
        mix(orderId);
        mix(side == Side.BUY ? 0 : 1);
        mix(price);
        mix(quantity);
        mix(owner);
        mix(postOnly ? 1 : 0);
    }

    private void mix(long word) {
        long mixed = (hash ^ word) * FACTOR;
        hash = mixed ^ (mixed >>> 32);
    }
}
