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

    /**
     * Data of a stream. The bytes stay debited until {@link Muxer#onConsumed}.
     *
     * @param data borrowed until return; between its reader and writer index are the stream's bytes and no others, but
     *     it may be a larger buffer, so do not use absolute indices. Keep it with {@code retainedSlice()}.
     */
    void onData(long stream, ByteBuf data);

    /** The peer half-closed: no more {@link #onData} for this stream. */
    void onRemoteClosed(long stream);

    /** The peer reset the stream (code 0 where the protocol carries none); it is forgotten. */
    void onReset(long stream, long code);

    /** The muxer itself reset the stream, because the peer passed a limit of it; it is forgotten. */
    void onStreamFailed(long stream, MuxerError error, String why);

    /** So many bytes of the stream's queue were put in the {@code out} of the running {@link Muxer#write}. */
    void onWritten(long stream, int bytes);

    /** The half-close asked for by {@link Muxer#closeWrite} was put in the {@code out} of the running write. */
    void onWriteClosed(long stream);

    /** Both halves are closed in order; the stream is forgotten. */
    void onClosed(long stream);

    /** A ping was answered. */
    void onRoundTrip(long rttNs);

    /** The peer is going away: no new streams. */
    void onGoAway(long code);

    /** The session is over: the peer broke the protocol, or fell silent. Said at most once; every stream ended with it. */
    void onSessionError(MuxerError error, String why);
}
