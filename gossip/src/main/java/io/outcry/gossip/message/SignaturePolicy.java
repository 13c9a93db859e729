package io.outcry.gossip.message;

/**
 * Who must sign the messages of a topic; the policy is the topic's, not the node's.
 *
 * <p><b>Spec</b>: pubsub README, "Message Signing". The lax policies of old are not offered.
 */
public enum SignaturePolicy {
    /** Every message carries author, sequence number and a valid signature. */
    STRICT_SIGN,
    /** No message carries author, sequence number, signature or key: the fields are absent, not merely empty. */
    STRICT_NO_SIGN
}
