package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Census;
import io.outcry.market.Contradiction;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;

/**
 * Watches for own items this replica did not make: they mean that the journal is an old backup, or that the key has been
 * cloned. Then all older orders are given up: a new epoch, and a census that retires them.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 7.
 */
final class Fence {

    /** What must be given up, and what must be said. */
    interface Retreat {
        /** A newer or different own item was met: begin an epoch after this one. */
        void onFenced(long epochSeen, OrderId about);

        /** Own orders from before this journal are still about: retire them soon. */
        void onForgotten();
    }

    /** Later than any clock says for centuries, with room for many retreats after it. */
    private static final long EPOCH_MAX = 1L << 34;

    private final Floor floor;
    private final Retreat retreat;

    Fence(Floor floor, Retreat retreat) {
        this.floor = floor;
        this.retreat = retreat;
    }

    /** An item signed with the own key came from outside. */
    void onOwnItem(SignedItem item) {
        PeerId owner = item.item().owner();
        if (!floor.isMine(owner)) {
            return;
        }
        if (item.item() instanceof Step step) {
            OrderId id = step.id();
            if (id.seq() < floor.own.floorSeq()) {
                retreat.onForgotten();
                return;
            }
            OwnOrder order = floor.own.find(id);
            boolean alien = order == null
                    ? floor.own.neverGave(id.seq())
                    : step.v() > order.step().v()
                            || Contradiction.between(order.latest, item)
                            || Contradiction.between(order.first, item);
            if (alien) {
                retreat(id);
            }
        } else if (item.item() instanceof Census census && census.nextSeq() > floor.own.nextSeq()) {
            retreat(new OrderId(owner, census.nextSeq()));
        }
    }

    /**
     * Two items signed with the own key contradict each other. Whatever was written here since, and however old both are:
     * another copy was at work, and the order is worth nothing to anybody any more.
     */
    void onOwnContradiction(OrderId id) {
        if (id.seq() >= floor.own.floorSeq() && floor.own.find(id) != null) {
            retreat(id);
        }
    }

    /** A seq of the end of time leaves no epoch to retreat to; only the key's holder could make one. */
    private void retreat(OrderId about) {
        if (OrderId.epochOf(about.seq()) < EPOCH_MAX) {
            retreat.onFenced(OrderId.epochOf(about.seq()), about);
        }
    }
}
