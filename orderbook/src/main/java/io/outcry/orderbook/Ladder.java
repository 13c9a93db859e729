package io.outcry.orderbook;

import java.util.Arrays;

/**
 * The orders of one book, both sides, in price-time order: what the matching engine and a market's replica share.
 *
 * <p>An order is a <em>slot</em>, a small int that stays the same while the order lives and is used again afterwards. A
 * slot has a side, a price, an available quantity, a priority and a reference of the owner's choosing. A level holds
 * exactly what is available: a slot with nothing available is <em>parked</em>; it keeps its price and priority, is seen
 * by nobody, and returns to its place when {@link #setAvailable} gives it something again.
 *
 * <p>The order within a price is the order of arrival ({@link #append}), or an explicit priority of two words
 * ({@link #insert}): the first compared signed, the second unsigned, smaller first, then the {@link PriorityTie}. One
 * ladder is fed in one of the two ways. The two sides may cross; a ladder never matches.
 *
 * <p><b>Threading</b>: confined to one thread at a time; {@link QuoteBoard} shows it to others.
 *
 * <p><b>Units</b>: prices in ticks, any long; quantities in lots, zero or more.
 *
 * <p><b>Cost</b>: best, next, remove, append and the aggregates of a level are O(1) while prices lie within the window
 * around the touch, and at most 64 steps beyond it. An insert in the middle of a level of n orders follows the last such
 * insert in O(1), or else takes about n / 1000 + 30 steps along its lanes, so that nobody can make a long queue
 * expensive. Arrays double up to {@code ordersMax}; nothing else is ever allocated.
 *
 * <p><b>Errors</b>: a slot that is not in use, a negative quantity or an order too many is the caller's mistake: an
 * {@link IllegalArgumentException} or {@link IllegalStateException}.
 */
public final class Ladder {

    /** No slot. */
    public static final int NONE = -1;

    /** The window of a book whose levels lie within a few thousand ticks of the touch: 64 KiB a side. */
    public static final int WINDOW_TICKS_DEFAULT = 1 << 14;

    /** No ladder holds more orders than this. */
    public static final int ORDERS_MAX = 1 << 26;

    private static final int CAPACITY_FIRST = 64;

    /** In {@link #levelOf}: the slot has nothing available. */
    private static final int PARKED = -1;

    /** In {@link #levelOf}: nobody uses the slot. */
    private static final int FREE = -2;

    /** What assertions leave in a freed slot, so that a use after free shows. */
    private static final long POISON = 0xDEAD_DEAD_DEAD_DEADL;

    private enum Feed {
        NOTHING_YET,
        ARRIVAL,
        EXPLICIT
    }

    private final LadderSide bids;
    private final LadderSide asks;
    private final PriorityTie tie;
    private final int ordersMax;
    private final PriorityLanes lanes;

    // One entry a slot.
    private int[] levelOf;
    private int[] next;
    private int[] previous;
    private boolean[] isBid;
    private long[] price;
    private long[] available;
    private long[] priorityHigh;
    private long[] priorityLow;
    private long[] ref;

    private Feed feed = Feed.NOTHING_YET;
    private long arrivals;
    private int used;
    private int freeSlot = NONE;
    private int size;

    /** A ladder with the default window. */
    public Ladder(int ordersMax) {
        this(ordersMax, WINDOW_TICKS_DEFAULT, PriorityTie.ARRIVAL);
    }

    /**
     * A ladder.
     *
     * @param ordersMax how many orders it may hold, parked ones included
     * @param windowTicks how many ticks around the touch are found by position: a power of two in [64, 262144]
     * @param tie decides between equal explicit priorities
     */
    public Ladder(int ordersMax, int windowTicks, PriorityTie tie) {
        if (ordersMax < 1 || ordersMax > ORDERS_MAX) {
            throw new IllegalArgumentException("ordersMax must lie within [1, " + ORDERS_MAX + "]: " + ordersMax);
        }
        if (windowTicks < 64 || windowTicks > TickBits.SIZE_MAX || Integer.bitCount(windowTicks) != 1) {
            throw new IllegalArgumentException(
                    "windowTicks must be a power of two within [64, " + TickBits.SIZE_MAX + "]: " + windowTicks);
        }
        this.ordersMax = ordersMax;
        this.tie = tie;
        int capacity = Math.min(CAPACITY_FIRST, ordersMax);
        bids = new LadderSide(true, windowTicks, capacity);
        asks = new LadderSide(false, windowTicks, capacity);
        levelOf = new int[capacity];
        next = new int[capacity];
        previous = new int[capacity];
        lanes = new PriorityLanes(capacity);
        isBid = new boolean[capacity];
        price = new long[capacity];
        available = new long[capacity];
        priorityHigh = new long[capacity];
        priorityLow = new long[capacity];
        ref = new long[capacity];
    }

    // ---- changing it -------------------------------------------------------------------------------------------

    /** Enters an order behind all that came before it at its price; returns its slot. */
    public int append(Side side, long price, long available, long ref) {
        feed(Feed.ARRIVAL);
        return enter(side, price, 0, ++arrivals, available, ref);
    }

    /** Enters an order where its priority puts it at its price; returns its slot. Available may be 0: parked at once. */
    public int insert(Side side, long price, long priorityHigh, long priorityLow, long available, long ref) {
        feed(Feed.EXPLICIT);
        return enter(side, price, priorityHigh, priorityLow, available, ref);
    }

    /** Changes what is available; 0 parks the slot, more brings it back to its place. */
    public void setAvailable(int slot, long quantity) {
        requireUsed(slot);
        requireQuantity(quantity);
        int level = levelOf[slot];
        if (level == PARKED) {
            available[slot] = quantity;
            if (quantity > 0) {
                link(slot);
            }
        } else if (quantity == 0) {
            unlink(slot, level);
            available[slot] = 0;
            levelOf[slot] = PARKED;
        } else {
            LadderSide own = sideOf(slot);
            own.subtract(level, available[slot]);
            own.add(level, quantity);
            available[slot] = quantity;
        }
    }

    /** Takes an order out and gives its slot back. */
    public void remove(int slot) {
        requireUsed(slot);
        int level = levelOf[slot];
        if (level != PARKED) {
            unlink(slot, level);
        }
        assert poison(slot);
        levelOf[slot] = FREE;
        next[slot] = freeSlot;
        freeSlot = slot;
        size--;
    }

    /** Gives the order another reference. */
    public void setRef(int slot, long value) {
        requireUsed(slot);
        ref[slot] = value;
    }

    /** Takes out every order. */
    public void clear() {
        bids.clear();
        asks.clear();
        for (int slot = used - 1; slot >= 0; slot--) {
            assert poison(slot);
            levelOf[slot] = FREE;
            next[slot] = slot + 1 < used ? slot + 1 : NONE;
        }
        freeSlot = used > 0 ? 0 : NONE;
        size = 0;
        feed = Feed.NOTHING_YET;
    }

    // ---- walking it --------------------------------------------------------------------------------------------

    /** The first available order of a side, or {@link #NONE}. */
    public int best(Side side) {
        LadderSide own = side(side);
        return own.best == NONE ? NONE : own.head[own.best];
    }

    /** The first available order of a side that the filter accepts, or {@link #NONE}. */
    public int best(Side side, SlotFilter filter) {
        int slot = best(side);
        while (slot != NONE && !filter.accepts(slot)) {
            slot = next(slot);
        }
        return slot;
    }

    /**
     * The first available order of a side, no worse than {@code limit} for whoever trades with that side, that the filter
     * accepts; {@link #NONE} if there is none.
     */
    public int best(Side side, long limit, SlotFilter filter) {
        LadderSide own = side(side);
        long worst = limit ^ own.mask;
        for (int level = own.best; level != NONE && own.key[level] <= worst; level = own.worse[level]) {
            for (int slot = own.head[level]; slot != NONE; slot = next[slot]) {
                if (filter.accepts(slot)) {
                    return slot;
                }
            }
        }
        return NONE;
    }

    /** The available order after this one in the order of (price, priority), or {@link #NONE}. */
    public int next(int slot) {
        requireUsed(slot);
        int level = levelOf[slot];
        if (level == PARKED) {
            throw new IllegalStateException("slot " + slot + " is parked: it has no place in the walk");
        }
        int after = next[slot];
        if (after != NONE) {
            return after;
        }
        int worse = sideOf(slot).worse[level];
        return worse == NONE ? NONE : sideOf(slot).head[worse];
    }

    /** Shows the levels of a side, best first, {@code levelsMax} at most; returns how many there were. */
    public int forEachLevel(Side side, int levelsMax, LevelVisitor visitor) {
        LadderSide own = side(side);
        int rank = 0;
        for (int level = own.best; level != NONE && rank < levelsMax; level = own.worse[level]) {
            visitor.onLevel(rank++, own.price(level), own.quantity(level), own.orders[level]);
        }
        return rank;
    }

    // ---- reading it --------------------------------------------------------------------------------------------

    /** Whether nothing of this side is available. */
    public boolean isEmpty(Side side) {
        return side(side).best == NONE;
    }

    /** The best available price; the side must not be empty. */
    public long bestPrice(Side side) {
        LadderSide own = side(side);
        if (own.best == NONE) {
            throw new IllegalStateException("nothing is available to " + side);
        }
        return own.price(own.best);
    }

    /** What is available at a price, {@link Long#MAX_VALUE} at most; 0 if there is no such level. */
    public long levelQuantity(Side side, long price) {
        LadderSide own = side(side);
        int level = own.find(price);
        return level == NONE ? 0 : own.quantity(level);
    }

    /** How many orders are available at a price. */
    public int levelOrders(Side side, long price) {
        LadderSide own = side(side);
        int level = own.find(price);
        return level == NONE ? 0 : own.orders[level];
    }

    /** How many prices of a side have something available. */
    public int levels(Side side) {
        return side(side).levels;
    }

    /** How many orders there are, parked ones included. */
    public int size() {
        return size;
    }

    /** How many orders there may be. */
    public int ordersMax() {
        return ordersMax;
    }

    /** Whether one more order would be too many. */
    public boolean isFull() {
        return size == ordersMax;
    }

    /** Whether the slot holds an order, parked or not. */
    public boolean isUsed(int slot) {
        return slot >= 0 && slot < used && levelOf[slot] != FREE;
    }

    /** The side the order is on. */
    public Side side(int slot) {
        assert isUsed(slot) : slot;
        return isBid[slot] ? Side.BUY : Side.SELL;
    }

    /** The price, in ticks. */
    public long price(int slot) {
        assert isUsed(slot) : slot;
        return price[slot];
    }

    /** What is available, in lots; 0 means parked. */
    public long available(int slot) {
        assert isUsed(slot) : slot;
        return available[slot];
    }

    /** The first word of the priority; 0 for an appended order. */
    public long priorityHigh(int slot) {
        assert isUsed(slot) : slot;
        return priorityHigh[slot];
    }

    /** The second word of the priority; the count of arrivals for an appended order. */
    public long priorityLow(int slot) {
        assert isUsed(slot) : slot;
        return priorityLow[slot];
    }

    /** The reference the order was entered with. */
    public long ref(int slot) {
        assert isUsed(slot) : slot;
        return ref[slot];
    }

    // ---- inside ------------------------------------------------------------------------------------------------

    long[] refs() {
        return ref;
    }

    LadderSide side(Side side) {
        return side == Side.BUY ? bids : asks;
    }

    private LadderSide sideOf(int slot) {
        return isBid[slot] ? bids : asks;
    }

    private void feed(Feed how) {
        if (feed != how) {
            if (feed != Feed.NOTHING_YET) {
                throw new IllegalStateException("this ladder is fed by " + feed + ", not by " + how);
            }
            feed = how;
        }
    }

    private int enter(Side side, long price, long high, long low, long available, long ref) {
        requireQuantity(available);
        int slot = takeSlot();
        isBid[slot] = side == Side.BUY;
        this.price[slot] = price;
        this.available[slot] = available;
        priorityHigh[slot] = high;
        priorityLow[slot] = low;
        this.ref[slot] = ref;
        levelOf[slot] = PARKED;
        if (available > 0) {
            link(slot);
        }
        return slot;
    }

    private void link(int slot) {
        LadderSide own = sideOf(slot);
        int level = own.obtain(price[slot]);
        int last = own.tail[level];
        levelOf[slot] = level;
        if (last == NONE || !isBefore(slot, last)) {
            joinAfter(own, level, slot, last);
            if (isMilestone(slot)) {
                lanes.joinLast(own, level, slot);
            }
        } else {
            joinBetween(own, level, slot);
        }
        own.orders[level]++;
        own.add(level, available[slot]);
    }

    /** Puts an order where it belongs in front of the level's tail. */
    private void joinBetween(LadderSide own, int level, int slot) {
        int at = own.finger[level];
        // The tail goes behind this order, so the finger has a successor wherever it goes before this order.
        boolean follows = at != NONE && !isBefore(slot, at) && isBefore(slot, next[at]);
        if (!follows || isMilestone(slot)) {
            int far = own.far.tail[level];
            while (far != NONE && isBefore(slot, far)) {
                far = lanes.previousFar(far);
            }
            int near = lastMilestone(far == NONE ? own.near.head[level] : far, slot);
            at = lastOrder(near == NONE ? own.head[level] : near, slot);
            if (isMilestone(slot)) {
                lanes.join(own, level, slot, near, far);
            }
        }
        joinAfter(own, level, slot, at);
        own.finger[level] = slot;
    }

    /** From a milestone on, the last one that goes before {@code slot}. */
    private int lastMilestone(int from, int slot) {
        if (from == NONE || isBefore(slot, from)) {
            return NONE;
        }
        int at = from;
        int after = lanes.nextNear(at);
        while (after != NONE && !isBefore(slot, after)) {
            at = after;
            after = lanes.nextNear(at);
        }
        return at;
    }

    /** From an order on, the last one that goes before {@code slot}; the level's tail goes behind it. */
    private int lastOrder(int from, int slot) {
        if (isBefore(slot, from)) {
            return NONE;
        }
        int at = from;
        while (!isBefore(slot, next[at])) {
            at = next[at];
        }
        return at;
    }

    /** Only explicit priorities are ever looked for. */
    private boolean isMilestone(int slot) {
        return feed == Feed.EXPLICIT && lanes.holds(slot);
    }

    private void joinAfter(LadderSide own, int level, int slot, int before) {
        int after = before == NONE ? own.head[level] : next[before];
        previous[slot] = before;
        next[slot] = after;
        if (before == NONE) {
            own.head[level] = slot;
        } else {
            next[before] = slot;
        }
        if (after == NONE) {
            own.tail[level] = slot;
        } else {
            previous[after] = slot;
        }
    }

    private void unlink(int slot, int level) {
        LadderSide own = sideOf(slot);
        if (--own.orders[level] == 0) {
            own.removeLevel(level);
            return;
        }
        int before = previous[slot];
        int after = next[slot];
        if (before == NONE) {
            own.head[level] = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            own.tail[level] = before;
        } else {
            previous[after] = before;
        }
        if (own.finger[level] == slot) {
            own.finger[level] = before == NONE ? after : before;
        }
        if (isMilestone(slot)) {
            lanes.leave(own, level, slot);
        }
        own.subtract(level, available[slot]);
    }

    private boolean isBefore(int a, int b) {
        if (priorityHigh[a] != priorityHigh[b]) {
            return priorityHigh[a] < priorityHigh[b];
        }
        if (priorityLow[a] != priorityLow[b]) {
            return Long.compareUnsigned(priorityLow[a], priorityLow[b]) < 0;
        }
        return tie.compare(ref[a], ref[b]) < 0;
    }

    private int takeSlot() {
        if (size == ordersMax) {
            throw new IllegalStateException("the ladder is full: " + ordersMax + " orders; ask isFull() first");
        }
        size++;
        if (freeSlot != NONE) {
            int slot = freeSlot;
            freeSlot = next[slot];
            return slot;
        }
        if (used == levelOf.length) {
            grow((int) Math.min(ordersMax, 2L * used));
        }
        return used++;
    }

    private void grow(int capacity) {
        levelOf = Arrays.copyOf(levelOf, capacity);
        next = Arrays.copyOf(next, capacity);
        previous = Arrays.copyOf(previous, capacity);
        lanes.grow(capacity);
        isBid = Arrays.copyOf(isBid, capacity);
        price = Arrays.copyOf(price, capacity);
        available = Arrays.copyOf(available, capacity);
        priorityHigh = Arrays.copyOf(priorityHigh, capacity);
        priorityLow = Arrays.copyOf(priorityLow, capacity);
        ref = Arrays.copyOf(ref, capacity);
    }

    private boolean poison(int slot) {
        price[slot] = POISON;
        available[slot] = POISON;
        priorityHigh[slot] = POISON;
        priorityLow[slot] = POISON;
        ref[slot] = POISON;
        previous[slot] = Integer.MIN_VALUE;
        return true;
    }

    private void requireUsed(int slot) {
        if (!isUsed(slot)) {
            throw new IllegalStateException("no order lives in slot " + slot);
        }
    }

    private static void requireQuantity(long quantity) {
        if (quantity < 0) {
            throw new IllegalArgumentException("a quantity must not be negative: " + quantity);
        }
    }

    /** Checks every link, sum and index: an {@link AssertionError} says what does not hold. For tests; O(n). */
    void validate() {
        bids.validate();
        asks.validate();
        int linked = validateOrders(Side.BUY) + validateOrders(Side.SELL);
        int parked = 0;
        int free = 0;
        for (int slot = 0; slot < used; slot++) {
            parked += levelOf[slot] == PARKED ? 1 : 0;
            free += levelOf[slot] == FREE ? 1 : 0;
            LadderCheck.that(levelOf[slot] != PARKED || available[slot] == 0, "slot %d: parked with a quantity", slot);
        }
        LadderCheck.that(linked + parked == size, "%d slots linked or parked", linked + parked);
        LadderCheck.that(size + free == used, "%d slots free", free);
        int inFreeList = 0;
        for (int slot = freeSlot; slot != NONE && inFreeList <= used; slot = next[slot]) {
            inFreeList++;
        }
        LadderCheck.that(inFreeList == free, "%d slots in the free list", inFreeList);
    }

    private int validateOrders(Side side) {
        LadderSide own = side(side);
        int linked = 0;
        for (int level = own.best; level != NONE; level = own.worse[level]) {
            int orders = 0;
            long sum = 0;
            int before = NONE;
            boolean fingerSeen = own.finger[level] == NONE;
            for (int slot = own.head[level]; slot != NONE; slot = next[slot]) {
                LadderCheck.that(levelOf[slot] == level, "slot %d: linked into another level", slot);
                LadderCheck.that(isBid[slot] == (side == Side.BUY), "slot %d: on the wrong side", slot);
                LadderCheck.that(price[slot] == own.price(level), "slot %d: at the wrong price", slot);
                LadderCheck.that(available[slot] > 0, "slot %d: shown with nothing available", slot);
                LadderCheck.that(previous[slot] == before, "slot %d: broken link backwards", slot);
                LadderCheck.that(before == NONE || !isBefore(slot, before), "slot %d: out of priority", slot);
                fingerSeen |= own.finger[level] == slot;
                sum = own.quantity(level) == Long.MAX_VALUE ? Long.MAX_VALUE : sum + available[slot];
                orders++;
                before = slot;
            }
            if (feed == Feed.EXPLICIT) {
                lanes.validate(own, level, next);
            }
            LadderCheck.that(own.tail[level] == before, "level %d: its tail is not its last order", level);
            LadderCheck.that(own.orders[level] == orders && orders > 0, "level %d: wrong count of orders", level);
            LadderCheck.that(own.quantity(level) == sum, "level %d: wrong sum of quantities", level);
            LadderCheck.that(fingerSeen, "level %d: its finger points elsewhere", level);
            linked += orders;
        }
        return linked;
    }
}
