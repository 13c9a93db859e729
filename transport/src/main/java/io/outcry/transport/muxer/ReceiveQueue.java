package io.outcry.transport.muxer;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The bytes one stream received and nobody took yet, in order.
 *
 * <p>What a muxer hands out is a piece of the buffer it was decrypted to. Keeping a piece keeps the whole, and a peer that
 * sends its window in single bytes would make us keep a buffer for each. So short pieces are copied together, and only
 * long ones are kept as they are: memory stays within a small multiple of the bytes counted.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: holds what it took until {@link #poll} gives it away or
 * {@link #close} drops it.
 */
public final class ReceiveQueue implements AutoCloseable {

    /** A piece at least this long is kept as it is: it is a fair share of a buffer of one read, 64 KiB. */
    static final int KEPT_LENGTH_MIN = 16 << 10;

    /** First buffer short pieces are copied to; each further one is as large as what waits already. */
    static final int GATHER_LENGTH_FIRST = 256;

    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>(2);
    /** The last of the buffers if it is one of ours, with room for more. */
    private @Nullable ByteBuf gathering;

    private long bytes;

    /** Appends; {@code data} is owned. */
    public void take(ByteBuf data) {
        int length = data.readableBytes();
        bytes += length;
        if (length >= KEPT_LENGTH_MIN) {
            buffers.addLast(data);
            gathering = null;
            return;
        }
        try {
            while (data.isReadable()) {
                ByteBuf room = room(data);
                room.writeBytes(data, Math.min(data.readableBytes(), room.writableBytes()));
            }
        } finally {
            data.release();
        }
    }

    private ByteBuf room(ByteBuf data) {
        ByteBuf room = gathering;
        if (room == null || !room.isWritable()) {
            long wanted = Math.max(Math.max(GATHER_LENGTH_FIRST, data.readableBytes()), bytes);
            int length = (int) Math.min(KEPT_LENGTH_MIN, wanted);
            room = data.alloc().buffer(length, length);
            buffers.addLast(room);
            gathering = room;
        }
        return room;
    }

    /** The first bytes, or null if none wait. <i>Owned</i> by the caller. */
    public @Nullable ByteBuf poll() {
        ByteBuf first = buffers.pollFirst();
        if (first == null) {
            return null;
        }
        if (first == gathering) {
            gathering = null;
        }
        bytes -= first.readableBytes();
        return first;
    }

    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** Drops everything; the queue may be used again. */
    @Override
    public void close() {
        for (ByteBuf buffer = poll(); buffer != null; buffer = poll()) {
            buffer.release();
        }
    }
}
