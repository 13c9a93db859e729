package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Hears one stream, on the connection's event loop. It must not block. What it throws resets the stream and is logged;
 * the connection lives.
 */
public interface StreamReader {

    /** This reader was set; data, if any waited, comes next. A good place to start writing. */
    default void onAttached(Stream stream) {}

    /** Bytes of the peer; {@code data} is borrowed until return. */
    void onData(Stream stream, ByteBuf data);

    /**
     * The last of a batch of {@link #onData} calls was made; a good moment to flush what was gathered. Whoever is given data
     * hears this before it hears of the half-close or the end.
     */
    default void onReadComplete(Stream stream) {}

    /** The stream is writable again. */
    default void onWritable(Stream stream) {}

    /** The peer half-closed; this side may go on writing. */
    default void onRemoteClosed(Stream stream) {
        stream.closeWrite();
    }

    /** The stream ended; called exactly once, last. The cause is null for an orderly end of both halves. */
    default void onClosed(Stream stream, @Nullable StreamException cause) {}
}
