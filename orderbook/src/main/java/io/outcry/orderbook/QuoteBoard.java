package io.outcry.orderbook;

/**
 * What a book shows to other threads: the top (L1) and the best levels (L2), published by the book's writer, read by
 * anybody.
 *
 * <p>A reader gets a state that the book was in, never a mixture of two, and never makes the writer wait. It retries
 * while the writer publishes faster than it can copy: reading is lock-free, not wait-free. L1 and L2 are two frames:
 * each is whole in itself, and their sequences tell whether they belong together.
 *
 * <p><b>Threading</b>: {@link #publish} on the thread that drives the book or the ladder; the reads on any thread.
 */
public final class QuoteBoard {

    /** Enough for any screen; whoever needs the whole book asks its writer. */
    public static final int DEPTH_MAX = 256;

    private final int depth;
    private final SharedFrame top = new SharedFrame(TopOfBook.WORDS);
    private final SharedFrame levels;
    private final LevelVisitor bids = (rank, price, quantity, orders) -> show(Side.BUY, rank, price, quantity, orders);
    private final LevelVisitor asks = (rank, price, quantity, orders) -> show(Side.SELL, rank, price, quantity, orders);

    /** A board that shows an empty book. */
    public QuoteBoard(int depth) {
        if (depth < 1 || depth > DEPTH_MAX) {
            throw new IllegalArgumentException("depth must lie within [1, " + DEPTH_MAX + "]: " + depth);
        }
        this.depth = depth;
        this.levels = new SharedFrame(BookDepth.words(depth));
    }

    /** How many levels a side are shown. */
    public int depth() {
        return depth;
    }

    /** Shows a book as it is; for whoever drives one without a {@link BookMailbox}, which does this itself. */
    public void publish(OrderBook book) {
        publish(book.ladder(), book.sequence());
    }

    /** Shows the ladder as it is, which is its state after the command {@code sequence}. */
    public void publish(Ladder ladder, long sequence) {
        levels.open();
        levels.set(0, sequence);
        levels.set(BookDepth.countAt(Side.BUY), ladder.forEachLevel(Side.BUY, depth, bids));
        levels.set(BookDepth.countAt(Side.SELL), ladder.forEachLevel(Side.SELL, depth, asks));
        levels.publish();

        top.open();
        top.set(0, sequence);
        showTop(ladder.side(Side.BUY), 1);
        showTop(ladder.side(Side.SELL), 4);
        top.publish();
    }

    /** Copies the best bid and ask. */
    public void read(TopOfBook into) {
        top.read(into.words);
    }

    /** Copies the best levels; {@code into} must have the depth of this board. */
    public void read(BookDepth into) {
        if (into.depth() != depth) {
            throw new IllegalArgumentException("this board shows " + depth + " levels, not " + into.depth());
        }
        levels.read(into.words);
    }

    private void show(Side side, int rank, long price, long quantity, int orders) {
        int at = BookDepth.levelAt(depth, side, rank);
        levels.set(at, price);
        levels.set(at + 1, quantity);
        levels.set(at + 2, orders);
    }

    private void showTop(LadderSide side, int at) {
        int best = side.best;
        boolean empty = best == Ladder.NONE;
        top.set(at, empty ? 0 : side.orders[best]);
        top.set(at + 1, empty ? 0 : side.price(best));
        top.set(at + 2, empty ? 0 : side.quantity(best));
    }
}
