package io.outcry.orderbook;

/**
 * The best levels of both sides at one moment (L2), copied from a {@link QuoteBoard}.
 *
 * <p><b>Threading</b>: belongs to one reader, who fills it again and again.
 */
public final class BookDepth {

    private static final int HEADER_WORDS = 3;
    private static final int LEVEL_WORDS = 3;

    final long[] words;
    private final int depth;

    /** Room for {@code depth} levels a side: the depth of the board it is read from. */
    public BookDepth(int depth) {
        this.depth = depth;
        this.words = new long[words(depth)];
    }

    static int words(int depth) {
        return HEADER_WORDS + 2 * LEVEL_WORDS * depth;
    }

    static int countAt(Side side) {
        return side == Side.BUY ? 1 : 2;
    }

    static int levelAt(int depth, Side side, int rank) {
        return HEADER_WORDS + LEVEL_WORDS * (side == Side.BUY ? rank : depth + rank);
    }

    /** The sequence of the last command this moment includes. */
    public long sequence() {
        return words[0];
    }

    /** How many levels of a side there are, {@link #depth} at most. */
    public int levels(Side side) {
        return (int) words[countAt(side)];
    }

    /** How many levels a side may have. */
    public int depth() {
        return depth;
    }

    /** The price of a level, 0 being the best. */
    public long price(Side side, int rank) {
        return words[at(side, rank)];
    }

    /** What is available at a level, {@link Long#MAX_VALUE} standing for that or more. */
    public long quantity(Side side, int rank) {
        return words[at(side, rank) + 1];
    }

    /** How many orders make up a level. */
    public int orders(Side side, int rank) {
        return (int) words[at(side, rank) + 2];
    }

    private int at(Side side, int rank) {
        if (rank < 0 || rank >= levels(side)) {
            throw new IndexOutOfBoundsException("level " + rank + " of " + levels(side));
        }
        return levelAt(depth, side, rank);
    }
}
