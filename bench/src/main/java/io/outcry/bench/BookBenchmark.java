package io.outcry.bench;

import com.paritytrading.parity.match.OrderBookListener;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.orderbook.IOrderBook;
import io.outcry.bench.replay.ExchangeCoreEngine;
import io.outcry.orderbook.BookSink;
import io.outcry.orderbook.OrderBook;
import io.outcry.orderbook.Side;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The engine's commands one by one, in a book of a given size whose prices lie within two hundred ticks; parity-match is
 * the baseline. The replay of a whole stream ({@code replay.ReplayRace}) is the figure that counts; these say where it
 * comes from.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BookBenchmark {

    private static final int PRICES = 200;
    private static final long MID = 1_000_000;
    private static final int CHOICES = 1 << 14;

    /** How many orders rest. */
    @Param({"1000", "100000"})
    int resting;

    /** Whose book. */
    @Param({"Outcry", "exchange-core", "parity-match"})
    String by = "";

    private final long[] choices = new long[CHOICES];
    private Book book = new OutcryBook();
    private long nextId;
    private int at;

    private interface Book {
        void limit(long id, boolean buy, long price, long quantity);

        void cancel(long id);
    }

    private static final class OutcryBook implements Book {
        private final OrderBook book = new OrderBook(new BookSink() {});

        @Override
        public void limit(long id, boolean buy, long price, long quantity) {
            book.limit(id, buy ? Side.BUY : Side.SELL, price, quantity);
        }

        @Override
        public void cancel(long id) {
            book.cancel(id);
        }
    }

    private static final class ParityBook implements Book, OrderBookListener {
        private final com.paritytrading.parity.match.OrderBook book =
                new com.paritytrading.parity.match.OrderBook(this);

        @Override
        public void limit(long id, boolean buy, long price, long quantity) {
            book.enter(
                    id,
                    buy ? com.paritytrading.parity.match.Side.BUY : com.paritytrading.parity.match.Side.SELL,
                    price,
                    quantity);
        }

        @Override
        public void cancel(long id) {
            book.cancel(id, 0);
        }

        @Override
        public void match(
                long restingId,
                long incomingId,
                com.paritytrading.parity.match.Side side,
                long price,
                long quantity,
                long left) {}

        @Override
        public void add(long id, com.paritytrading.parity.match.Side side, long price, long size) {}

        @Override
        public void cancel(long id, long cancelled, long left) {}
    }

    private static final class ExchangeCoreBook implements Book {
        private final OrderCommand command = new OrderCommand();
        private final IOrderBook book = ExchangeCoreEngine.newBook();

        @Override
        public void limit(long id, boolean buy, long price, long quantity) {
            command.orderId = id;
            command.uid = 1;
            command.orderType = OrderType.GTC;
            command.action = buy ? OrderAction.BID : OrderAction.ASK;
            command.price = price;
            command.reserveBidPrice = price;
            command.size = quantity;
            command.matcherEvent = null;
            book.newOrder(command);
        }

        @Override
        public void cancel(long id) {
            command.orderId = id;
            command.uid = 1;
            command.matcherEvent = null;
            book.cancelOrder(command);
        }
    }

    /** Fills the book on both sides of its mid. */
    @Setup
    public void setUp() {
        book = switch (by) {
            case "Outcry" -> new OutcryBook();
            case "exchange-core" -> new ExchangeCoreBook();
            default -> new ParityBook();
        };
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < CHOICES; i++) {
            choices[i] = random.nextInt(1, PRICES + 1);
        }
        nextId = 1;
        while (nextId <= resting) {
            enter();
        }
    }

    private void enter() {
        boolean buy = (nextId & 1) == 0;
        long away = choices[at++ & (CHOICES - 1)];
        book.limit(nextId++, buy, buy ? MID - away : MID + away, 10);
    }

    /** A new order comes and the oldest goes. */
    @Benchmark
    public void addAndCancel() {
        enter();
        book.cancel(nextId - 1 - resting);
    }

    /**
     * A maker improves on the best price, a taker takes it whole, and the maker's cancel comes too late (parity-match keeps
     * filled orders until they are cancelled, and would run out of memory otherwise).
     */
    @Benchmark
    public void addAndMatch() {
        book.limit(nextId, false, MID, 10);
        book.limit(nextId + 1, true, MID, 10);
        book.cancel(nextId);
        nextId += 2;
    }
}
