package io.outcry.market.replica;

import io.outcry.market.Order;
import io.outcry.orderbook.Ladder;
import io.outcry.orderbook.Side;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is available, in the order of (price, late, K): a {@link Ladder} that is never let match. It shows levels and
 * finds candidates.
 */
final class BookView {

    /** Over any HLC: late orders go last at their price. */
    private static final long LATE = 1L << 62;

    /** Own open orders have room even in a full book. */
    private static final int SLOTS = ReplicaLimits.ORDERS_MAX + ReplicaLimits.OPEN_ORDERS_MAX;

    private final Ladder ladder = new Ladder(SLOTS, Ladder.WINDOW_TICKS_DEFAULT, this::tie);
    private final List<@Nullable OrderState> byRef = new ArrayList<>();
    private final ArrayDeque<Integer> freeRefs = new ArrayDeque<>();
    private boolean changed;

    /** Shows so much of an order; 0 hides it and keeps its place. */
    void show(OrderState state, long available) {
        Order order = state.order();
        if (state.slot == Ladder.NONE) {
            if (order == null || available == 0 || ladder.isFull()) {
                return;
            }
            state.ref = takeRef(state);
            state.slot = ladder.insert(
                    order.side(),
                    order.price(),
                    state.late ? order.hlc() | LATE : order.hlc(),
                    0,
                    available,
                    state.ref);
            changed = true;
        } else if (ladder.available(state.slot) != available) {
            ladder.setAvailable(state.slot, available);
            changed = true;
        }
    }

    /** Takes an order out for good. */
    void remove(OrderState state) {
        if (state.slot != Ladder.NONE) {
            changed |= ladder.available(state.slot) > 0;
            ladder.remove(state.slot);
            byRef.set(state.ref, null);
            freeRefs.push(state.ref);
            state.slot = Ladder.NONE;
            state.ref = -1;
        }
    }

    /** The best order of a side, no worse than the limit, that will do. */
    @Nullable
    OrderState best(Side side, long limit, Predicate<OrderState> accepts) {
        int slot = ladder.best(side, limit, candidate -> accepts.test(stateAt(candidate)));
        return slot == Ladder.NONE ? null : stateAt(slot);
    }

    /** What is shown of an order. */
    long available(OrderState state) {
        return state.slot == Ladder.NONE ? 0 : ladder.available(state.slot);
    }

    /** Whether anything changed since this was last asked. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    BookLevels levels(int depth) {
        return new BookLevels(levels(Side.BUY, depth), levels(Side.SELL, depth));
    }

    private List<BookLevels.Level> levels(Side side, int depth) {
        List<BookLevels.Level> levels = new ArrayList<>();
        ladder.forEachLevel(
                side,
                depth,
                (rank, price, quantity, orders) -> levels.add(new BookLevels.Level(price, quantity, orders)));
        return levels;
    }

    private OrderState stateAt(int slot) {
        OrderState state = byRef.get((int) ladder.ref(slot));
        if (state == null) {
            throw new IllegalStateException("slot " + slot + " belongs to nobody");
        }
        return state;
    }

    private int takeRef(OrderState state) {
        Integer free = freeRefs.poll();
        if (free != null) {
            byRef.set(free, state);
            return free;
        }
        byRef.add(state);
        return byRef.size() - 1;
    }

    /** Equal HLCs: by owner and seq, as K has it. */
    private int tie(long refA, long refB) {
        OrderState a = byRef.get((int) refA);
        OrderState b = byRef.get((int) refB);
        return a == null || b == null ? 0 : a.id.compareTo(b.id);
    }
}
