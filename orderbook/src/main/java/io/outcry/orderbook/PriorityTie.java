package io.outcry.orderbook;

/**
 * Decides between two orders of one price whose explicit priorities are equal in both words, by the references the
 * owner of the {@link Ladder} gave them. It must be a total order and must not change the ladder.
 */
@FunctionalInterface
public interface PriorityTie {

    /** Leaves such orders in the order of their arrival. */
    PriorityTie ARRIVAL = (refA, refB) -> 0;

    /** Negative if the order known as {@code refA} goes first, positive if {@code refB} does. */
    int compare(long refA, long refB);
}
