package io.outcry.market;

import io.outcry.core.identity.PeerId;

/**
 * The state of an order after one act of its owner, and why. Self-describing: the newest step says all, no step is a
 * difference to be added up.
 *
 * <p><b>Units</b>: lots.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 2.
 *
 * @param id which order
 * @param v 1 for the step that carries the order, one more for each step
 * @param filled F, never falls
 * @param held H, set aside for proposals without an answer
 * @param cancelled C, never falls
 * @param disputed D, held once, force-released, still without an answer
 * @param status what may still happen
 * @param reason why it is closing or closed; NONE while open
 * @param hlc when
 * @param cause why
 */
public record Step(
        OrderId id,
        long v,
        long filled,
        long held,
        long cancelled,
        long disputed,
        OrderStatus status,
        CloseReason reason,
        long hlc,
        Cause cause)
        implements Item {

    /** Checks what must hold of any step whoever made it. */
    public Step {
        if (v < 1 || filled < 0 || held < 0 || cancelled < 0 || disputed < 0 || hlc < 0) {
            throw new IllegalArgumentException("a step's numbers are not negative");
        }
        Math.addExact(Math.addExact(filled, held), Math.addExact(cancelled, disputed));
        if (v == 1 != cause instanceof Cause.New) {
            throw new IllegalArgumentException("the first step, and only it, carries the order: v = " + v);
        }
        if (status == OrderStatus.CLOSED && held + disputed != 0) {
            throw new IllegalArgumentException("a closed order holds nothing");
        }
        if (status == OrderStatus.OPEN != (reason == CloseReason.NONE)) {
            throw new IllegalArgumentException("an open order has no reason to be closed, others have: " + reason);
        }
        if (cause instanceof Cause.New made) {
            if (filled + held + cancelled + disputed != 0 || status != OrderStatus.OPEN) {
                throw new IllegalArgumentException("a new order is open and whole");
            }
            if (!made.order().id().equals(id) || made.order().hlc() != hlc) {
                throw new IllegalArgumentException("a step and the order it carries agree");
            }
        }
    }

    /** F + H + C + D: what is not available any more. */
    public long used() {
        return filled + held + cancelled + disputed;
    }

    @Override
    public PeerId owner() {
        return id.owner();
    }

    @Override
    public Kind kind() {
        return Kind.STEP;
    }
}
