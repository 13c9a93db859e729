package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Contradiction;
import io.outcry.market.Hlc;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All orders this replica knows, by owner, and the one function that changes them: the join of docs/market-protocol.md section 4.
 * Gossip, snapshots, anti-entropy and the replica's own durable steps all come through {@link #merge}.
 *
 * <pre>
 *   nothing  &lt;  a step, by v  &lt;  EQUIVOCATED (two steps that contradict)
 * </pre>
 *
 * <p>Merging is idempotent and commutative; among the steps of an owner that does not contradict itself it is
 * associative. Where an owner does, a replica that meets both steps together condemns the order, and the proof, a pair
 * that travels by gossip, snapshot and anti-entropy, takes every other replica to EQUIVOCATED whatever it has seen.
 */
final class Store {

    /** What a merge did. */
    enum Merged {
        /** Nothing new. */
        STALE,
        /** The order, or a newer step of it, is known now. */
        NEWS,
        /** The owner has contradicted itself, and this is the first proof of it here. */
        EQUIVOCATED
    }

    private static final Comparator<OrderState> BY_END =
            Comparator.<OrderState>comparingLong(state -> state.endsAtMs).thenComparing(state -> state.id);

    private static final Comparator<OwnerState> BY_WEIGHT =
            Comparator.<OwnerState>comparingInt(owner -> owner.weight).thenComparing(owner -> owner.id);

    private final TreeMap<PeerId, OwnerState> owners = new TreeMap<>();
    /** Never forgotten, never made to give way. */
    private final OwnerState me;
    /** The others without a lease, those silent for the longest time first. */
    private final Set<OwnerState> silent = new LinkedHashSet<>();
    /** The others with orders, the lightest first. */
    private final TreeSet<OwnerState> byWeight = new TreeSet<>(BY_WEIGHT);

    private final TreeSet<OrderState> running = new TreeSet<>(BY_END);
    private final TreeSet<OrderState> ended = new TreeSet<>(BY_END);
    private int orders;
    private int openOrders;

    Store(PeerId self) {
        me = new OwnerState(self);
        owners.put(self, me);
    }

    // ---- owners ------------------------------------------------------------------------------------------------

    /** The replica's own owner. */
    OwnerState me() {
        return me;
    }

    @Nullable
    OwnerState find(PeerId owner) {
        return owners.get(owner);
    }

    /** The owner's state, made if need be; null if there is no room for one more. */
    @Nullable
    OwnerState owner(PeerId id) {
        OwnerState known = owners.get(id);
        if (known == null && owners.size() < ReplicaLimits.OWNERS_MAX) {
            known = new OwnerState(id);
            owners.put(id, known);
            silent.add(known);
        }
        return known;
    }

    /** Who gives way to an owner heard for the first time: the one silent for longest with no trade under way. */
    @Nullable
    OwnerState forgettable() {
        for (OwnerState owner : silent) {
            if (owner.unsettled == 0 && owner.asked == 0) {
                return owner;
            }
        }
        return null;
    }

    /** Forgets an owner whose orders were dropped. */
    void forget(OwnerState owner) {
        owners.remove(owner.id);
        silent.remove(owner);
    }

    /** Notes that an owner has a lease, or has it no more. */
    void setLive(OwnerState owner, boolean live) {
        owner.live = live;
        if (live) {
            silent.remove(owner);
        } else {
            silent.add(owner);
        }
    }

    /** By peer id. */
    Iterable<OwnerState> owners() {
        return owners.values();
    }

    /** The owners after this one, or all. */
    Iterable<OwnerState> ownersAfter(@Nullable PeerId owner) {
        return owner == null ? owners.values() : owners.tailMap(owner, false).values();
    }

    /** The owners from this one on, or all. */
    Iterable<OwnerState> ownersFrom(@Nullable PeerId owner) {
        return owner == null ? owners.values() : owners.tailMap(owner, true).values();
    }

    // ---- orders ------------------------------------------------------------------------------------------------

    @Nullable
    OrderState find(OrderId id) {
        OwnerState owner = owners.get(id.owner());
        return owner == null ? null : owner.orders.get(id.seq());
    }

    int size() {
        return orders;
    }

    /** Orders neither closed nor equivocated. */
    int openOrders() {
        return openOrders;
    }

    /** Orders closed, and not yet retired. */
    int tombstones() {
        int tombstones = 0;
        for (OwnerState owner : owners.values()) {
            tombstones += owner.orders.size() - owner.openOrders - owner.equivocated - owner.orphans;
        }
        return tombstones;
    }

    /**
     * The orders that must go so that an owner may have one more, when the book is full: some of the owner that has the most,
     * if that is another with more than this one. So whoever floods a market crowds out itself. Null: there is no room.
     */
    @Nullable
    List<OrderState> toMakeRoomFor(OwnerState owner) {
        if (orders < ReplicaLimits.ORDERS_MAX) {
            return List.of();
        }
        OwnerState heaviest = byWeight.isEmpty() ? null : byWeight.last();
        if (heaviest == null || owner == me || heaviest.weight <= owner.weight + 1) {
            return owner == me ? List.of() : null;
        }
        int count = Math.max(1, heaviest.weight / ReplicaLimits.CROWDED_OUT_PART);
        List<OrderState> victims = new ArrayList<>(count);
        List<OrderState> newestFirst =
                new ArrayList<>(heaviest.orders.descendingMap().values());
        for (boolean shown : new boolean[] {false, true}) {
            for (OrderState state : newestFirst) {
                if (victims.size() < count && shown == isOpen(state)) {
                    victims.add(state);
                }
            }
        }
        return victims;
    }

    /**
     * Takes two steps that contradict each other: EQUIVOCATED, even if neither contradicts what is known here. Returns
     * whether that is news.
     */
    boolean condemn(OwnerState owner, SignedItem first, SignedItem second) {
        OrderState state = obtain(owner, first.step());
        if (state.isEquivocated()) {
            return false;
        }
        uncount(state);
        state.latest = first;
        state.contradiction = second;
        state.digestElement = null;
        count(state);
        return true;
    }

    private OrderState obtain(OwnerState owner, Step step) {
        OrderState state = owner.orders.get(step.id().seq());
        if (state == null) {
            state = new OrderState(step.id(), owner);
            state.endsAtMs = Hlc.ms(step.hlc()) + MarketSpec.LIFE_MS_DEFAULT;
            owner.orders.put(step.id().seq(), state);
            running.add(state);
            orders++;
            weigh(owner);
            count(state);
        }
        return state;
    }

    private void weigh(OwnerState owner) {
        if (owner != me) {
            byWeight.remove(owner);
            owner.weight = owner.orders.size();
            if (owner.weight > 0) {
                byWeight.add(owner);
            }
        }
    }

    /** Merges a step into its order, which is made if need be. The caller has applied quotas and the census. */
    Merged merge(OwnerState owner, SignedItem item) {
        OrderState state = obtain(owner, item.step());
        if (state.isEquivocated()) {
            return Merged.STALE;
        }
        uncount(state);
        Merged merged = join(state, item);
        if (merged != Merged.STALE) {
            state.digestElement = null;
        }
        count(state);
        return merged;
    }

    private Merged join(OrderState state, SignedItem item) {
        SignedItem against = contradicted(state, item);
        if (against != null) {
            state.latest = against;
            state.contradiction = item;
            return Merged.EQUIVOCATED;
        }
        boolean news = false;
        if (item.step().cause() instanceof Cause.New && state.first == null) {
            state.first = item;
            endAt(state, ((Cause.New) item.step().cause()).order().expiryMs());
            news = true;
        }
        if (state.latest == null || item.step().v() > state.latest.step().v()) {
            state.latest = item;
            news = true;
        }
        return news ? Merged.NEWS : Merged.STALE;
    }

    private static @Nullable SignedItem contradicted(OrderState state, SignedItem item) {
        if (state.latest != null && Contradiction.between(state.latest, item)) {
            return state.latest;
        }
        return state.first != null && Contradiction.between(state.first, item) ? state.first : null;
    }

    private void endAt(OrderState state, long atMs) {
        running.remove(state);
        ended.remove(state);
        state.endsAtMs = atMs;
        running.add(state);
    }

    private void count(OrderState state) {
        count(state, 1);
    }

    private void uncount(OrderState state) {
        count(state, -1);
    }

    private void count(OrderState state, int by) {
        state.owner.sum = null;
        state.owner.doubts = 0;
        if (state.isEquivocated()) {
            state.owner.equivocated += by;
        } else if (state.first == null) {
            state.owner.orphans += by;
        } else if (!state.isClosed()) {
            state.owner.openOrders += by;
            openOrders += by;
        }
    }

    private static boolean isOpen(OrderState state) {
        return state.first != null && !state.isEquivocated() && !state.isClosed();
    }

    /** Forgets an order; its owner's census, or time, has retired it. */
    void drop(OrderState state) {
        if (state.owner.orders.remove(state.id.seq(), state)) {
            uncount(state);
            running.remove(state);
            ended.remove(state);
            orders--;
            weigh(state.owner);
        }
    }

    /** The orders the owner's census retires. */
    List<OrderState> retired(OwnerState owner) {
        List<OrderState> retired = new ArrayList<>();
        for (OrderState state : owner.orders.values()) {
            if (owner.isRetired(state.id.seq())) {
                retired.add(state);
            }
        }
        return retired;
    }

    /** The orders that ended since this was last asked. */
    List<OrderState> takeEnded(long epochMs) {
        List<OrderState> now = new ArrayList<>();
        for (OrderState state = first(running); state != null && state.endsAtMs <= epochMs; state = first(running)) {
            running.remove(state);
            ended.add(state);
            now.add(state);
        }
        return now;
    }

    /** The orders that ended so long ago that nobody asks for them any more. */
    List<OrderState> outlived(long epochMs) {
        List<OrderState> outlived = new ArrayList<>();
        for (OrderState state : ended) {
            if (state.endsAtMs + ReplicaLimits.TOMBSTONE_LIFE_MS >= epochMs) {
                break;
            }
            outlived.add(state);
        }
        return outlived;
    }

    private static @Nullable OrderState first(TreeSet<OrderState> states) {
        return states.isEmpty() ? null : states.first();
    }
}
