package io.outcry.market;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Merkle tree of RFC 6962, section 2.1, over the item hashes of an envelope: leaves are hashed with a 0 byte before
 * them, inner nodes with a 1, so that no inner node can pass for an item.
 *
 * <p><b>Threading</b>: immutable; its paths are not to be changed.
 */
public final class MerkleTree {

    private final byte[] root;
    private final List<List<byte[]>> paths;

    private MerkleTree(byte[] root, List<List<byte[]>> paths) {
        this.root = root;
        this.paths = paths;
    }

    /** The tree over one or more leaves: each node is hashed once. */
    public static MerkleTree of(List<ItemHash> leaves) {
        List<List<byte[]>> paths = new ArrayList<>(leaves.size());
        for (int i = 0; i < leaves.size(); i++) {
            paths.add(new ArrayList<>(Integer.SIZE - Integer.numberOfLeadingZeros(leaves.size())));
        }
        return new MerkleTree(grow(Hashes.newSha256(), leaves, 0, leaves.size(), paths), paths);
    }

    /** What is signed. */
    public byte[] root() {
        return root;
    }

    /** The path of a leaf: its siblings, from the leaf to the root. */
    public List<byte[]> path(int index) {
        return paths.get(index);
    }

    /** The root that a leaf and its path lead to, or null if the path's length does not fit the tree's size. */
    public static byte @Nullable [] rootOf(ItemHash leaf, int index, int size, List<byte[]> path) {
        if (path.size() != pathLength(index, size)) {
            return null;
        }
        MessageDigest digest = Hashes.newSha256();
        byte[] hash = leafHash(digest, leaf);
        int at = 0;
        // From the leaf upwards: in a subtree of n leaves, the left part has the largest power of two below n.
        long[] turns = turns(index, size);
        for (int level = turns.length - 1; level >= 0; level--) {
            byte[] sibling = path.get(at++);
            hash = turns[level] == 0 ? node(digest, hash, sibling) : node(digest, sibling, hash);
        }
        return hash;
    }

    /** How many siblings the path of a leaf has. */
    static int pathLength(int index, int size) {
        return turns(index, size).length;
    }

    /** From the root down to the leaf: 0 for left, 1 for right. */
    private static long[] turns(int index, int size) {
        long[] turns = new long[Integer.SIZE];
        int depth = 0;
        int at = index;
        int n = size;
        while (n > 1) {
            int left = split(n);
            if (at < left) {
                turns[depth++] = 0;
                n = left;
            } else {
                turns[depth++] = 1;
                at -= left;
                n -= left;
            }
        }
        return Arrays.copyOf(turns, depth);
    }

    /** The root over some leaves; each of them gets the sibling it meets on the way up. */
    private static byte[] grow(
            MessageDigest digest, List<ItemHash> leaves, int from, int to, List<List<byte[]>> paths) {
        if (to - from == 1) {
            return leafHash(digest, leaves.get(from));
        }
        int middle = from + split(to - from);
        byte[] left = grow(digest, leaves, from, middle, paths);
        byte[] right = grow(digest, leaves, middle, to, paths);
        for (int i = from; i < to; i++) {
            paths.get(i).add(i < middle ? right : left);
        }
        return node(digest, left, right);
    }

    private static int split(int n) {
        return Integer.highestOneBit(n - 1);
    }

    private static byte[] leafHash(MessageDigest digest, ItemHash leaf) {
        digest.update((byte) 0);
        return digest.digest(leaf.raw());
    }

    private static byte[] node(MessageDigest digest, byte[] left, byte[] right) {
        digest.update((byte) 1);
        digest.update(left);
        return digest.digest(right);
    }
}
