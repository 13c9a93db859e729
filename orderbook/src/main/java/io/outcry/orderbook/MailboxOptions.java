package io.outcry.orderbook;

/**
 * The parameters of a {@link BookMailbox}.
 *
 * @param book those of the book behind it
 * @param capacity how many commands may wait, over all submitters; rounded up to a power of two
 * @param drain who works them off
 * @param depth how many levels a side the {@link QuoteBoard} shows
 */
public record MailboxOptions(BookOptions book, int capacity, Drain drain, int depth) {

    /** A default book, room for 4096 commands, drained by whoever submits, ten levels shown. */
    public static final MailboxOptions DEFAULT = new MailboxOptions(BookOptions.DEFAULT, 4096, Drain.SUBMITTER, 10);

    private static final int CAPACITY_MIN = 2;
    private static final int CAPACITY_MAX = 1 << 24;

    /** Who drives the book. */
    public enum Drain {
        /** Whichever submitter finds nobody at it: no thread of its own, for machines with few processors. */
        SUBMITTER,
        /** A thread of its own, parked while there is nothing to do. */
        OWN_THREAD
    }

    /** Checks the bounds. */
    public MailboxOptions {
        if (capacity < CAPACITY_MIN || capacity > CAPACITY_MAX) {
            throw new IllegalArgumentException(
                    "capacity must lie within [" + CAPACITY_MIN + ", " + CAPACITY_MAX + "]: " + capacity);
        }
    }

    /** These options with another book. */
    public MailboxOptions withBook(BookOptions value) {
        return new MailboxOptions(value, capacity, drain, depth);
    }

    /** These options with another capacity. */
    public MailboxOptions withCapacity(int value) {
        return new MailboxOptions(book, value, drain, depth);
    }

    /** These options with another driver. */
    public MailboxOptions withDrain(Drain value) {
        return new MailboxOptions(book, capacity, value, depth);
    }

    /** These options with another depth of the board. */
    public MailboxOptions withDepth(int value) {
        return new MailboxOptions(book, capacity, drain, value);
    }
}
