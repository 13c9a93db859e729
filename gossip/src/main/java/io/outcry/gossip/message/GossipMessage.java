package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A message on its way: one frame, ready to be sent as it is, that holds this message and nothing else.
 *
 * <pre>
 * frame = varint(length) · 0x12 · varint(message length) · the message's bytes as they came
 * </pre>
 *
 * <p><b>Threading</b>: immutable but for a count that belongs to the router's thread; the reference count is atomic.
 *
 * <p><b>Ownership</b>: born with one reference, which its holder gives up with {@link #release}. Whoever keeps it longer
 * than the call it came with calls {@link #retain}. The frame's indices are never moved: all its readers share them.
 */
public final class GossipMessage {

    private static final int PUBLISH_TAG = 2 << 3 | Proto.BYTES;

    private final ByteBuf frame;
    private final MessageFields fields;
    private final String topic;
    private final MessageId id;
    /** In how many outboxes of its router it waits; only the router's thread knows. */
    private int waiting;

    private GossipMessage(ByteBuf frame, MessageFields fields, String topic, MessageId id) {
        this.frame = frame;
        this.fields = fields;
        this.topic = topic;
        this.id = id;
    }

    /**
     * The message of a frame, prefix at index 0, that holds nothing else; the frame is retained, not copied, and its reader
     * index moved to the prefix.
     */
    public static GossipMessage sharing(ByteBuf wholeFrame, MessageFields fields, String topic, MessageId id) {
        ByteBuf frame = wholeFrame.readerIndex(0).retain();
        return new GossipMessage(frame, fields.movedTo(frame, fields.start()), topic, id);
    }

    /** The message copied into a frame of its own. */
    public static GossipMessage copying(MessageFields fields, String topic, MessageId id, ByteBufAllocator allocator) {
        int length = fields.length();
        int body = 1 + Proto.varintSize(length) + length;
        ByteBuf frame = allocator.buffer(Proto.varintSize(body) + body);
        Proto.writeVarint(frame, body);
        frame.writeByte(PUBLISH_TAG);
        Proto.writeVarint(frame, length);
        int start = frame.writerIndex();
        frame.writeBytes(fields.buffer(), fields.start(), length);
        return new GossipMessage(frame, fields.movedTo(frame, start), topic, id);
    }

    public String topic() {
        return topic;
    }

    public MessageId id() {
        return id;
    }

    public MessageFields fields() {
        return fields;
    }

    /** The whole frame with its length prefix; borrowed. */
    public ByteBuf frame() {
        return frame;
    }

    /** Bytes of the frame. */
    public int frameLength() {
        return frame.readableBytes();
    }

    /** It waits in one more outbox; true if that is the first. The router's thread only. */
    public boolean onQueued() {
        return waiting++ == 0;
    }

    /** It waits in one outbox less; true if that was the last. The router's thread only. */
    public boolean onUnqueued() {
        return --waiting == 0;
    }

    public GossipMessage retain() {
        frame.retain();
        return this;
    }

    public void release() {
        frame.release();
    }

    @Override
    public String toString() {
        return "GossipMessage[" + topic + " " + id + ", " + frameLength() + " bytes]";
    }
}
