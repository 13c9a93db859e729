package io.outcry.transport.muxer;

/** Why a muxed session ended. */
public enum MuxerError {
    /** The peer broke the protocol. */
    PROTOCOL,
    /** The peer did not answer a keep-alive, or did not read for too long. */
    TIMEOUT,
    /** A local limit (memory, control replies, open rate) was passed by the peer. */
    LIMIT
}
