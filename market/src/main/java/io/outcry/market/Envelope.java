package io.outcry.market;

import io.outcry.core.identity.PeerId;
import java.util.List;

/**
 * Up to 64 items of one owner under one signature: what travels on the topic and on {@code /outcry/trade/1.0.0}.
 *
 * @param owner of every item
 * @param hlc fresh, part of what is signed
 * @param items with their proofs
 * @param sizeBytes of the encoding
 */
public record Envelope(PeerId owner, long hlc, List<SignedItem> items, int sizeBytes) {

    /** Takes a copy of the list. */
    public Envelope {
        items = List.copyOf(items);
    }
}
