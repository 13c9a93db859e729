package io.outcry.market;

/** Why an order, or a part of it, will not trade any more. */
public enum CloseReason {
    /** It is open. */
    NONE(0),
    /** Filled. */
    FILLED(1),
    /** Its owner cancelled it. */
    CANCELLED(2),
    /** Its time ran out. */
    EXPIRED(3),
    /** An immediate order found nothing more. */
    IOC(4),
    /** A fill-or-kill order could not be filled at once. */
    FOK(5),
    /** It would have traded with an order of the same account. */
    SELF_TRADE(6),
    /** A post-only order would have taken. */
    POST_ONLY(7),
    /** Its owner reduced it. */
    REDUCED(8),
    /** Its owner force-released a hold; what was left of it was refused. */
    FORCED(9);

    private final int code;

    CloseReason(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }
}
