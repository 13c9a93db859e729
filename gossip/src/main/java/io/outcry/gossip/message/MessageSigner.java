package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the messages of this node, signed or bare as the topic's policy says. The sequence number is a counter that starts
 * at a time of day in nanoseconds: it grows over restarts, as replay checks of other implementations expect.
 *
 * <p>The key is attached only if the author's id does not hold it (RSA, ECDSA).
 *
 * <p><b>Threading</b>: any thread.
 */
public final class MessageSigner {

    private final PrivateKey key;
    private final byte[] author;
    private final byte[] attachedKey;
    private final AtomicLong seqno;
    private final ByteBufAllocator allocator;

    /**
     * A signer.
     *
     * @param firstSeqno the first sequence number, the time of day in nanoseconds
     */
    public MessageSigner(PrivateKey key, long firstSeqno, ByteBufAllocator allocator) {
        this.key = key;
        this.allocator = allocator;
        PeerId id = key.peerId();
        author = id.bytes();
        attachedKey = id.inlineKey().isPresent() ? new byte[0] : key.publicKey().encoded();
        seqno = new AtomicLong(firstSeqno);
    }

    /**
     * Makes a message.
     *
     * @param data borrowed until return
     * @param hash confined to the caller
     * @return the caller's to release
     */
    public GossipMessage sign(TopicRule rule, ByteBuf data, SaltedHash hash) {
        ByteBuf message = Unpooled.buffer(data.readableBytes() + 256);
        boolean signs = rule.policy() == SignaturePolicy.STRICT_SIGN;
        if (signs) {
            field(message, MessageFields.FROM, author);
        }
        tag(message, MessageFields.DATA, data.readableBytes());
        message.writeBytes(data, data.readerIndex(), data.readableBytes());
        if (signs) {
            tag(message, MessageFields.SEQNO, Long.BYTES);
            message.writeLong(seqno.getAndIncrement());
        }
        byte[] topic = rule.topic().getBytes(StandardCharsets.UTF_8);
        field(message, MessageFields.TOPIC, topic);
        if (signs) {
            MessageFields unsigned = new MessageFields();
            unsigned.wrap(message, 0, message.readableBytes());
            field(message, MessageFields.SIGNATURE, key.sign(MessageSignatures.signed(unsigned)));
            if (attachedKey.length > 0) {
                field(message, MessageFields.KEY, attachedKey);
            }
        }
        MessageFields fields = new MessageFields();
        fields.wrap(message, 0, message.readableBytes());
        byte[] id = rule.messageId().idOf(fields);
        if (id == null) {
            throw new IllegalStateException("the message-id function of topic " + rule.topic() + " gave no id for "
                    + ByteBufUtil.hexDump(message, 0, Math.min(64, message.readableBytes())));
        }
        return GossipMessage.copying(fields, rule.topic(), MessageId.of(id, hash), allocator);
    }

    private static void field(ByteBuf out, int field, byte[] value) {
        tag(out, field, value.length);
        out.writeBytes(value);
    }

    private static void tag(ByteBuf out, int field, int length) {
        out.writeByte(field << 3 | Proto.BYTES);
        Proto.writeVarint(out, length);
    }
}
