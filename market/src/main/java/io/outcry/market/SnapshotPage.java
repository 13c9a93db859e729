package io.outcry.market;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a copy of the book.
 *
 * @param cursor serve what comes after this order; null from the beginning
 * @param maxBytes of the answer
 * @param asOfMs orders that expire by then are left out of the digest
 */
public record SnapshotPage(@Nullable OrderId cursor, int maxBytes, long asOfMs) {

    /** Checks the ranges. */
    public SnapshotPage {
        if (maxBytes < 1 || maxBytes > MarketLimits.PAGE_BYTES_MAX || asOfMs < 0) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + " or asOf " + asOfMs + " out of range");
        }
    }

    /**
     * The page.
     *
     * @param status whether there is one
     * @param items with proofs: of each order the step that carries it and the newest; censuses
     * @param next the cursor to go on from, or null at the end
     * @param digest of the server's whole book, or null unless OK
     */
    public record Answer(
            SyncStatus status,
            List<SignedItem> items,
            @Nullable OrderId next,
            @Nullable ItemHash digest) {

        /** Takes a copy of the list. */
        public Answer {
            items = List.copyOf(items);
        }
    }
}
