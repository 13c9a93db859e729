package io.outcry.gossip.message;

/**
 * What the bytes of a topic's messages must prove.
 *
 * @param topic the name
 * @param policy who signs
 * @param messageId how messages are named
 * @param messageLengthMax bytes of a message, all its fields together
 */
public record TopicRule(String topic, SignaturePolicy policy, MessageIdFunction messageId, int messageLengthMax) {

    public TopicRule {
        if (messageLengthMax < 1) {
            throw new IllegalArgumentException(
                    "messageLengthMax of topic " + topic + " is " + messageLengthMax + "; it must be at least 1");
        }
        if (policy == SignaturePolicy.STRICT_NO_SIGN && messageId == MessageIds.FROM_SEQNO) {
            throw new IllegalArgumentException(
                    "topic " + topic + " has messages without author (STRICT_NO_SIGN), so their"
                            + " id cannot be FROM_SEQNO; choose SHA256_DATA or another function of the content");
        }
    }
}
