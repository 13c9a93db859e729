package io.outcry.market;

/** How a server of snapshots and sync answered. */
public enum SyncStatus {
    /** Here it is. */
    OK(1),
    /** Too many are asking; ask another. */
    BUSY(2),
    /** Not a market of this server. */
    WRONG_MARKET(3),
    /** The request made no sense. */
    MALFORMED(4);

    private final int code;

    SyncStatus(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }
}
