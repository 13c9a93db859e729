package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.MarketId;
import io.outcry.market.OrderId;
import io.outcry.market.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all parts of one replica stand on: its identity, its clocks, its books and its way out. */
final class Floor {

    final ReplicaOptions options;
    final MarketId market;
    final Signer signer;
    final PeerId self;
    final ReplicaSink sink;
    final RandomGenerator random;

    final Counters counters = new Counters();
    final Timers timers = new Timers();
    final DurabilityGate gate;
    final ReplicaClock clock;
    final Store store;
    final BookView book = new BookView();
    final OwnBook own;
    private final TokenBucket notices = new TokenBucket(ReplicaLimits.NOTICES_PER_S, ReplicaLimits.NOTICES_BURST);

    Floor(ReplicaOptions options, Signer signer, ReplicaSink sink, RandomGenerator random) {
        this.options = options;
        this.market = options.spec().id();
        this.signer = signer;
        this.self = signer.owner();
        this.sink = sink;
        this.random = random;
        store = new Store(self);
        gate = new DurabilityGate(sink);
        clock = new ReplicaClock(gate);
        own = new OwnBook(self);
    }

    /** Tells the operator of a contradiction, if there were not many lately. */
    void contradicted(Notice notice, OrderId about) {
        if (notices.take(1, clock.steadyMs())) {
            sink.notice(notice, about);
        }
    }

    boolean isMine(PeerId owner) {
        return self.equals(owner);
    }

    /** Does it after so many milliseconds. */
    void after(long ms, Runnable action) {
        timers.at(clock.nsAfter(ms), action);
    }

    /** This replica's own place among the owners. */
    OwnerState me() {
        return store.me();
    }

    /** An owner that is heard now: if it is new and the table is full, the one that was silent for longest gives way. */
    @Nullable
    OwnerState ownerHeard(PeerId id) {
        OwnerState owner = store.owner(id);
        if (owner == null) {
            OwnerState silent = store.forgettable();
            if (silent != null) {
                new ArrayList<>(silent.orders.values()).forEach(this::drop);
                store.forget(silent);
                owner = store.owner(id);
            }
        }
        return owner;
    }

    /** Makes room for one more order of an owner; false if there is none. */
    boolean makeRoomFor(OwnerState owner) {
        List<OrderState> victims = store.toMakeRoomFor(owner);
        if (victims != null) {
            counters.ordersCrowdedOut += victims.size();
            victims.forEach(this::drop);
        }
        return victims != null;
    }

    /** Takes an order out of the store and the book. */
    void drop(OrderState state) {
        book.remove(state);
        store.drop(state);
    }

    /** Shows in the book what is available of an order now. */
    void refresh(OrderState state) {
        if (state.isClosed() || state.isEquivocated()) {
            book.remove(state);
            return;
        }
        long available;
        if (isMine(state.id.owner())) {
            OwnOrder order = own.find(state.id);
            available = order != null && order.mayMake(clock.steadyMs()) ? order.leaves() : 0;
        } else {
            var order = state.order();
            boolean shown =
                    state.owner.live && order != null && order.tif().rests() && order.expiryMs() > clock.steadyMs();
            available = shown ? Math.max(0, state.leaves()) : 0;
        }
        book.show(state, available);
    }
}
