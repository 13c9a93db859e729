package io.outcry.bench.replay;

import com.paritytrading.parity.match.OrderBook;
import com.paritytrading.parity.match.OrderBookListener;
import com.paritytrading.parity.match.Side;
import io.outcry.orderbook.replay.OrderStream;
import io.outcry.orderbook.replay.ReportLog;

/**
 * parity-match: a tree of levels and a primitive map of orders. It knows limit orders only, so an IOC is an order whose
 * rest is cancelled at once; it does not tell the price of what was cancelled, and it would acknowledge the cancellation of
 * an order that was filled, so the driver keeps the prices of live orders in an array, the cheapest way there is.
 */
final class ParityEngine implements ReplayEngine, OrderBookListener {

    private final OrderBook book = new OrderBook(this);
    private final OrderStream stream;
    private final ReportLog log;
    private final long[] priceOf;
    private int current;
    private boolean rested;

    ParityEngine(OrderStream stream, ReportLog log) {
        this.stream = stream;
        this.log = log;
        long idMax = 0;
        for (int i = 0; i < stream.count(); i++) {
            idMax = Math.max(idMax, stream.orderId(i));
        }
        priceOf = new long[Math.toIntExact(idMax + 1)];
    }

    @Override
    public String title() {
        return "parity-match";
    }

    /** Cancels every order there ever was: the book forgets filled ones only so. */
    @Override
    public void reset() {
        for (int id = 0; id < priceOf.length; id++) {
            book.cancel(id, 0);
            priceOf[id] = 0;
        }
    }

    @Override
    public void replay() {
        for (int i = 0; i < stream.count(); i++) {
            current = i;
            switch (stream.kind(i)) {
                case OrderStream.NEW -> enter(i);
                case OrderStream.CANCEL -> cancel(i);
                default -> modify(i);
            }
        }
    }

    private void enter(int i) {
        long id = stream.orderId(i);
        log.accepted(i, stream.side(i), id, stream.price(i), stream.quantity(i));
        rested = false;
        book.enter(id, side(stream.side(i)), stream.price(i), stream.quantity(i));
        if (rested && stream.isImmediate(i)) {
            book.cancel(id, 0);
            priceOf[(int) id] = 0;
            log.cancelled(i, stream.side(i), id, stream.price(i));
        }
    }

    private void cancel(int i) {
        long id = stream.orderId(i);
        if (priceOf[(int) id] != 0) {
            book.cancel(id, 0);
            log.cancelled(i, stream.side(i), id, priceOf[(int) id]);
            priceOf[(int) id] = 0;
        } else {
            log.cancelRefused(i, id);
        }
    }

    private void modify(int i) {
        long id = stream.orderId(i);
        if (priceOf[(int) id] != 0) {
            book.cancel(id, 0);
            log.modified(i, stream.side(i), id, stream.price(i), stream.quantity(i));
            priceOf[(int) id] = 0;
            book.enter(id, side(stream.side(i)), stream.price(i), stream.quantity(i));
        } else {
            log.modifyRefused(i, id);
        }
    }

    private static Side side(io.outcry.orderbook.Side side) {
        return side == io.outcry.orderbook.Side.BUY ? Side.BUY : Side.SELL;
    }

    @Override
    public void match(
            long restingOrderId,
            long incomingOrderId,
            Side incomingSide,
            long price,
            long executedQuantity,
            long remainingQuantity) {
        log.trade(current, price, executedQuantity, restingOrderId, incomingOrderId);
        if (remainingQuantity == 0) {
            priceOf[(int) restingOrderId] = 0;
        }
    }

    @Override
    public void add(long orderId, Side side, long price, long size) {
        rested = true;
        priceOf[(int) orderId] = price;
    }

    @Override
    public void cancel(long orderId, long canceledQuantity, long remainingQuantity) {}
}
