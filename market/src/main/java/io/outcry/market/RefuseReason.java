package io.outcry.market;

/** Why a maker's owner refused a proposal, and what the taker's owner may do next. */
public enum RefuseReason {
    /** Wrong price, side or deadline. */
    TERMS(1, Again.NEVER),
    /** The proposed maker has the larger key: it is the taker. */
    ROLE(2, Again.NEVER),
    /** Both orders have one owner. */
    SELF(3, Again.NEVER),
    /** The maker's order is closed, closing or unknown. */
    CLOSED(4, Again.NEVER),
    /** The maker's order has expired. */
    EXPIRED(5, Again.NEVER),
    /** The maker's order is IOC or FOK. */
    NEVER_RESTS(6, Again.NEVER),
    /** Less is available than the proposal accepts. */
    QUANTITY(7, Again.AFTER_A_STEP),
    /** The deadline has passed. */
    LATE(8, Again.LATER),
    /** The envelope's clock is out of the window. */
    CLOCK(9, Again.LATER),
    /** The maker's owner has reached a limit with this counterparty. */
    LIMIT(10, Again.LATER);

    /** When the pair may be proposed again. */
    public enum Again {
        /** Never this pair: FINAL. */
        NEVER,
        /** Not until the maker's order has made another step: QUANTITY. */
        AFTER_A_STEP,
        /** After a back-off, with a new n: RETRY. */
        LATER
    }

    private final int code;
    private final Again again;

    RefuseReason(int code, Again again) {
        this.code = code;
        this.again = again;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }

    /** When the pair may be proposed again. */
    public Again again() {
        return again;
    }
}
