package io.outcry.orderbook;

import java.util.Arrays;

/**
 * The price levels of one side, best first, as one linked list; a window of ticks around the touch and a trie for the
 * prices beyond it find a level, or the neighbour of a new one.
 *
 * <p>Inside, a price is a <em>key</em>: the price of an ask, the complement of the price of a bid. The smallest key is
 * the best on either side, and the complement cannot overflow where a negation would.
 */
final class LadderSide {

    private static final int NONE = Ladder.NONE;

    /** Misses that are forgiven before the window moves, however few levels it holds. */
    private static final int MISSES_MIN = 16;

    final long mask;

    // One entry a level.
    long[] key;
    int[] head;
    int[] tail;
    int[] orders;
    int[] better;
    int[] worse;

    /** Where the last order went in between others; the next one is likely to follow it. */
    int[] finger;

    /** Where the milestones of the level's queue begin and end. */
    final PriorityLane.Ends near;

    final PriorityLane.Ends far;

    /** The sum of what is available, 96 bits wide, so that no mixture of quantities can wrap it. */
    private long[] quantity;

    private int[] quantityHigh;

    int best = NONE;
    int levels;

    private final int window;
    private final int[] levelAt;
    private final TickBits occupied;
    private final PriceTrie beyond;
    private long base;
    private int inWindow;
    private int misses;
    private int used;
    private int freeLevel = NONE;

    LadderSide(boolean bids, int windowTicks, int capacity) {
        mask = bids ? -1L : 0L;
        window = windowTicks;
        levelAt = new int[windowTicks];
        Arrays.fill(levelAt, NONE);
        occupied = new TickBits(windowTicks);
        beyond = new PriceTrie(capacity);
        key = new long[capacity];
        head = new int[capacity];
        tail = new int[capacity];
        orders = new int[capacity];
        better = new int[capacity];
        worse = new int[capacity];
        finger = new int[capacity];
        near = new PriorityLane.Ends(capacity);
        far = new PriorityLane.Ends(capacity);
        quantity = new long[capacity];
        quantityHigh = new int[capacity];
    }

    long price(int level) {
        return key[level] ^ mask;
    }

    /** The level's available quantity, held at {@link Long#MAX_VALUE} if it is larger. */
    long quantity(int level) {
        long low = quantity[level];
        return quantityHigh[level] == 0 && low >= 0 ? low : Long.MAX_VALUE;
    }

    void add(int level, long amount) {
        long sum = quantity[level] + amount;
        if (Long.compareUnsigned(sum, amount) < 0) {
            quantityHigh[level]++;
        }
        quantity[level] = sum;
    }

    void subtract(int level, long amount) {
        long low = quantity[level];
        if (Long.compareUnsigned(low, amount) < 0) {
            quantityHigh[level]--;
        }
        quantity[level] = low - amount;
    }

    /** The level at {@code price}, or {@link Ladder#NONE}. */
    int find(long price) {
        return findKey(price ^ mask);
    }

    /** The level at {@code price}, made if there is none. */
    int obtain(long price) {
        long wanted = price ^ mask;
        int level = findKey(wanted);
        return level != NONE ? level : create(wanted);
    }

    /** Takes out a level that holds nothing any more. */
    void removeLevel(int level) {
        int before = better[level];
        int after = worse[level];
        if (before == NONE) {
            best = after;
        } else {
            worse[before] = after;
        }
        if (after != NONE) {
            better[after] = before;
        }
        displace(level);
        levels--;
        worse[level] = freeLevel;
        freeLevel = level;
    }

    void clear() {
        while (best != NONE) {
            removeLevel(best);
        }
    }

    private int findKey(long wanted) {
        long tick = wanted - base;
        if (tick >= 0 && tick < window) {
            return levelAt[(int) tick];
        }
        return beyond.find(wanted, key);
    }

    private int create(long wanted) {
        int level = takeLevel();
        key[level] = wanted;
        head[level] = NONE;
        tail[level] = NONE;
        finger[level] = NONE;
        near.open(level);
        far.open(level);
        orders[level] = 0;
        quantity[level] = 0;
        quantityHigh[level] = 0;
        if (levels == 0) {
            base = baseFor(wanted);
            misses = 0;
        }
        int before = best == NONE || wanted < key[best] ? NONE : predecessor(wanted);
        int after = before == NONE ? best : worse[before];
        better[level] = before;
        worse[level] = after;
        if (before == NONE) {
            best = level;
        } else {
            worse[before] = level;
        }
        if (after != NONE) {
            better[after] = level;
        }
        levels++;
        if (!place(level)) {
            missed(wanted);
        }
        return level;
    }

    /** The level next better than a key that is worse than the best. */
    private int predecessor(long wanted) {
        long tick = wanted - base;
        if (tick >= 0 && tick < window) {
            int near = occupied.floor((int) tick - 1);
            return near >= 0 ? levelAt[near] : beyond.floor(wanted, key);
        }
        int there = beyond.floor(wanted, key);
        if (inWindow == 0 || wanted < base) {
            return there;
        }
        int here = levelAt[occupied.floor(window - 1)];
        return there == NONE || key[here] > key[there] ? here : there;
    }

    /** Puts a level where its key belongs; true if that is the window. */
    private boolean place(int level) {
        long tick = key[level] - base;
        if (tick >= 0 && tick < window) {
            levelAt[(int) tick] = level;
            occupied.set((int) tick);
            inWindow++;
            return true;
        }
        beyond.insert(key[level], level, key);
        return false;
    }

    private void displace(int level) {
        long tick = key[level] - base;
        if (tick >= 0 && tick < window) {
            levelAt[(int) tick] = NONE;
            occupied.clear((int) tick);
            inWindow--;
        } else {
            beyond.remove(key[level]);
        }
    }

    /**
     * A level went to the trie. The window follows the touch once as many levels missed it, near the touch, as it holds:
     * moving costs a step for each of these, so the misses have paid for it, and prices that jump to and fro cannot make
     * every order move the window.
     */
    private void missed(long wanted) {
        long tick = wanted - baseFor(key[best]);
        if (tick >= 0 && tick < window && ++misses > inWindow + MISSES_MIN) {
            recentre();
        }
    }

    private void recentre() {
        long target = baseFor(key[best]);
        int level = inWindow == 0 ? NONE : levelAt[occupied.floor(window - 1)];
        for (int left = inWindow; left > 0; left--) {
            int tick = (int) (key[level] - base);
            levelAt[tick] = NONE;
            occupied.clear(tick);
            long moved = key[level] - target;
            if (moved < 0 || moved >= window) {
                beyond.insert(key[level], level, key);
            }
            level = better[level];
        }
        long old = base;
        base = target;
        inWindow = 0;
        misses = 0;
        for (level = best; level != NONE; level = worse[level]) {
            long tick = key[level] - target;
            if (tick < 0 || tick >= window) {
                break;
            }
            long was = key[level] - old;
            if (was < 0 || was >= window) {
                beyond.remove(key[level]);
            }
            levelAt[(int) tick] = level;
            occupied.set((int) tick);
            inWindow++;
        }
    }

    /** Where the window begins when {@code touch} is the best key: a quarter of it for better prices, the rest behind. */
    private long baseFor(long touch) {
        int ahead = window >>> 2;
        long start = touch < Long.MIN_VALUE + ahead ? Long.MIN_VALUE : touch - ahead;
        return Math.min(start, Long.MAX_VALUE - window + 1);
    }

    private int takeLevel() {
        if (freeLevel != NONE) {
            int level = freeLevel;
            freeLevel = worse[level];
            return level;
        }
        if (used == key.length) {
            int capacity = 2 * used;
            key = Arrays.copyOf(key, capacity);
            head = Arrays.copyOf(head, capacity);
            tail = Arrays.copyOf(tail, capacity);
            orders = Arrays.copyOf(orders, capacity);
            better = Arrays.copyOf(better, capacity);
            worse = Arrays.copyOf(worse, capacity);
            finger = Arrays.copyOf(finger, capacity);
            near.grow(capacity);
            far.grow(capacity);
            quantity = Arrays.copyOf(quantity, capacity);
            quantityHigh = Arrays.copyOf(quantityHigh, capacity);
        }
        return used++;
    }

    /** Checks what must hold between list, window and trie; for tests. */
    void validate() {
        int seen = 0;
        int near = 0;
        int before = NONE;
        for (int level = best; level != NONE; level = worse[level]) {
            seen++;
            LadderCheck.that(better[level] == before, "level %d: broken link to the better level", level);
            LadderCheck.that(before == NONE || key[before] < key[level], "level %d: out of price order", level);
            LadderCheck.that(findKey(key[level]) == level, "level %d: not found by its price", level);
            long tick = key[level] - base;
            if (tick >= 0 && tick < window) {
                near++;
                LadderCheck.that(occupied.get((int) tick), "level %d: its tick is not marked", level);
            }
            before = level;
        }
        LadderCheck.that(seen == levels, "%d levels linked", seen);
        LadderCheck.that(near == inWindow, "%d levels inside the window", near);
        LadderCheck.that(seen - near == beyond.size(), "%d levels beyond the window", seen - near);
        int marked = 0;
        for (int tick = occupied.floor(window - 1); tick >= 0; tick = occupied.floor(tick - 1)) {
            LadderCheck.that(levelAt[tick] != NONE, "tick %d: marked without a level", tick);
            marked++;
        }
        LadderCheck.that(marked == near, "%d ticks marked", marked);
    }

    boolean windowHolds(long price) {
        long tick = (price ^ mask) - base;
        return tick >= 0 && tick < window;
    }
}
