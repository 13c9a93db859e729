package io.outcry.orderbook;

import java.util.ArrayList;
import java.util.List;

/** Writes a book's events down as short words. */
final class EventLog implements BookSink {

    private final List<String> events = new ArrayList<>();

    /** What happened since the last time. */
    List<String> take() {
        List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    @Override
    public void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {
        events.add("accepted " + orderId + " " + side + " " + quantity + "@" + price);
    }

    @Override
    public void onModified(long sequence, long orderId, Side side, long price, long quantity) {
        events.add("modified " + orderId + " " + side + " " + quantity + "@" + price);
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
        events.add("trade " + quantity + "@" + price + " maker " + makerId + " left " + makerLeft + " taker " + takerId
                + " " + takerSide + " left " + takerLeft);
    }

    @Override
    public void onReduced(long sequence, long orderId, Side side, long price, long by, long left) {
        events.add("reduced " + orderId + " " + side + " by " + by + " to " + left + "@" + price);
    }

    @Override
    public void onCancelled(long sequence, long orderId, Side side, long price, long quantity, CancelReason reason) {
        events.add("cancelled " + orderId + " " + side + " " + quantity + "@" + price + " " + reason);
    }

    @Override
    public void onRejected(long sequence, long orderId, BookCommand command, RejectReason reason) {
        events.add("rejected " + command + " " + orderId + " " + reason);
    }
}
