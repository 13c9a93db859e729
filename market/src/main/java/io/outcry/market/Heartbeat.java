package io.outcry.market;

import io.outcry.core.identity.PeerId;

/**
 * I am here. Others match my orders only while they hear these.
 *
 * @param owner who
 * @param hlc when
 * @param nextSeq no order of this owner has this seq or a larger one yet
 * @param openDigest the owner's own digest sum as of this moment, 32 bytes
 */
public record Heartbeat(PeerId owner, long hlc, long nextSeq, ItemHash openDigest) implements Item {

    /** Checks the ranges. */
    public Heartbeat {
        if (hlc < 0 || nextSeq < 1) {
            throw new IllegalArgumentException("hlc " + hlc + " or nextSeq " + nextSeq + " out of range");
        }
    }

    @Override
    public Kind kind() {
        return Kind.HEARTBEAT;
    }
}
