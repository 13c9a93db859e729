package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.EmptyByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What was flushed and must be sent. A write cancelled before its flush keeps its place in Netty's buffer, as an empty
 * message: {@code size()} counts it and {@code remove()} takes it, but {@code forEachFlushedMessage} passes it over.
 *
 * <p><b>Threading</b>: the channel's event loop.
 */
final class FlushedMessages {

    private static final ByteBuf EMPTY = new EmptyByteBuf(PooledByteBufAllocator.DEFAULT);

    private FlushedMessages() {}

    /** The message, or one like it that no cancelled write can be taken for. */
    static Object distinct(Object message) {
        return message == Unpooled.EMPTY_BUFFER ? EMPTY : message;
    }

    /** Whether more than {@code count} messages are left that were not cancelled. */
    static boolean moreThan(int count, @Nullable ChannelOutboundBuffer out) {
        int[] seen = {0};
        if (out != null) {
            try {
                out.forEachFlushedMessage(message -> ++seen[0] <= count);
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return seen[0] > count;
    }

    /** Removes the first message that was not cancelled, which is this one, and the cancelled ones before it. */
    static void remove(ChannelOutboundBuffer out, ByteBuf message) {
        while (out.current() != message && out.remove()) {}
        out.remove();
    }
}
