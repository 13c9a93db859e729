package io.outcry.transport;

/** Why a stream, or the attempt to open one, ended. */
public final class StreamException extends TransportException {

    /** The kind of end. */
    public enum Reason {
        /** The peer reset the stream. */
        RESET_BY_PEER,
        /** This side reset the stream. */
        RESET_LOCALLY,
        /** The connection under it ended. */
        CONNECTION_CLOSED,
        /** The peer speaks none of the proposed protocols. */
        UNSUPPORTED_PROTOCOL,
        /** Negotiation or the dial did not finish in time. */
        TIMEOUT,
        /** A limit of this node refused it. */
        LIMIT,
        /** The peer broke a protocol. */
        PROTOCOL,
        /** The stream was already closed for writing. */
        CLOSED,
        /** The peer could not be reached. */
        UNREACHABLE
    }

    private final Reason reason;
    private final long code;

    public StreamException(Reason reason, String message) {
        this(reason, 0, message);
    }

    public StreamException(Reason reason, long code, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    public Reason reason() {
        return reason;
    }

    /** The reset code the peer sent, 0 if none. */
    public long code() {
        return code;
    }
}
