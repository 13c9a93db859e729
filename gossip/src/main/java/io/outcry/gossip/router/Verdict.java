package io.outcry.gossip.router;

/**
 * What a validator says of a message.
 *
 * <p><b>Spec</b>: gossipsub-v1.1, "Extended Validators".
 */
public enum Verdict {
    /** Valid: delivered and forwarded. */
    ACCEPT,
    /** Invalid, and its sender should have known: neither delivered nor forwarded, counted against the sender. */
    REJECT,
    /** Neither delivered nor forwarded; nobody is blamed. */
    IGNORE
}
