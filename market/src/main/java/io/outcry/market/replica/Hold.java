package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.SignedItem;
import io.outcry.market.TradeId;

/** An own proposal without an answer. It ends with an answer, never with time. */
final class Hold {

    final OwnOrder order;
    /** The HOLD step; its hash is the proposal's name. */
    final SignedItem item;

    final Cause.Hold terms;
    /** Its quantity is disputed, not held. */
    boolean forced;

    /** The maker's order was late: one such proposal an owner. */
    boolean late;

    /** Counted among the owner's unanswered. */
    boolean silent;

    int resends;
    long nextTopicNs;

    Hold(OwnOrder order, SignedItem item) {
        this.order = order;
        this.item = item;
        this.terms = (Cause.Hold) item.step().cause();
    }

    TradeId trade() {
        return terms.trade();
    }
}
