package io.outcry.orderbook;

/**
 * A set of small integers in three tiers of 64-bit words: which ticks of a window hold a level. A search touches one
 * word a tier, so it costs the same in a sparse window as in a full one.
 */
final class TickBits {

    /** Three tiers of 64: what one root word can describe. */
    static final int SIZE_MAX = 64 * 64 * 64;

    private final long[] leaves;
    private final long[] branches;
    private long root;

    TickBits(int size) {
        if (size < 64 || size > SIZE_MAX) {
            throw new IllegalArgumentException("size must lie within [64, " + SIZE_MAX + "]: " + size);
        }
        leaves = new long[(size + 63) >>> 6];
        branches = new long[(leaves.length + 63) >>> 6];
    }

    void set(int i) {
        leaves[i >>> 6] |= 1L << i;
        branches[i >>> 12] |= 1L << (i >>> 6);
        root |= 1L << (i >>> 12);
    }

    void clear(int i) {
        int leaf = i >>> 6;
        long left = leaves[leaf] & ~(1L << i);
        leaves[leaf] = left;
        if (left == 0) {
            int branch = leaf >>> 6;
            long rest = branches[branch] & ~(1L << leaf);
            branches[branch] = rest;
            if (rest == 0) {
                root &= ~(1L << branch);
            }
        }
    }

    boolean get(int i) {
        return (leaves[i >>> 6] & (1L << i)) != 0;
    }

    /** The largest member that is at most {@code i}, or -1. */
    int floor(int i) {
        if (i < 0) {
            return -1;
        }
        int leaf = i >>> 6;
        long word = leaves[leaf] & upTo(i);
        if (word != 0) {
            return (leaf << 6) | highest(word);
        }
        int branch = leaf >>> 6;
        word = branches[branch] & below(leaf);
        if (word == 0) {
            long top = root & below(branch);
            if (top == 0) {
                return -1;
            }
            branch = highest(top);
            word = branches[branch];
        }
        leaf = (branch << 6) | highest(word);
        return (leaf << 6) | highest(leaves[leaf]);
    }

    /** Ones at positions 0 to {@code i & 63}. */
    private static long upTo(int i) {
        return -1L >>> (63 - (i & 63));
    }

    /** Ones at the positions under {@code i & 63}. */
    private static long below(int i) {
        return (1L << i) - 1;
    }

    private static int highest(long word) {
        return 63 - Long.numberOfLeadingZeros(word);
    }
}
