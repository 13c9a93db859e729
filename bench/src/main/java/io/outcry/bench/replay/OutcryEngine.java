package io.outcry.bench.replay;

import io.outcry.orderbook.BookCommand;
import io.outcry.orderbook.BookSink;
import io.outcry.orderbook.CancelReason;
import io.outcry.orderbook.OrderBook;
import io.outcry.orderbook.RejectReason;
import io.outcry.orderbook.Side;
import io.outcry.orderbook.TimeInForce;
import io.outcry.orderbook.replay.OrderStream;
import io.outcry.orderbook.replay.ReportLog;

/** The engine of this house. */
final class OutcryEngine implements ReplayEngine, BookSink {

    private final OrderBook book = new OrderBook(this);
    private ReportLog log = new ReportLog();
    private int current;

    @Override
    public String title() {
        return "Outcry";
    }

    @Override
    public void reset(OrderStream stream) {
        book.clear();
    }

    @Override
    public void replay(OrderStream stream, ReportLog into) {
        log = into;
        for (int i = 0; i < stream.count(); i++) {
            current = i;
            long id = stream.orderId(i);
            switch (stream.kind(i)) {
                case OrderStream.NEW ->
                    book.enter(
                            id,
                            stream.side(i),
                            stream.price(i),
                            stream.quantity(i),
                            stream.isImmediate(i) ? TimeInForce.IMMEDIATE_OR_CANCEL : TimeInForce.GOOD_TILL_CANCEL,
                            0);
                case OrderStream.CANCEL -> book.cancel(id);
                default -> book.modify(id, stream.price(i), stream.quantity(i));
            }
        }
    }

    @Override
    public void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {
        log.accepted(current, side, orderId, price, quantity);
    }

    @Override
    public void onModified(long sequence, long orderId, Side side, long price, long quantity) {
        log.modified(current, side, orderId, price, quantity);
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
        log.trade(current, price, quantity, makerId, takerId);
    }

    @Override
    public void onCancelled(long sequence, long orderId, Side side, long price, long quantity, CancelReason reason) {
        log.cancelled(current, side, orderId, price);
    }

    @Override
    public void onRejected(long sequence, long orderId, BookCommand command, RejectReason reason) {
        if (command == BookCommand.CANCEL) {
            log.cancelRefused(current, orderId);
        } else {
            log.modifyRefused(current, orderId);
        }
    }
}
