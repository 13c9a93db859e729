package io.outcry.transport;

/** Why a connection ended, as {@link HostListener#onDisconnected} tells it. */
public enum DisconnectReason {
    /** This side closed it: {@link Connection#close} or {@link Host#disconnect}. */
    CLOSED_LOCALLY,
    /** The peer closed it, or said it goes away. */
    CLOSED_BY_PEER,
    /** The connection manager made room. */
    TRIMMED,
    /** The peer broke a protocol. */
    PROTOCOL_ERROR,
    /** The peer fell silent or did not read for too long. */
    TIMEOUT,
    /** A limit of this node: memory, rates, streams. */
    LIMIT,
    /** The socket failed. */
    IO_ERROR,
    /** The host was closed. */
    HOST_CLOSED
}
