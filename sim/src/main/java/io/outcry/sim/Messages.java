package io.outcry.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.outcry.core.multiformats.Varint;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.message.TopicRule;

/** Own messages as bytes: data and topic, no author and no signature, as market topics have them. */
final class Messages {

    private static final int DATA_TAG = 2 << 3 | 2;
    private static final int TOPIC_TAG = 4 << 3 | 2;
    private static final int PUBLISH_TAG = 2 << 3 | 2;

    private Messages() {}

    /** A message. <b>Ownership</b>: owned by the caller. */
    static GossipMessage of(TopicRule rule, byte[] data, SaltedHash hash, ByteBufAllocator allocator) {
        String topic = rule.topic();
        ByteBuf bytes = allocator.buffer(data.length + ByteBufUtil.utf8MaxBytes(topic) + 16);
        try {
            bytes.writeByte(DATA_TAG);
            Varint.write(bytes, data.length);
            bytes.writeBytes(data);
            bytes.writeByte(TOPIC_TAG);
            Varint.write(bytes, ByteBufUtil.utf8Bytes(topic));
            ByteBufUtil.writeUtf8(bytes, topic);
            MessageFields fields = new MessageFields();
            byte[] id = fields.wrap(bytes, 0, bytes.readableBytes())
                    ? rule.messageId().idOf(fields)
                    : null;
            if (id == null) {
                throw new IllegalStateException("a message just made cannot be read");
            }
            return GossipMessage.copying(fields, topic, MessageId.of(id, hash), allocator);
        } finally {
            bytes.release();
        }
    }

    /** Whether a frame of an outbox, with its length prefix, carries a message; control travels in frames of its own. */
    static boolean isMessageFrame(ByteBuf frame) {
        int at = frame.readerIndex();
        while (frame.getByte(at) < 0) {
            at++;
        }
        return frame.readableBytes() > 1 && frame.getByte(at + 1) == PUBLISH_TAG;
    }
}
