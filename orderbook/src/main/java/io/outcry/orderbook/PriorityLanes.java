package io.outcry.orderbook;

/** The two fast lanes along each queue: one slot in 16 is on the near one, one in 512 on the far one as well. */
final class PriorityLanes {

    private static final int NONE = Ladder.NONE;
    private static final int NEAR_BITS = 4;
    private static final int FAR_BITS = 9;

    private final PriorityLane near;
    private final PriorityLane far;

    PriorityLanes(int capacity) {
        near = new PriorityLane(capacity, NEAR_BITS);
        far = new PriorityLane(capacity, FAR_BITS);
    }

    /** Whether the slot is on a lane. */
    boolean holds(int slot) {
        return near.holds(slot);
    }

    int nextNear(int slot) {
        return near.next(slot);
    }

    int previousFar(int slot) {
        return far.previous(slot);
    }

    /** Enters a slot behind {@code nearBefore} and, if it is on the far lane too, behind {@code farBefore}. */
    void join(LadderSide own, int level, int slot, int nearBefore, int farBefore) {
        near.join(own.near, level, slot, nearBefore);
        if (far.holds(slot)) {
            far.join(own.far, level, slot, farBefore);
        }
    }

    /** Enters a slot behind all others. */
    void joinLast(LadderSide own, int level, int slot) {
        join(own, level, slot, own.near.tail[level], own.far.tail[level]);
    }

    void leave(LadderSide own, int level, int slot) {
        near.leave(own.near, level, slot);
        if (far.holds(slot)) {
            far.leave(own.far, level, slot);
        }
    }

    void grow(int capacity) {
        near.grow(capacity);
        far.grow(capacity);
    }

    /** Checks the lanes of a level against its queue; for tests. */
    void validate(LadderSide own, int level, int[] next) {
        int lastNear = NONE;
        int lastFar = NONE;
        for (int slot = own.head[level]; slot != NONE; slot = next[slot]) {
            if (near.holds(slot)) {
                LadderCheck.that(near.links(own.near, level, lastNear, slot), "slot %d: off its near lane", slot);
                lastNear = slot;
            }
            if (far.holds(slot)) {
                LadderCheck.that(far.links(own.far, level, lastFar, slot), "slot %d: off its far lane", slot);
                lastFar = slot;
            }
        }
        LadderCheck.that(own.near.tail[level] == lastNear, "level %d: its near lane ends elsewhere", level);
        LadderCheck.that(own.far.tail[level] == lastFar, "level %d: its far lane ends elsewhere", level);
    }
}
