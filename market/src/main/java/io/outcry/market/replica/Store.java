package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Contradiction;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    private static final Comparator<OrderState> BY_EXPIRY =
            Comparator.comparingLong(Store::expiryMs).thenComparing(state -> state.id);

    private final TreeMap<PeerId, OwnerState> owners = new TreeMap<>();
    private final TreeSet<OrderState> byExpiry = new TreeSet<>(BY_EXPIRY);
    private int orders;
    private int openOrders;

    // ---- owners ------------------------------------------------------------------------------------------------

    @Nullable
    OwnerState find(PeerId owner) {
        return owners.get(owner);
    }

    /** The owner's state, made if need be; null if there are too many owners and none can be forgotten. */
    @Nullable
    OwnerState owner(PeerId id, long nowNs) {
        OwnerState known = owners.get(id);
        if (known == null) {
            if (owners.size() >= ReplicaLimits.OWNERS_MAX && !forgetOne(nowNs)) {
                return null;
            }
            known = new OwnerState(id);
            owners.put(id, known);
        }
        return known;
    }

    private boolean forgetOne(long nowNs) {
        for (OwnerState owner : owners.values()) {
            if (owner.orders.isEmpty() && owner.unsettled == 0 && owner.leaseUntilNs() < nowNs) {
                owners.remove(owner.id);
                return true;
            }
        }
        return false;
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

    /**
     * Takes two steps that contradict each other: EQUIVOCATED, even if neither contradicts what is known here. Returns
     * whether that is news.
     */
    boolean condemn(OwnerState owner, SignedItem first, SignedItem second) {
        OrderState state = obtain(owner, first.step().id());
        if (state.isEquivocated()) {
            return false;
        }
        boolean wasOpen = isOpen(state);
        state.latest = first;
        state.contradiction = second;
        state.digestElement = null;
        count(state, wasOpen);
        return true;
    }

    private OrderState obtain(OwnerState owner, OrderId id) {
        OrderState state = owner.orders.get(id.seq());
        if (state == null) {
            state = new OrderState(id, owner);
            owner.orders.put(id.seq(), state);
            orders++;
        }
        return state;
    }

    /** Merges a step into its order, which is made if need be. The caller has applied quotas and the census. */
    Merged merge(OwnerState owner, SignedItem item) {
        OrderState state = obtain(owner, item.step().id());
        if (state.isEquivocated()) {
            return Merged.STALE;
        }
        boolean wasOpen = isOpen(state);
        Merged merged = join(state, item);
        if (merged != Merged.STALE) {
            state.digestElement = null;
            count(state, wasOpen);
        }
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
            byExpiry.add(state);
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

    private void count(OrderState state, boolean wasOpen) {
        boolean open = isOpen(state);
        if (open != wasOpen) {
            state.owner.openOrders += open ? 1 : -1;
            openOrders += open ? 1 : -1;
        }
    }

    private static boolean isOpen(OrderState state) {
        return state.first != null && !state.isEquivocated() && !state.isClosed();
    }

    /** Forgets an order; its owner's census, or time, has retired it. */
    void drop(OrderState state) {
        if (state.owner.orders.remove(state.id.seq()) == null) {
            return;
        }
        if (isOpen(state)) {
            state.owner.openOrders--;
            openOrders--;
        }
        byExpiry.remove(state);
        orders--;
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

    /** The orders that expired by then, the earliest first. */
    List<OrderState> expiredBy(long epochMs) {
        List<OrderState> expired = new ArrayList<>();
        for (OrderState state : byExpiry) {
            if (expiryMs(state) > epochMs) {
                break;
            }
            expired.add(state);
        }
        return expired;
    }

    static long expiryMs(OrderState state) {
        Order order = state.order();
        return order == null ? Long.MAX_VALUE : order.expiryMs();
    }
}
