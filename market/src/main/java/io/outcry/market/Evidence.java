package io.outcry.market;

import io.outcry.core.identity.PeerId;

/**
 * Two signed items of one owner that contradict each other, carried by whoever met both.
 *
 * @param owner who reports it
 * @param hlc when
 * @param first one item
 * @param second the other
 */
public record Evidence(PeerId owner, long hlc, SignedItem first, SignedItem second) implements Item {
    @Override
    public Kind kind() {
        return Kind.EVIDENCE;
    }
}
