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
    IDENTITY,
    /** Signed, with a field beyond the six: whether the signature covers it depends on who reads it. */
    AMBIGUOUS;

    /** True if the sender is to blame; who sends for a topic we left is not, nor who passes on what its own rules allow. */
    public boolean isInvalid() {
        return this != GOOD && this != NOT_JOINED && this != AMBIGUOUS;
    }
}
