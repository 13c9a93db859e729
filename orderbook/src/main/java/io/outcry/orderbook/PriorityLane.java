package io.outcry.orderbook;

import java.util.Arrays;

/**
 * A fast lane along each level's queue: some of its orders, the milestones, linked with each other, so that the place of a
 * priority in a long queue is found without walking past every order. Which slots are milestones is decided by their
 * numbers, which nobody chooses; a lane with more {@code bits} has fewer, and all of them are on the lanes with less.
 */
final class PriorityLane {

    private static final int NONE = Ladder.NONE;

    /** Strews small numbers over the high bits of an int; that many zeros there make a milestone. */
    private static final int FACTOR = 0x9E3779B1;

    private final int shift;

    // One entry a slot.
    private int[] next;
    private int[] previous;

    /** Where each level's lane begins and ends. */
    static final class Ends {
        int[] head;
        int[] tail;

        Ends(int capacity) {
            head = new int[capacity];
            tail = new int[capacity];
        }

        void open(int level) {
            head[level] = NONE;
            tail[level] = NONE;
        }

        void grow(int capacity) {
            head = Arrays.copyOf(head, capacity);
            tail = Arrays.copyOf(tail, capacity);
        }
    }

    PriorityLane(int capacity, int bits) {
        shift = Integer.SIZE - bits;
        next = new int[capacity];
        previous = new int[capacity];
    }

    /** Whether the slot is a milestone of this lane. */
    boolean holds(int slot) {
        return (slot * FACTOR) >>> shift == 0;
    }

    /** The milestone after this one, or {@link Ladder#NONE}. */
    int next(int slot) {
        return next[slot];
    }

    /** The milestone before this one, or {@link Ladder#NONE}. */
    int previous(int slot) {
        return previous[slot];
    }

    void join(Ends ends, int level, int slot, int before) {
        int after = before == NONE ? ends.head[level] : next[before];
        previous[slot] = before;
        next[slot] = after;
        if (before == NONE) {
            ends.head[level] = slot;
        } else {
            next[before] = slot;
        }
        if (after == NONE) {
            ends.tail[level] = slot;
        } else {
            previous[after] = slot;
        }
    }

    void leave(Ends ends, int level, int slot) {
        int before = previous[slot];
        int after = next[slot];
        if (before == NONE) {
            ends.head[level] = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            ends.tail[level] = before;
        } else {
            previous[after] = before;
        }
    }

    /** Whether {@code slot} comes right after {@code before}, or first if that is {@link Ladder#NONE}; for tests. */
    boolean links(Ends ends, int level, int before, int slot) {
        int after = before == NONE ? ends.head[level] : next[before];
        return after == slot && previous[slot] == before;
    }

    void grow(int capacity) {
        next = Arrays.copyOf(next, capacity);
        previous = Arrays.copyOf(previous, capacity);
    }
}
