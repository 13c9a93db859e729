package io.outcry.node;

import io.outcry.market.replica.BookLevels;
import java.util.List;

/**
 * A market's book at one moment, as published by its thread.
 *
 * @param levels what is available, best first
 * @param revision grows with every published change
 */
public record MarketView(BookLevels levels, long revision) {

    /** Levels a side that are published. */
    public static final int DEPTH_MAX = 64;

    static final MarketView EMPTY = new MarketView(new BookLevels(List.of(), List.of()), 0);
}
