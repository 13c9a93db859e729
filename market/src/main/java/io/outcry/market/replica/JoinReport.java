package io.outcry.market.replica;

/**
 * How the replica got its first copy of the book.
 *
 * @param snapshots servers that answered to the end
 * @param of servers that should have: Z
 * @param orders known afterwards
 */
public record JoinReport(int snapshots, int of, int orders) {

    /** Whether fewer servers answered than should have. */
    public boolean isPartial() {
        return snapshots < of;
    }
}
