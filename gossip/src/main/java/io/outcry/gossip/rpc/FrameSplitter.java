package io.outcry.gossip.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outcry.gossip.message.Proto;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into frames. A frame gets a buffer of its own, prefix included, so that keeping one message never pins
 * what the transport received with it; the buffer grows with what arrives, not with what was announced.
 *
 * <p><b>Threading</b>: confined.
 *
 * <p><b>Ownership</b>: {@code data} is borrowed; each frame that {@link #next} returns is the caller's to release.
 *
 * <p><b>Errors</b>: {@link #failed()} after a length over the limit; the stream is then of no more use.
 */
public final class FrameSplitter implements AutoCloseable {

    /** What a frame gets before more of it has arrived. */
    private static final int FIRST_BYTES = 4096;
    /** A longer prefix is over every limit. */
    private static final int PREFIX_BYTES_MAX = 5;

    private final int frameLengthMax;
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf partial;
    private long prefix;
    private int prefixBytes;
    private int missing;
    private boolean failed;

    public FrameSplitter(int frameLengthMax, ByteBufAllocator allocator) {
        this.frameLengthMax = frameLengthMax;
        this.allocator = allocator;
    }

    /**
     * Takes bytes from {@code data} until a frame is whole.
     *
     * @return the frame with its length prefix, its reader index at the body (the prefix lies before it), or null if
     *     {@code data} is used up or the stream has failed
     */
    public @Nullable ByteBuf next(ByteBuf data) {
        while (!failed && data.isReadable()) {
            if (partial == null) {
                readPrefix(data);
            }
            ByteBuf frame = partial;
            if (frame != null) {
                int take = Math.min(missing, data.readableBytes());
                frame.writeBytes(data, take);
                missing -= take;
                if (missing == 0) {
                    partial = null;
                    return frame;
                }
            }
        }
        return null;
    }

    /** True after a length that is over the limit or no varint. */
    public boolean failed() {
        return failed;
    }

    /** Bytes held of a frame that is not whole yet. */
    public int heldBytes() {
        return partial == null ? 0 : partial.writerIndex();
    }

    private void readPrefix(ByteBuf data) {
        while (data.isReadable()) {
            byte next = data.readByte();
            prefix |= (next & 0x7fL) << (7 * prefixBytes++);
            if (prefix > frameLengthMax || (next < 0 && prefixBytes == PREFIX_BYTES_MAX)) {
                failed = true;
                return;
            }
            if (next >= 0) {
                begin((int) prefix);
                return;
            }
        }
    }

    private void begin(int length) {
        int head = Proto.varintSize(length);
        ByteBuf frame = allocator.buffer(Math.min(head + length, FIRST_BYTES), head + length);
        Proto.writeVarint(frame, length);
        frame.readerIndex(head);
        partial = frame;
        missing = length;
        prefix = 0;
        prefixBytes = 0;
    }

    /** Lets go of an unfinished frame. */
    @Override
    public void close() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        failed = true;
    }
}
