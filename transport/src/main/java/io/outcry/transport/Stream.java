package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import java.util.concurrent.CompletableFuture;

/**
 * One negotiated stream of a connection.
 *
 * <p><b>Threading</b>: every method may be called from any thread; the {@link StreamReader} is called on the
 * connection's event loop, one call at a time.
 *
 * <p><b>Errors</b>: writes on a closed stream fail their future with {@link StreamException}; nothing throws because of
 * the peer.
 */
public interface Stream {

    /** The agreed protocol, for example {@code /meshsub/1.1.0}. */
    String protocol();

    /** The authenticated peer at the other end. */
    PeerId peer();

    Connection connection();

    /** True if this side opened the stream. */
    boolean outbound();

    /**
     * Sets who hears this stream; data that came before is kept (bounded by the window) and delivered then. May be
     * called once more to hand the stream over.
     */
    void reader(StreamReader reader);

    /**
     * Sends bytes.
     *
     * @param data borrowed: the stream keeps its own retained slice until the bytes left, so one buffer can go to many
     *     streams
     * @return completes when the bytes were handed to the socket, not before; fails if the stream ends first
     */
    CompletableFuture<Void> write(ByteBuf data);

    /** False while more is queued than the high-water mark; {@link StreamReader#onWritable} says when that is over. */
    boolean isWritable();

    /** Bytes accepted by {@link #write} that have not left yet. */
    long queuedBytes();

    /**
     * Whether {@link StreamReader#onData} counts as consumption on return (true, the default). If false, the peer gets
     * credit only by {@link #consumed}.
     */
    void autoCredit(boolean automatic);

    /** Returns credit for bytes delivered while {@link #autoCredit} is false. */
    void consumed(int bytes);

    /** Half-closes after what is queued; the future completes when the close left. */
    CompletableFuture<Void> closeWrite();

    /** Ends both directions at once; what is queued is dropped and its futures fail. */
    void reset(long code);

    /** {@link #reset} with code 0. */
    default void reset() {
        reset(0);
    }
}
