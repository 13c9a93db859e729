package io.outcry.gossip.rpc;

/** Why a frame of a peer was refused as a whole; its stream is then reset. */
public enum RpcError {
    /** The announced length is over {@link RpcLimits#frameLengthMax}, or is no varint. */
    FRAME_LENGTH,
    /** Not well-formed protobuf. */
    MALFORMED,
    TOO_MANY_SUBSCRIPTIONS,
    TOO_MANY_MESSAGES,
    TOO_MANY_IHAVES,
    TOO_MANY_IHAVE_IDS,
    TOO_MANY_IWANTS,
    TOO_MANY_IWANT_IDS,
    TOO_MANY_GRAFTS,
    TOO_MANY_PRUNES,
    TOO_MANY_PRUNE_PEERS,
    /** Entries of fields that this node skips: controls of later versions and unknown fields. */
    TOO_MANY_SKIPPED
}
