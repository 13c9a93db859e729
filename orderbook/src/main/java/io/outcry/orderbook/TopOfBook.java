package io.outcry.orderbook;

/**
 * The best bid and the best ask of one moment (L1), copied from a {@link QuoteBoard}.
 *
 * <p><b>Threading</b>: belongs to one reader, who fills it again and again.
 */
public final class TopOfBook {

    static final int WORDS = 7;

    final long[] words = new long[WORDS];

    /** Empty until it is read into. */
    public TopOfBook() {}

    /** The sequence of the last command this moment includes. */
    public long sequence() {
        return words[0];
    }

    /** How many orders make up the best level; 0 means that the side is empty. */
    public int orders(Side side) {
        return (int) words[at(side)];
    }

    /** The best price; 0 if the side is empty. */
    public long price(Side side) {
        return words[at(side) + 1];
    }

    /** What is available at the best price; 0 if the side is empty. */
    public long quantity(Side side) {
        return words[at(side) + 2];
    }

    private static int at(Side side) {
        return side == Side.BUY ? 1 : 4;
    }

    @Override
    public String toString() {
        return "#" + sequence() + " bid " + quantity(Side.BUY) + " @ " + price(Side.BUY) + ", ask "
                + quantity(Side.SELL) + " @ " + price(Side.SELL);
    }
}
