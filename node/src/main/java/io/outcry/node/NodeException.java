package io.outcry.node;

/** What a node could not do; the message names the value and what to do. */
public final class NodeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The kind of failure. */
    public enum Code {
        /** An address to listen on is taken or not ours. */
        LISTEN,
        /** The data directory or a journal in it cannot be used. */
        DATA,
        /** The market was joined before, or is not joined. */
        MARKET,
        /** The node is closed. */
        CLOSED,
        /** A defect of ours; what failed was stopped. */
        FAILED
    }

    private final Code code;

    public NodeException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public NodeException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
