package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.IdentityException;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies messages. The signature covers {@code libp2p-pubsub:} and the message without its signature and key:
 * the bytes as they came with those two fields cut out; if the fields were not in ascending order, they are put so.
 *
 * <p>Deviation: the README leaves out the signature only; every implementation leaves out the key as well, and so do we.
 *
 * <p><b>Threading</b>: pure functions.
 *
 * <p><b>Spec</b>: pubsub README, "Message Signing".
 */
public final class MessageSignatures {

    private static final byte[] PREFIX = "libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII);
    /** A protobuf RSA key of 8192 bits has 1038 bytes; nothing longer is a key. */
    private static final int KEY_LENGTH_MAX = 2048;

    private MessageSignatures() {}

    /** True if the author's key, inlined in {@code from} or attached and matching it, signed the message. */
    public static boolean verify(GossipMessage message) {
        MessageFields fields = message.fields();
        if (!fields.hasFrom() || !fields.hasSignature()) {
            return false;
        }
        PublicKey key = keyOf(fields);
        return key != null && key.verify(signed(fields), fields.signature());
    }

    private static @Nullable PublicKey keyOf(MessageFields fields) {
        PeerId author = PeerId.tryFrom(fields.from());
        if (author == null) {
            return null;
        }
        if (!fields.hasKey()) {
            return author.inlineKey().orElse(null);
        }
        byte[] encoded = fields.key();
        if (encoded.length > KEY_LENGTH_MAX) {
            return null;
        }
        try {
            PublicKey attached = PublicKey.decode(encoded);
            return author.matches(attached) ? attached : null;
        } catch (IdentityException malformed) {
            return null;
        }
    }

    /** What the signature of a message covers. */
    static byte[] signed(MessageFields fields) {
        ByteBuf raw = fields.buffer();
        ByteBuf out = Unpooled.buffer(PREFIX.length + fields.length());
        out.writeBytes(PREFIX);
        int lastKnown = fields.ascending() ? 0 : MessageFields.TOPIC;
        for (int field = fields.ascending() ? 0 : MessageFields.FROM; field <= lastKnown; field++) {
            copy(fields, raw, out, field);
        }
        if (!fields.ascending()) {
            copy(fields, raw, out, MessageFields.KEY + 1);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Copies field {@code wanted}, or all but signature and key for 0, or all unknown ones for those past the key. */
    private static void copy(MessageFields fields, ByteBuf raw, ByteBuf out, int wanted) {
        Proto proto = new Proto();
        proto.wrap(raw, fields.start(), fields.length());
        int start = proto.position();
        while (proto.nextTag()) {
            int field = proto.field();
            boolean excluded = field == MessageFields.SIGNATURE || field == MessageFields.KEY;
            proto.skip();
            boolean copied = wanted > MessageFields.KEY ? field >= wanted : wanted == 0 ? !excluded : field == wanted;
            if (copied) {
                out.writeBytes(raw, start, proto.position() - start);
            }
            start = proto.position();
        }
    }
}
