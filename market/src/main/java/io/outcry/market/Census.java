package io.outcry.market;

import io.outcry.core.identity.PeerId;
import java.util.Arrays;

/**
 * The seqs of all orders of an owner below {@code nextSeq} that are not closed. What is not listed is closed for good, so
 * nobody needs its tombstone.
 *
 * <p><b>Ownership</b>: the array is not to be changed by anyone.
 *
 * @param owner who
 * @param hlc when; the newest counts
 * @param nextSeq the census speaks of the seqs below this one
 * @param live ascending
 */
@SuppressWarnings("ArrayRecordComponent") // a thousand boxed numbers would say the same
public record Census(PeerId owner, long hlc, long nextSeq, long[] live) implements Item {

    /** Checks the ranges and the order. */
    public Census {
        long last = 0;
        for (long seq : live) {
            if (seq <= last || seq >= nextSeq) {
                throw new IllegalArgumentException("live seqs ascend and lie below nextSeq " + nextSeq + ": " + seq);
            }
            last = seq;
        }
        if (hlc < 0 || nextSeq < 1) {
            throw new IllegalArgumentException("hlc " + hlc + " or nextSeq " + nextSeq + " out of range");
        }
    }

    /** Whether this census says that the order is closed for good. */
    public boolean retires(long seq) {
        return seq < nextSeq && Arrays.binarySearch(live, seq) < 0;
    }

    @Override
    public Kind kind() {
        return Kind.CENSUS;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Census that
                && owner.equals(that.owner)
                && hlc == that.hlc
                && nextSeq == that.nextSeq
                && Arrays.equals(live, that.live);
    }

    @Override
    public int hashCode() {
        return 31 * owner.hashCode() + Long.hashCode(hlc);
    }

    @Override
    public String toString() {
        return "Census[" + owner + ", " + hlc + ", " + nextSeq + ", " + Arrays.toString(live) + "]";
    }
}
