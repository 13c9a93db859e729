package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.multiformats.Varint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into frames, each behind a varint length, as most protocols of libp2p have them. A frame's length is checked
 * before its bytes are gathered, and memory grows with the bytes that came: a length alone costs its sender's peer nothing.
 *
 * <p><b>Threading</b>: the connection's event loop.
 *
 * <p><b>Ownership</b>: holds at most one frame, on the heap.
 *
 * <p><b>Errors</b>: a length that is too long or no varint is told once, as {@link Listener#onMalformed}; nothing after it
 * is delivered.
 */
public final class FrameReader implements StreamReader {

    /** Hears the frames of one stream. */
    @FunctionalInterface
    public interface Listener {
        /** A whole frame; the array is the listener's. */
        void onFrame(Stream stream, byte[] frame);

        /** The stream cannot be cut any further; by default it is reset. */
        default void onMalformed(Stream stream) {
            stream.reset();
        }

        /** The peer has said all; by default so have we. */
        default void onRemoteClosed(Stream stream) {
            stream.closeWrite();
        }

        /** The stream ended, in order or not; last, once. */
        default void onEnd(Stream stream, @Nullable StreamException cause) {}
    }

    private static final int PREFIX_MAX = 9;

    /** What a promised frame costs before its bytes are there. */
    static final int FIRST_BYTES = 1 << 10;

    private final int frameLengthMax;
    private final Listener listener;
    private final byte[] prefix = new byte[PREFIX_MAX];
    private int prefixLength;
    private byte @Nullable [] frame;
    private int frameLength;
    private int filled;
    private boolean malformed;

    /**
     * A reader for one stream.
     *
     * @param frameLengthMax longest frame taken, bytes
     */
    public FrameReader(int frameLengthMax, Listener listener) {
        this.frameLengthMax = frameLengthMax;
        this.listener = listener;
    }

    @Override
    public void onData(Stream stream, ByteBuf data) {
        while (data.isReadable() && !malformed) {
            byte[] gathering = frame;
            if (gathering == null) {
                if (!onPrefixByte(stream, data.readByte())) {
                    continue;
                }
                gathering = new byte[Math.min(frameLength, FIRST_BYTES)];
                frame = gathering;
                filled = 0;
            }
            int take = Math.min(data.readableBytes(), frameLength - filled);
            if (filled + take > gathering.length) {
                gathering = Arrays.copyOf(gathering, Math.min(frameLength, Math.max(filled + take, 2 * filled)));
                frame = gathering;
            }
            data.readBytes(gathering, filled, take);
            filled += take;
            if (filled == frameLength) {
                frame = null;
                listener.onFrame(stream, gathering);
            }
        }
    }

    /** True when the length is known and allowed. */
    private boolean onPrefixByte(Stream stream, byte next) {
        prefix[prefixLength++] = next;
        if (next < 0 && prefixLength < PREFIX_MAX) {
            return false;
        }
        long length = Varint.read(prefix, 0, prefixLength);
        prefixLength = 0;
        if (length < 0 || length > frameLengthMax) {
            malformed = true;
            listener.onMalformed(stream);
            return false;
        }
        frameLength = (int) length;
        return true;
    }

    /** A frame with its length before it, ready to send. */
    public static ByteBuf framed(byte[] body) {
        return Unpooled.wrappedBuffer(Varint.encode(body.length), body);
    }

    @Override
    public void onRemoteClosed(Stream stream) {
        listener.onRemoteClosed(stream);
    }

    @Override
    public void onClosed(Stream stream, @Nullable StreamException cause) {
        frame = null;
        listener.onEnd(stream, cause);
    }
}
