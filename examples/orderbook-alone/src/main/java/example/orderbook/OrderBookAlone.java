package example.orderbook;

import io.outcry.orderbook.BookCommand;
import io.outcry.orderbook.BookDepth;
import io.outcry.orderbook.BookMailbox;
import io.outcry.orderbook.BookResultHandler;
import io.outcry.orderbook.BookSink;
import io.outcry.orderbook.BookSubmitter;
import io.outcry.orderbook.CancelReason;
import io.outcry.orderbook.MailboxOptions;
import io.outcry.orderbook.RejectReason;
import io.outcry.orderbook.Side;
import io.outcry.orderbook.Submission;
import io.outcry.orderbook.TimeInForce;

/**
 * An exchange in one process: two traders on threads of their own, one book, no locks, no network.
 *
 * <p>Prices are in ticks of 0.01 and quantities in lots of one share; the engine knows integers only.
 */
public final class OrderBookAlone {

    private static final int ANNA = 1;
    private static final int BERT = 2;

    private OrderBookAlone() {}

    /** Prints what the engine did, event by event; it is called by whichever thread drains the mailbox. */
    private static final class Tape implements BookSink {
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
            System.out.printf(
                    "#%d trade %d @ %s, order %d took from order %d%n",
                    sequence, quantity, price(price), takerId, makerId);
        }

        @Override
        public void onCancelled(
                long sequence, long orderId, Side side, long price, long quantity, CancelReason reason) {
            System.out.printf("#%d order %d cancelled, %d left: %s%n", sequence, orderId, quantity, reason);
        }

        @Override
        public void onRejected(long sequence, long orderId, BookCommand command, RejectReason reason) {
            System.out.printf("#%d %s of order %d refused: %s%n", sequence, command, orderId, reason);
        }
    }

    /** Runs the market for a moment. */
    public static void main(String[] args) throws InterruptedException {
        try (BookMailbox exchange = BookMailbox.start(MailboxOptions.DEFAULT, new Tape())) {
            Thread anna = new Thread(() -> quote(exchange));
            anna.start();
            anna.join();
            Thread bert = new Thread(() -> take(exchange));
            bert.start();
            bert.join();
            print(exchange);
        }
    }

    /** Anna makes a market: three bids, three asks. */
    private static void quote(BookMailbox exchange) {
        BookSubmitter door = exchange.submitter(16);
        for (int i = 1; i <= 3; i++) {
            require(door.enter(10 + i, Side.BUY, 10_000 - i, 100, TimeInForce.POST_ONLY, ANNA));
            require(door.enter(20 + i, Side.SELL, 10_000 + i, 100, TimeInForce.POST_ONLY, ANNA));
        }
        fetch(door);
    }

    /** Bert sweeps two levels, misses with a fill-or-kill, and cannot cancel what is Anna's. */
    private static void take(BookMailbox exchange) {
        BookSubmitter door = exchange.submitter(16);
        require(door.enter(31, Side.BUY, 10_002, 150, TimeInForce.IMMEDIATE_OR_CANCEL, BERT));
        require(door.enter(32, Side.SELL, 9_998, 500, TimeInForce.FILL_OR_KILL, BERT));
        require(door.cancel(11, BERT));
        fetch(door);
    }

    private static void require(Submission submission) {
        if (submission != Submission.QUEUED) {
            throw new IllegalStateException("the exchange is " + submission);
        }
    }

    /** Waits for the results of everything this door handed in. */
    private static void fetch(BookSubmitter door) {
        BookResultHandler handler = (command, orderId, sequence, rejected, filled, resting) -> {
            if (filled > 0) {
                System.out.printf("order %d filled %d, rests %d%n", orderId, filled, resting);
            }
        };
        while (door.underWay() > 0) {
            door.poll(handler);
        }
    }

    private static void print(BookMailbox exchange) {
        BookDepth depth = new BookDepth(exchange.board().depth());
        exchange.board().read(depth);
        System.out.println("book after command " + depth.sequence());
        for (int rank = depth.levels(Side.SELL) - 1; rank >= 0; rank--) {
            System.out.printf("          %s %5d%n", price(depth.price(Side.SELL, rank)), depth.quantity(Side.SELL, rank));
        }
        for (int rank = 0; rank < depth.levels(Side.BUY); rank++) {
            System.out.printf("    %5d %s%n", depth.quantity(Side.BUY, rank), price(depth.price(Side.BUY, rank)));
        }
    }

    private static String price(long ticks) {
        return ticks / 100 + "." + (ticks % 100 + 100 + "").substring(1);
    }
}
