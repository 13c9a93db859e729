package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.ItemHash;
import io.outcry.market.Refuse;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import org.jspecify.annotations.Nullable;

/** The one answer to a proposal: a FILL step, or a refusal. Given once, repeated as often as asked. */
final class Decision {

    final TradeId trade;
    final ItemHash proposal;
    final SignedItem item;
    /** The FILL, or null for a refusal. */
    final Cause.@Nullable Fill fill;

    final long deadlineMs;
    boolean durable;
    /** The SETTLE was seen; {@link #forgettable} once that is durable. */
    boolean settled;

    boolean forgettable;
    /** The proposal as it arrived, to prove a second one; not kept across restarts. */
    @Nullable
    SignedItem hold;

    int resends;
    long nextTopicNs;
    long repeatedNs = Long.MIN_VALUE;

    Decision(SignedItem item, long deadlineMs) {
        this.item = item;
        this.deadlineMs = deadlineMs;
        if (item.item() instanceof Refuse refuse) {
            trade = refuse.trade();
            proposal = refuse.proposal();
            fill = null;
        } else {
            Cause.Fill cause = (Cause.Fill) ((Step) item.item()).cause();
            trade = cause.trade();
            proposal = cause.proposal();
            fill = cause;
        }
    }

    PeerId proposer() {
        return trade.taker().owner();
    }

    boolean isUnsettledFill() {
        return fill != null && !settled;
    }
}
