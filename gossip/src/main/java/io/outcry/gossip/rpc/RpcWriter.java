package io.outcry.gossip.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.Proto;

/**
 * Writes one frame of subscriptions and control entries. Entries are added until {@link #size()} is near the caller's
 * limit, then {@link #finish} makes the frame and the writer starts anew.
 *
 * <p><b>Threading</b>: confined; one writer serves all outboxes of a thread.
 *
 * <p><b>Ownership</b>: {@link #finish} returns a buffer the caller owns.
 */
public final class RpcWriter {

    private static final int SCRATCH_BYTES = 1024;
    private static final int TAG_1 = 1 << 3 | Proto.BYTES;
    private static final int TAG_2 = 2 << 3 | Proto.BYTES;
    private static final int IHAVE_TAG = 1 << 3 | Proto.BYTES;
    private static final int IWANT_TAG = 2 << 3 | Proto.BYTES;
    private static final int GRAFT_TAG = 3 << 3 | Proto.BYTES;
    private static final int PRUNE_TAG = 4 << 3 | Proto.BYTES;
    private static final int SUBSCRIBE_TAG = 1 << 3 | Proto.VARINT;
    private static final int BACKOFF_TAG = 3 << 3 | Proto.VARINT;
    private static final int SUBSCRIPTION_TAG = 1 << 3 | Proto.BYTES;
    private static final int CONTROL_TAG = 3 << 3 | Proto.BYTES;

    /** Heap scratch of this writer; it grows to the largest frame and stays. */
    private final ByteBuf subscriptions = Unpooled.buffer(SCRATCH_BYTES);

    private final ByteBuf controls = Unpooled.buffer(SCRATCH_BYTES);

    /** Bytes added since the last frame. */
    public int size() {
        return subscriptions.readableBytes() + controls.readableBytes();
    }

    /** The bytes a topic adds with any of its entries, at most. */
    public static int entrySizeMax(String topic) {
        return 24 + ByteBufUtil.utf8Bytes(topic);
    }

    public void subscription(String topic, boolean subscribe) {
        int length = ByteBufUtil.utf8Bytes(topic);
        subscriptions.writeByte(SUBSCRIPTION_TAG);
        Proto.writeVarint(subscriptions, 2 + 1 + Proto.varintSize(length) + length);
        subscriptions.writeByte(SUBSCRIBE_TAG);
        subscriptions.writeByte(subscribe ? 1 : 0);
        string(subscriptions, TAG_2, topic, length);
    }

    public void graft(String topic) {
        int length = ByteBufUtil.utf8Bytes(topic);
        controls.writeByte(GRAFT_TAG);
        Proto.writeVarint(controls, 1 + Proto.varintSize(length) + length);
        string(controls, TAG_1, topic, length);
    }

    /** A PRUNE; a backoff of 0 is left out, as peers of version 1.0 expect. */
    public void prune(String topic, long backoffSeconds) {
        int length = ByteBufUtil.utf8Bytes(topic);
        int backoff = backoffSeconds == 0 ? 0 : 1 + Proto.varintSize(backoffSeconds);
        controls.writeByte(PRUNE_TAG);
        Proto.writeVarint(controls, 1 + Proto.varintSize(length) + length + backoff);
        string(controls, TAG_1, topic, length);
        if (backoff > 0) {
            controls.writeByte(BACKOFF_TAG);
            Proto.writeVarint(controls, backoffSeconds);
        }
    }

    /**
     * An IHAVE with as many of {@code ids} as stay within {@code room} bytes, at least one.
     *
     * @return the index of the first id that was left out
     */
    public int ihave(String topic, MessageId[] ids, int from, int to, int room) {
        int length = ByteBufUtil.utf8Bytes(topic);
        int head = 1 + Proto.varintSize(length) + length;
        int end = fitting(ids, from, to, room - head - 6);
        controls.writeByte(IHAVE_TAG);
        Proto.writeVarint(controls, head + idBytes(ids, from, end));
        string(controls, TAG_1, topic, length);
        ids(TAG_2, ids, from, end);
        return end;
    }

    /** An IWANT, like {@link #ihave}. */
    public int iwant(MessageId[] ids, int from, int to, int room) {
        int end = fitting(ids, from, to, room - 6);
        controls.writeByte(IWANT_TAG);
        Proto.writeVarint(controls, idBytes(ids, from, end));
        ids(TAG_1, ids, from, end);
        return end;
    }

    /** Makes the frame, length prefix included; an empty writer makes the legal empty RPC. */
    public ByteBuf finish(ByteBufAllocator allocator) {
        int controlLength = controls.readableBytes();
        int control = controlLength == 0 ? 0 : 1 + Proto.varintSize(controlLength) + controlLength;
        int body = subscriptions.readableBytes() + control;
        ByteBuf frame = allocator.buffer(Proto.varintSize(body) + body);
        Proto.writeVarint(frame, body);
        frame.writeBytes(subscriptions);
        if (control > 0) {
            frame.writeByte(CONTROL_TAG);
            Proto.writeVarint(frame, controlLength);
            frame.writeBytes(controls);
        }
        subscriptions.clear();
        controls.clear();
        return frame;
    }

    private static int fitting(MessageId[] ids, int from, int to, int room) {
        int end = from;
        int used = 0;
        do {
            used += idSize(ids[end]);
            end++;
        } while (end < to && used + idSize(ids[end]) <= room);
        return end;
    }

    private static int idBytes(MessageId[] ids, int from, int to) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += idSize(ids[i]);
        }
        return bytes;
    }

    private static int idSize(MessageId id) {
        return 1 + Proto.varintSize(id.length()) + id.length();
    }

    private void ids(int tag, MessageId[] ids, int from, int to) {
        for (int i = from; i < to; i++) {
            controls.writeByte(tag);
            Proto.writeVarint(controls, ids[i].length());
            ids[i].writeTo(controls);
        }
    }

    private static void string(ByteBuf out, int tag, String text, int length) {
        out.writeByte(tag);
        Proto.writeVarint(out, length);
        ByteBufUtil.reserveAndWriteUtf8(out, text, length);
    }
}
