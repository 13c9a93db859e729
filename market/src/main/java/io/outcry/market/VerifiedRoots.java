package io.outcry.market;

import io.outcry.core.identity.PeerId;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;

/**
 * The signed roots that were found good, so that no signature is verified twice: an envelope heard on the topic makes its
 * items free in every snapshot that carries the same proof. Bad ones are not remembered; a forger must not fill it.
 *
 * <p>Two generations: when the young one is full, the old one is forgotten.
 *
 * <p><b>Threading</b>: any thread; one short lock.
 */
public final class VerifiedRoots {

    /** Enough for a market of 100 000 orders whose steps share envelopes by two; about 10 MiB when full. */
    public static final int CAPACITY_DEFAULT = 65_536;

    private final int generationMax;
    private Set<ItemHash> young = new HashSet<>();
    private Set<ItemHash> old = new HashSet<>();

    /** Remembers the given number of roots, and up to twice as many. */
    public VerifiedRoots(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
        }
        generationMax = capacity;
    }

    /** How it is found again: owner, message and signature together. */
    static ItemHash key(PeerId owner, byte[] message, byte[] signature) {
        MessageDigest digest = Hashes.newSha256();
        byte[] ownerBytes = owner.bytes();
        digest.update((byte) ownerBytes.length);
        digest.update(ownerBytes);
        digest.update(message);
        return ItemHash.take(digest.digest(signature));
    }

    synchronized boolean contains(ItemHash key) {
        return young.contains(key) || old.contains(key);
    }

    synchronized void add(ItemHash key) {
        if (young.size() >= generationMax) {
            old = young;
            young = new HashSet<>();
        }
        young.add(key);
    }
}
