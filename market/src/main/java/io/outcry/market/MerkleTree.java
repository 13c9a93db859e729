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
 * <p><b>Threading</b>: pure functions.
 */
public final class MerkleTree {

    private MerkleTree() {}

    /** The root over one or more leaves. */
    public static byte[] root(List<ItemHash> leaves) {
        return root(Hashes.newSha256(), leaves, 0, leaves.size());
    }

    /** The path of a leaf: its siblings, from the leaf to the root. */
    public static List<byte[]> path(List<ItemHash> leaves, int index) {
        List<byte[]> path = new ArrayList<>();
        path(Hashes.newSha256(), leaves, 0, leaves.size(), index, path);
        return path;
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

    private static byte[] root(MessageDigest digest, List<ItemHash> leaves, int from, int to) {
        int n = to - from;
        if (n == 1) {
            return leafHash(digest, leaves.get(from));
        }
        int middle = from + split(n);
        byte[] left = root(digest, leaves, from, middle);
        return node(digest, left, root(digest, leaves, middle, to));
    }

    private static void path(
            MessageDigest digest, List<ItemHash> leaves, int from, int to, int index, List<byte[]> out) {
        int n = to - from;
        if (n == 1) {
            return;
        }
        int middle = from + split(n);
        if (index < middle - from) {
            path(digest, leaves, from, middle, index, out);
            out.add(root(digest, leaves, middle, to));
        } else {
            path(digest, leaves, middle, to, index - (middle - from), out);
            out.add(root(digest, leaves, from, middle));
        }
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
