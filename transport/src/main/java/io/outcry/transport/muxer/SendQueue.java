package io.outcry.transport.muxer;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * The bytes one stream has still to send, in order.
 *
 * <p><b>Ownership</b>: holds the buffers taken until they are written out or {@link #close} drops them.
 */
public final class SendQueue implements AutoCloseable {

    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>(2);
    private long bytes;

    /** Appends; {@code data} is owned. */
    public void take(ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
            return;
        }
        buffers.addLast(data);
        bytes += length;
    }

    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** Moves the first {@code length} bytes to {@code out}; there must be so many. */
    public void moveTo(ByteBuf out, int length) {
        int left = length;
        while (left > 0) {
            ByteBuf head = buffers.getFirst();
            int part = Math.min(left, head.readableBytes());
            out.writeBytes(head, part);
            left -= part;
            if (!head.isReadable()) {
                buffers.removeFirst().release();
            }
        }
        bytes -= length;
    }

    /** Drops everything; the queue may be used again. */
    @Override
    public void close() {
        for (ByteBuf buffer = buffers.pollFirst(); buffer != null; buffer = buffers.pollFirst()) {
            buffer.release();
        }
        bytes = 0;
    }
}
