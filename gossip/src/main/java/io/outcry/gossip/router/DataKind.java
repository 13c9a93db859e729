package io.outcry.gossip.router;

/** Why a message goes to a peer; when room is short, the first of these gives way to the later ones. */
public enum DataKind {
    /** A message of somebody else, passed on. */
    FORWARD,
    /** An answer to an IWANT. */
    REPLY,
    /** A message of this node. */
    PUBLISH
}
