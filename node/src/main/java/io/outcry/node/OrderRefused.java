package io.outcry.node;

import io.outcry.market.replica.Refusal;

/** The market did not take an order, or could not cancel or reduce it; nothing was changed. */
public final class OrderRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    public OrderRefused(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    /** Why, as a word for programs. */
    public Refusal refusal() {
        return refusal;
    }
}
