package io.outcry.market;

/** The state a step leaves its order in. */
public enum OrderStatus {
    /** May trade. */
    OPEN(1),
    /** Cancelled or expired, but something is still held or disputed; what comes back is cancelled. */
    CLOSING(2),
    /** All filled or cancelled. For good. */
    CLOSED(3);

    private final int code;

    OrderStatus(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }
}
