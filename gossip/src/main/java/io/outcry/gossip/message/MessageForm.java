package io.outcry.gossip.message;

/** What {@link MessageCheck} found. */
public enum MessageForm {
    /** Well-formed and as the topic's policy wants it; a signature, if there is one, is not verified yet. */
    GOOD,
    /** The topic is not joined, or the message names none. */
    NOT_JOINED,
    /** Not a protobuf message. */
    MALFORMED,
    /** Longer than the topic allows. */
    TOO_LONG,
    /** A field is there that the policy forbids, or one it demands is missing. */
    POLICY,
    /** The author is no peer id, the sequence number has not eight bytes, or the id cannot be made. */
    IDENTITY;

    /** True if the sender is to blame; who sends for a topic we left is not. */
    public boolean isInvalid() {
        return this != GOOD && this != NOT_JOINED;
    }
}
