package io.outcry.orderbook;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way to the book and its result on the way back, in one object that its {@link BookSubmitter} uses
 * again and again. The queue it travels in hands its fields over.
 */
final class BookRequest {

    final ResultQueue results;

    BookCommand command = BookCommand.ENTER;
    TimeInForce timeInForce = TimeInForce.GOOD_TILL_CANCEL;
    Side side = Side.BUY;
    long orderId;
    long price;
    long quantity;
    int owner;

    @Nullable
    Consumer<OrderBook> look;

    long sequence;

    @Nullable
    RejectReason rejected;

    long filled;
    long resting;

    BookRequest(ResultQueue results) {
        this.results = results;
    }

    /** Does what the request asks for and notes what came of it. */
    void applyTo(OrderBook book) {
        switch (command) {
            case ENTER -> book.enter(orderId, side, price, quantity, timeInForce, owner);
            case CANCEL -> book.cancel(orderId, owner);
            case REDUCE -> book.reduce(orderId, quantity, owner);
            case MODIFY -> book.modify(orderId, price, quantity, owner);
            case CANCEL_OWNER -> book.cancelAll(owner);
            case LOOK -> throw new IllegalStateException("a look is no command");
        }
        sequence = book.sequence();
        rejected = book.lastRejected();
        filled = book.lastFilled();
        resting = book.lastResting();
    }

    /** Lets the looker look. */
    void lookAt(OrderBook book) {
        Consumer<OrderBook> looker = look;
        look = null;
        sequence = book.sequence();
        rejected = null;
        filled = 0;
        resting = 0;
        if (looker != null) {
            looker.accept(book);
        }
    }

    void refuse(RejectReason reason, long atSequence) {
        look = null;
        sequence = atSequence;
        rejected = reason;
        filled = 0;
        resting = 0;
    }
}
