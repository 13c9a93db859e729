package io.outcry.market;

import io.outcry.core.identity.PeerId;

/**
 * The maker's owner will not fill a proposal.
 *
 * @param owner the maker's
 * @param hlc when
 * @param trade which proposal
 * @param proposal the hash of its HOLD step
 * @param reason why
 * @param v the version of the maker's order, 0 if there is none
 */
public record Refuse(PeerId owner, long hlc, TradeId trade, ItemHash proposal, RefuseReason reason, long v)
        implements Item {

    /** Checks the ranges. */
    public Refuse {
        if (hlc < 0 || v < 0) {
            throw new IllegalArgumentException("hlc and v are not negative: " + hlc + ", " + v);
        }
    }

    @Override
    public Kind kind() {
        return Kind.REFUSE;
    }
}
