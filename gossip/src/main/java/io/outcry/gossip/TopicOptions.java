package io.outcry.gossip;

import io.outcry.gossip.message.MessageIdFunction;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.router.TopicParams;
import java.util.Optional;

/**
 * One topic: every peer of it must agree on {@code policy} and {@code messageId}.
 *
 * @param policy who signs
 * @param messageId how messages are named
 * @param messageLengthMax bytes of a message with all its fields, both ways
 * @param validator decides about messages; empty accepts all that is well-formed and signed
 * @param mesh the degrees of the mesh
 */
public record TopicOptions(
        SignaturePolicy policy,
        MessageIdFunction messageId,
        int messageLengthMax,
        Optional<Validator> validator,
        TopicParams mesh) {

    /** The frame limit of most implementations, less what an RPC adds. */
    public static final int MESSAGE_LENGTH_MAX_DEFAULT = (1 << 20) - 1024;

    /** Signed messages named by author and sequence number: the specification's defaults. */
    public static final TopicOptions SIGNED = new TopicOptions(
            SignaturePolicy.STRICT_SIGN,
            MessageIds.FROM_SEQNO,
            MESSAGE_LENGTH_MAX_DEFAULT,
            Optional.empty(),
            TopicParams.DEFAULT);

    /** Bare messages named by the SHA-256 of their data. */
    public static final TopicOptions UNSIGNED = new TopicOptions(
            SignaturePolicy.STRICT_NO_SIGN,
            MessageIds.SHA256_DATA,
            MESSAGE_LENGTH_MAX_DEFAULT,
            Optional.empty(),
            TopicParams.DEFAULT);

    public TopicOptions {
        // The rule's own checks, early, where the mistake is made.
        TopicRule unused = new TopicRule("", policy, messageId, messageLengthMax);
    }

    public TopicOptions withMessageId(MessageIdFunction function) {
        return new TopicOptions(policy, function, messageLengthMax, validator, mesh);
    }

    public TopicOptions withMessageLengthMax(int bytes) {
        return new TopicOptions(policy, messageId, bytes, validator, mesh);
    }

    public TopicOptions withValidator(Validator newValidator) {
        return new TopicOptions(policy, messageId, messageLengthMax, Optional.of(newValidator), mesh);
    }

    public TopicOptions withMesh(TopicParams params) {
        return new TopicOptions(policy, messageId, messageLengthMax, validator, params);
    }

    TopicRule rule(String topic) {
        return new TopicRule(topic, policy, messageId, messageLengthMax);
    }
}
