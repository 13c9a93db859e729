package io.outcry.orderbook;

import java.util.function.Consumer;

/** Keeps what a sink throws away from the engine, so that the book is a function of its commands and of nothing else. */
final class GuardedSink implements BookSink {

    private final BookSink sink;
    private final Consumer<Throwable> failures;

    GuardedSink(BookSink sink, Consumer<Throwable> failures) {
        this.sink = sink;
        this.failures = failures;
    }

    @Override
    public void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {
        try {
            sink.onAccepted(sequence, orderId, side, price, quantity);
        } catch (Throwable e) {
            failures.accept(e);
        }
    }

    @Override
    public void onModified(long sequence, long orderId, Side side, long price, long quantity) {
        try {
            sink.onModified(sequence, orderId, side, price, quantity);
        } catch (Throwable e) {
            failures.accept(e);
        }
    }

    @Override
    public void onTrade(
            long sequence,
            long price,
            long quantity,
            long makerId,
            long makerLeft,
            long takerId,
            Side takerSide,
            long takerLeft) {
        try {
            sink.onTrade(sequence, price, quantity, makerId, makerLeft, takerId, takerSide, takerLeft);
        } catch (Throwable e) {
            failures.accept(e);
        }
    }

    @Override
    public void onReduced(long sequence, long orderId, Side side, long price, long by, long left) {
        try {
            sink.onReduced(sequence, orderId, side, price, by, left);
        } catch (Throwable e) {
            failures.accept(e);
        }
    }

    @Override
    public void onCancelled(long sequence, long orderId, Side side, long price, long quantity, CancelReason reason) {
        try {
            sink.onCancelled(sequence, orderId, side, price, quantity, reason);
        } catch (Throwable e) {
            failures.accept(e);
        }
    }

    @Override
    public void onRejected(long sequence, long orderId, BookCommand command, RejectReason reason) {
        try {
            sink.onRejected(sequence, orderId, command, reason);
        } catch (Throwable e) {
            failures.accept(e);
        }
    }
}
