package io.outcry.transport.muxer;

import io.netty.buffer.ByteBuf;

/**
 * What a {@link Muxer} tells its shell, synchronously and in order. An implementation records or queues; it never calls
 * the muxer.
 */
public interface MuxerSink {

    /**
     * The peer opened a stream.
     *
     * @return false to refuse it: the muxer resets the stream
     */
    boolean onStreamOpened(long stream);

    /** Data of a stream; {@code data} is borrowed until return. The bytes stay debited until {@link Muxer#onConsumed}. */
    void onData(long stream, ByteBuf data);

    /** The peer half-closed: no more {@link #onData} for this stream. */
    void onRemoteClosed(long stream);

    /** The peer reset the stream (code 0 where the protocol carries none); it is forgotten. */
    void onReset(long stream, long code);

    /** So many bytes of the stream's queue were put in the {@code out} of the running {@link Muxer#write}. */
    void onWritten(long stream, int bytes);

    /** Both halves are closed in order; the stream is forgotten. */
    void onClosed(long stream);

    /** A ping was answered. */
    void onRoundTrip(long rttNs);

    /** The peer is going away: no new streams. */
    void onGoAway(long code);

    /** The session is over: the peer broke the protocol, or fell silent. Said at most once. */
    void onSessionError(MuxerError error, String why);
}
