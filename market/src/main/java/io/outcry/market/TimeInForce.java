package io.outcry.market;

/** How long an order waits. */
public enum TimeInForce {
    /** Good till its expiry: rests in the book. */
    GTT(1),
    /** Immediate or cancel: takes what it can get, never rests, never makes. */
    IOC(2),
    /** Fill or kill: all of it, from one order of another owner or from the own book, or nothing. */
    FOK(3);

    private final int code;

    TimeInForce(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }

    /** Whether others may trade with it. */
    public boolean rests() {
        return this == GTT;
    }
}
