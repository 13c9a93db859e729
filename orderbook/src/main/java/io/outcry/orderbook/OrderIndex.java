package io.outcry.orderbook;

import java.util.Arrays;

/**
 * Which slot an order lives in, by its id: open addressing over nothing but slots, since the ids live with the slots
 * ({@link Ladder}), which lends its array to each call. A quarter of the places is taken at most, so the first look nearly
 * always decides, and the places looked at are few enough to stay in the cache.
 *
 * <p>Ids in sequence or with steps of any width spread well. Ids made by somebody who knows {@link #FACTOR} need not: who
 * runs an exchange gives out the ids.
 */
final class OrderIndex {

    private static final int NONE = Ladder.NONE;
    private static final int CAPACITY_FIRST = 256;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private int[] cells = new int[CAPACITY_FIRST];
    private int shift = Long.numberOfLeadingZeros(CAPACITY_FIRST) + 1;
    private int size;

    OrderIndex() {
        Arrays.fill(cells, NONE);
    }

    int size() {
        return size;
    }

    /** The slot of an order, or {@link Ladder#NONE}. */
    int find(long id, long[] ids) {
        int[] all = cells;
        int at = home(id);
        int slot = all[at];
        while (slot != NONE && ids[slot] != id) {
            at = (at + 1) & (all.length - 1);
            slot = all[at];
        }
        return slot;
    }

    /** Adds an order whose id is not there yet. */
    void add(int slot, long[] ids) {
        if (4 * ++size > cells.length) {
            grow(ids);
        }
        place(slot, ids[slot]);
    }

    /** Removes an order that is there. */
    void remove(int slot, long[] ids) {
        int[] all = cells;
        int last = all.length - 1;
        int hole = home(ids[slot]);
        while (all[hole] != slot) {
            hole = (hole + 1) & last;
        }
        // Whoever was pushed past the hole moves into it, so that no search ends there too early.
        int at = (hole + 1) & last;
        int next = all[at];
        while (next != NONE) {
            int home = home(ids[next]);
            if (((at - home) & last) >= ((at - hole) & last)) {
                all[hole] = next;
                hole = at;
            }
            at = (at + 1) & last;
            next = all[at];
        }
        all[hole] = NONE;
        size--;
    }

    void clear() {
        Arrays.fill(cells, NONE);
        size = 0;
    }

    private void place(int slot, long id) {
        int at = home(id);
        while (cells[at] != NONE) {
            at = (at + 1) & (cells.length - 1);
        }
        cells[at] = slot;
    }

    private int home(long id) {
        return (int) ((id * FACTOR) >>> shift);
    }

    private void grow(long[] ids) {
        int[] old = cells;
        cells = new int[2 * old.length];
        Arrays.fill(cells, NONE);
        shift--;
        for (int slot : old) {
            if (slot != NONE) {
                place(slot, ids[slot]);
            }
        }
    }
}
