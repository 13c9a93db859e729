package io.outcry.gossip.router;

/** Why a peer left a mesh or was not let in. */
public enum PruneReason {
    /** The peer sent PRUNE. */
    BY_PEER,
    /** The peer unsubscribed. */
    UNSUBSCRIBED,
    /** The peer is gone. */
    GONE,
    /** This node left the topic. */
    LEAVING,
    /** The mesh was over D_high. */
    TOO_MANY,
    /** Its GRAFT came within a backoff. */
    BACKOFF,
    /** Its GRAFT came while the mesh was full. */
    FULL,
    /** It is a direct peer; those are in no mesh. */
    DIRECT
}
