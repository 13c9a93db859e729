package io.outcry.orderbook;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way to the book and its result on the way back, in one object that its {@link BookSubmitter} uses
 * again and again. The queue it travels in hands its fields over.
 */
final class BookRequest {

    final BookSubmitter submitter;

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

    BookRequest(BookSubmitter submitter) {
        this.submitter = submitter;
    }

    /** Does what the request asks for and notes what came of it. */
    void applyTo(OrderBook book) {
        try {
            switch (command) {
                case ENTER -> book.enter(orderId, side, price, quantity, timeInForce, owner);
                case CANCEL -> book.cancel(orderId, owner);
                case REDUCE -> book.reduce(orderId, quantity, owner);
                case MODIFY -> book.modify(orderId, price, quantity, owner);
                case CANCEL_OWNER -> book.cancelAll(owner);
                case LOOK -> {
                    Consumer<OrderBook> looker = look;
                    look = null;
                    if (looker != null) {
                        looker.accept(book);
                    }
                }
            }
        } finally {
            sequence = book.sequence();
            boolean looked = command == BookCommand.LOOK;
            rejected = looked ? null : book.lastRejected();
            filled = looked ? 0 : book.lastFilled();
            resting = looked ? 0 : book.lastResting();
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
