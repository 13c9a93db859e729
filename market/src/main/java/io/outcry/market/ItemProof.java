package io.outcry.market;

import java.util.List;

/**
 * What makes one item provable away from its envelope: the signature over the envelope's root, and the path from the
 * item to that root.
 *
 * @param envelopeHlc the envelope's HLC, which is signed too
 * @param index the item's place, from 0
 * @param size how many items the envelope had
 * @param path RFC 6962 audit path, leaf to root
 * @param signature over {@link Envelopes#signed}
 */
@SuppressWarnings("ArrayRecordComponent") // a view over received bytes, never compared
public record ItemProof(long envelopeHlc, int index, int size, List<byte[]> path, byte[] signature) {

    /** Checks the ranges. */
    public ItemProof {
        if (size < 1 || size > MarketLimits.ENVELOPE_ITEMS_MAX || index < 0 || index >= size || envelopeHlc < 0) {
            throw new IllegalArgumentException("no place of an envelope: " + index + " of " + size);
        }
        path = List.copyOf(path);
    }
}
