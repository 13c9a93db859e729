package io.outcry.market;

import org.jspecify.annotations.Nullable;

/**
 * An item with the bytes it arrived in and the proof that its owner signed them. The bytes are carried, stored and
 * relayed as received, never encoded again.
 *
 * <p><b>Ownership</b>: the arrays inside are not to be changed by anyone.
 */
public final class SignedItem {

    private final Item item;
    private final byte[] body;
    private final ItemHash hash;
    private @Nullable ItemProof proof;

    SignedItem(Item item, byte[] body, ItemHash hash, @Nullable ItemProof proof) {
        this.item = item;
        this.body = body;
        this.hash = hash;
        this.proof = proof;
    }

    /** An own item that is not signed yet. */
    public static SignedItem unsigned(MarketId market, Item item) {
        byte[] body = ItemCodec.encode(market, item);
        return new SignedItem(item, body, ItemCodec.hash(item.kind(), market, body), null);
    }

    /** What it says. */
    public Item item() {
        return item;
    }

    /** The body, as signed. */
    public byte[] body() {
        return body;
    }

    /** The name of the item. */
    public ItemHash hash() {
        return hash;
    }

    /** The proof that was verified, or null for an own item that is not signed yet. */
    public @Nullable ItemProof proof() {
        return proof;
    }

    /** Gives an own item the proof its envelope made. */
    public void proven(ItemProof made) {
        proof = made;
    }

    /** The step it is. */
    public Step step() {
        return (Step) item;
    }

    @Override
    public String toString() {
        return item + "#" + hash;
    }
}
