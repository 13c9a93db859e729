package io.outcry.market;

/**
 * Hybrid logical time as one {@code long}: Unix milliseconds, shifted by 16 bits, and a counter that tells events of one
 * millisecond apart.
 */
public final class Hlc {

    /** Bits of the counter. */
    public static final int COUNTER_BITS = 16;

    /** No wall clock of this protocol passes the year 6429: what is left of 63 bits. */
    public static final long MS_MAX = Long.MAX_VALUE >>> COUNTER_BITS;

    private Hlc() {}

    /** The first time of a millisecond. */
    public static long of(long epochMs) {
        if (epochMs < 0 || epochMs > MS_MAX) {
            throw new IllegalArgumentException("no Unix time in milliseconds: " + epochMs);
        }
        return epochMs << COUNTER_BITS;
    }

    /** The milliseconds. */
    public static long ms(long hlc) {
        return hlc >>> COUNTER_BITS;
    }
}
