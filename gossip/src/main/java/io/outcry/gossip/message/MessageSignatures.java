package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.IdentityException;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies messages. The signature covers {@code libp2p-pubsub:} and the message without its signature and key,
 * written as go and jvm write what they have decoded: a field sent twice, out of order or with a long length is good or bad
 * everywhere alike.
 *
 * <p>Deviation: a message with a field beyond the six is not accepted. What the signature covers is then a matter of the
 * reader: go and jvm keep such a field and cover it, js, rust and nim drop it. Whoever passed it on would pass for a forger
 * with one half of its peers.
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
        if (!fields.hasFrom() || !fields.hasSignature() || fields.hasUnknown()) {
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
        byte[] bytes = new byte[PREFIX.length + fields.unsignedLength()];
        ByteBuf out = Unpooled.wrappedBuffer(bytes).clear();
        out.writeBytes(PREFIX);
        fields.writeUnsigned(out);
        return bytes;
    }
}
