package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.MarketId;
import io.outcry.market.Signer;
import java.util.random.RandomGenerator;

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
    final Store store = new Store();
    final BookView book = new BookView();
    final OwnBook own;

    Floor(ReplicaOptions options, Signer signer, ReplicaSink sink, RandomGenerator random) {
        this.options = options;
        this.market = options.spec().id();
        this.signer = signer;
        this.self = signer.owner();
        this.sink = sink;
        this.random = random;
        gate = new DurabilityGate(sink);
        clock = new ReplicaClock(gate);
        own = new OwnBook(self);
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
        OwnerState me = store.owner(self, clock.nowNs());
        if (me == null) {
            throw new IllegalStateException("the replica itself is always among the owners");
        }
        return me;
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
