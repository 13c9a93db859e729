package io.outcry.transport.muxer;

import io.netty.buffer.ByteBuf;

/**
 * A stream multiplexer as a machine: bytes in by {@link #onBytes}, bytes out by {@link #write} (pulled, so that
 * back-pressure is natural), everything else through one {@link MuxerSink}.
 *
 * <p><b>Threading</b>: confined to the connection's event loop. The sink never calls back into the machine (it is told
 * so by an {@link IllegalStateException}); the shell queues what its users want to do and does it after the call
 * returned.
 *
 * <p><b>Errors</b>: nothing a peer sends throws. A violation becomes {@link MuxerSink#onSessionError} once; later
 * input is ignored, and {@link #write} still yields what the protocol wants said (go-away). Local misuse throws
 * {@link IllegalStateException} or {@link IllegalArgumentException}.
 *
 * <p>Stream handles are the muxer's own: positive, unique for the life of the connection. A handle that is no longer
 * known (its stream ended a moment ago) is never an error.
 */
public interface Muxer extends AutoCloseable {

    /** {@link #openStream}: the session is closed, going away or out of stream ids. */
    long REFUSED_GOING_AWAY = -1;
    /** {@link #openStream}: as many streams are open as allowed. */
    long REFUSED_STREAM_LIMIT = -2;
    /** {@link #openStream}: as many opens as allowed wait for the peer's acknowledgement. */
    long REFUSED_ACK_BACKLOG = -3;

    /**
     * Bytes from the peer.
     *
     * @param in borrowed; read to its end (a partial frame header is kept inside)
     */
    void onBytes(ByteBuf in, long nowNs);

    /** Time passed: keep-alive and write deadlines. */
    void onTick(long nowNs);

    /** When {@link #onTick} is next wanted, monotonic nanoseconds; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    /** Opens a stream: its handle, or one of the negative {@code REFUSED_} values. */
    long openStream(long nowNs);

    /**
     * Queues data on a stream; it leaves as the peer's window allows. The queue is as long as the caller lets it grow:
     * see {@link #queuedBytes}.
     *
     * @param data owned: released here, also when refused
     * @return false if the stream is not open for writing (closed, reset or unknown)
     */
    boolean takeWrite(long stream, ByteBuf data);

    /** Half-closes a stream after what is queued; unknown or closed streams are ignored. */
    void closeWrite(long stream);

    /**
     * Ends both directions at once and drops what is queued; the code goes out where the protocol has a place for it.
     * The sink hears nothing more of the stream.
     */
    void reset(long stream, long code);

    /** The application consumed bytes of a stream: credit returns to the peer. */
    void onConsumed(long stream, int bytes, long nowNs);

    /** Bytes queued on a stream and not yet written out. */
    long queuedBytes(long stream);

    /** Bytes delivered on all streams and not yet consumed. */
    long unconsumedBytes();

    /** Streams that exist in any state. */
    int streamCount();

    /** Tells the peer that no new stream is wanted; code as the protocol has it (0 normal, 1 protocol, 2 internal). */
    void goAway(long code);

    /** True while the peer does not read our control replies: the shell stops reading from the socket until it changes. */
    boolean controlBacklogFull();

    /**
     * True while the shell should not read from the socket: control replies are backed up, or the connection's cap of
     * unconsumed bytes is reached. Ask again after {@link #write} and {@link #onConsumed}. The keep-alive is lenient
     * meanwhile, since the answers cannot be seen.
     */
    boolean inputPaused();

    /** True when {@link #write} would produce bytes now. */
    boolean hasOutput();

    /**
     * Writes frames: control first, then the streams' data in turn.
     *
     * @param out borrowed; at most {@code max} bytes are appended
     * @param max at least {@link #WRITE_MIN}, or nothing may be written
     * @return bytes appended
     */
    int write(ByteBuf out, int max, long nowNs);

    /** Room that any frame header with some data fits in. */
    int WRITE_MIN = 64;

    /** Releases every buffer held; the sink hears nothing more. Idempotent. */
    @Override
    void close();
}
