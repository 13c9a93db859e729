package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Checks everything about a message that costs little: form, topic, length, policy, id. What it finds {@code GOOD} is
 * then looked up by its id, and only if that is new copied ({@link #take}) and its signature verified
 * ({@link MessageSignatures#verify}).
 *
 * <p><b>Threading</b>: confined; a connection or a simulated node has its own.
 *
 * <p><b>Errors</b>: nothing throws because of the message. An id function of the user that throws counts as
 * {@link MessageForm#IDENTITY}.
 *
 * <p><b>Spec</b>: pubsub README, "Message Signing" and "Message Identification".
 */
public final class MessageCheck {

    private static final int SEQNO_BYTES = 8;

    private final SaltedHash hash;
    private final MessageFields fields = new MessageFields();
    private @Nullable TopicRule rule;
    private byte[] id = new byte[0];

    public MessageCheck(Salt salt) {
        hash = new SaltedHash(salt);
    }

    /** Looks at {@code length} bytes at the absolute index {@code offset} of a buffer, borrowed until the next call. */
    public MessageForm check(ByteBuf buffer, int offset, int length, TopicRules rules) {
        rule = null;
        if (!fields.wrap(buffer, offset, length)) {
            return MessageForm.MALFORMED;
        }
        TopicRule found = fields.hasTopic() ? rules.find(buffer, fields.topicOffset(), fields.topicLength()) : null;
        if (found == null) {
            return MessageForm.NOT_JOINED;
        } else if (length > found.messageLengthMax()) {
            return MessageForm.TOO_LONG;
        } else if (!obeys(found.policy())) {
            return MessageForm.POLICY;
        } else if (found.policy() == SignaturePolicy.STRICT_SIGN && fields.seqnoLength() != SEQNO_BYTES) {
            return MessageForm.IDENTITY;
        } else if (found.policy() == SignaturePolicy.STRICT_SIGN && fields.hasUnknown()) {
            return MessageForm.AMBIGUOUS;
        }
        byte[] named = idOf(found.messageId());
        if (named == null) {
            return MessageForm.IDENTITY;
        }
        id = named;
        hash.hash(named);
        rule = found;
        return MessageForm.GOOD;
    }

    /** True if the message found good last has a signature to verify. */
    public boolean isSigned() {
        return rule != null && rule.policy() == SignaturePolicy.STRICT_SIGN;
    }

    /** The salted key of the message's id. */
    public long idHigh() {
        return hash.high();
    }

    /** The salted key of the message's id. */
    public long idLow() {
        return hash.low();
    }

    /** The id of the message found good last. */
    public MessageId id() {
        return MessageId.ofHashed(id, hash);
    }

    /**
     * The message found good last, in a frame of its own. <b>Ownership</b>: the caller's to release.
     *
     * @param wholeFrame the frame it came in, prefix at its index 0, if that holds nothing else; it is then shared. Null:
     *     the message is copied
     */
    public GossipMessage take(@Nullable ByteBuf wholeFrame, ByteBufAllocator allocator) {
        TopicRule found = rule;
        if (found == null) {
            throw new IllegalStateException("no message was found good");
        }
        return wholeFrame != null
                ? GossipMessage.sharing(wholeFrame, fields, found.topic(), id())
                : GossipMessage.copying(fields, found.topic(), id(), allocator);
    }

    private boolean obeys(SignaturePolicy policy) {
        return switch (policy) {
            case STRICT_SIGN -> fields.hasFrom() && fields.hasSeqno() && fields.hasSignature();
            case STRICT_NO_SIGN ->
                !fields.hasFrom() && !fields.hasSeqno() && !fields.hasSignature() && !fields.hasKey();
        };
    }

    private byte @Nullable [] idOf(MessageIdFunction function) {
        try {
            return function.idOf(fields);
        } catch (RuntimeException e) {
            return null;
        }
    }
}
