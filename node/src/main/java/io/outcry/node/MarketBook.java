package io.outcry.node;

import io.outcry.market.replica.BookLevels;

/**
 * A market's book and its digest, read at the same moment.
 *
 * @param levels what is available, best first
 * @param digest of the whole book, hexadecimal
 */
public record MarketBook(BookLevels levels, String digest) {

    /** Levels a side that can be asked for at a time: more than any screen has. */
    public static final int DEPTH_MAX = 1_000;
}
