package io.outcry.orderbook;

import java.util.Arrays;

/**
 * An ordered map from price keys to levels for the prices too far from the touch to lie in the window: a crit-bit tree
 * in two arrays. Its depth is at most the 64 bits of a key whatever the prices are, so nobody can unbalance it; it
 * neither rotates nor recurses, and allocates only when it outgrows its arrays.
 *
 * <p>A reference is a level if it is not negative, else the complement of an inner node. The keys live with the levels
 * ({@link LadderSide}), which lends the array to each call.
 */
final class PriceTrie {

    private static final int NONE = Ladder.NONE;

    /** Turns signed order into the order of bits. */
    private static final long SIGN = Long.MIN_VALUE;

    /** {@code children[2n]} and {@code children[2n + 1]}: where bit {@code bit[n]} is clear, and where it is set. */
    private int[] children;

    private byte[] bit;
    private int freeNode = NONE;
    private int nodes;
    private int root;
    private int size;

    PriceTrie(int capacity) {
        children = new int[2 * capacity];
        bit = new byte[capacity];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The level at {@code key}, or {@link Ladder#NONE}. */
    int find(long key, long[] keys) {
        if (size == 0) {
            return NONE;
        }
        int level = descend(key);
        return keys[level] == key ? level : NONE;
    }

    /** The level with the largest key that is at most {@code key}, or {@link Ladder#NONE}. */
    int floor(long key, long[] keys) {
        if (size == 0) {
            return NONE;
        }
        int near = descend(key);
        if (keys[near] == key) {
            return near;
        }
        int crit = criticalBit(key, keys[near]);
        int ref = root;
        int smaller = NONE;
        boolean hasSmaller = false;
        while (ref < 0 && bit[~ref] > crit) {
            int child = childIndex(~ref, key);
            if ((child & 1) == 1) {
                smaller = children[child - 1];
                hasSmaller = true;
            }
            ref = children[child];
        }
        // All keys under ref agree with each other down to the critical bit and differ from ours in it.
        if (isSet(key, crit)) {
            return last(ref);
        }
        return hasSmaller ? last(smaller) : NONE;
    }

    /** Adds a key that is not there yet. */
    void insert(long key, int level, long[] keys) {
        if (size++ == 0) {
            root = level;
            return;
        }
        int crit = criticalBit(key, keys[descend(key)]);
        int node = takeNode();
        int parent = NONE;
        int ref = root;
        while (ref < 0 && bit[~ref] > crit) {
            parent = childIndex(~ref, key);
            ref = children[parent];
        }
        bit[node] = (byte) crit;
        int own = childIndex(node, key);
        children[own] = level;
        children[own ^ 1] = ref;
        if (parent == NONE) {
            root = ~node;
        } else {
            children[parent] = ~node;
        }
    }

    /** Removes a key that is there. */
    void remove(long key) {
        int above = NONE;
        int parent = NONE;
        int ref = root;
        while (ref < 0) {
            above = parent;
            parent = childIndex(~ref, key);
            ref = children[parent];
        }
        size--;
        if (parent == NONE) {
            return;
        }
        int sibling = children[parent ^ 1];
        if (above == NONE) {
            root = sibling;
        } else {
            children[above] = sibling;
        }
        giveNode(parent >>> 1);
    }

    /** The only level whose key can equal {@code key}. */
    private int descend(long key) {
        int ref = root;
        while (ref < 0) {
            ref = children[childIndex(~ref, key)];
        }
        return ref;
    }

    private int last(int from) {
        int ref = from;
        while (ref < 0) {
            ref = children[2 * ~ref + 1];
        }
        return ref;
    }

    private int childIndex(int node, long key) {
        return 2 * node + (int) (((key ^ SIGN) >>> bit[node]) & 1);
    }

    private static boolean isSet(long key, int position) {
        return (((key ^ SIGN) >>> position) & 1) == 1;
    }

    private static int criticalBit(long a, long b) {
        return 63 - Long.numberOfLeadingZeros(a ^ b);
    }

    private int takeNode() {
        if (freeNode != NONE) {
            int node = freeNode;
            freeNode = children[2 * node];
            return node;
        }
        if (nodes == bit.length) {
            bit = Arrays.copyOf(bit, 2 * nodes);
            children = Arrays.copyOf(children, 4 * nodes);
        }
        return nodes++;
    }

    private void giveNode(int node) {
        children[2 * node] = freeNode;
        freeNode = node;
    }
}
