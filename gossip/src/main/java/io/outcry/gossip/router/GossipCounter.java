package io.outcry.gossip.router;

/** What a router counts. */
public enum GossipCounter {
    RPCS_IN,
    MESSAGES_IN,
    MESSAGES_DUPLICATE,
    MESSAGES_DELIVERED,
    MESSAGES_FORWARDED,
    MESSAGES_PUBLISHED,
    /** Messages of topics this node has not joined. */
    MESSAGES_NOT_JOINED,
    /** Messages that name this node as author but came from others. */
    MESSAGES_SELF_ORIGIN,
    /** Messages refused for their form or signature. */
    MESSAGES_INVALID,
    MESSAGES_REJECTED,
    MESSAGES_IGNORED,
    /** Messages dropped because too many wait for a verdict. */
    MESSAGES_THROTTLED,
    VERDICTS_TIMED_OUT,
    SUBSCRIPTIONS_REFUSED,
    GRAFTS_SENT,
    GRAFTS_IN,
    GRAFTS_IN_BACKOFF,
    GRAFTS_FLOODED,
    PRUNES_SENT,
    PRUNES_IN,
    IHAVES_SENT,
    IHAVE_IDS_SENT,
    IHAVES_IN,
    IHAVES_IGNORED,
    IWANT_IDS_SENT,
    IWANT_IDS_IN,
    IWANTS_IGNORED,
    IWANTS_SERVED,
    PROMISES_KEPT,
    PROMISES_BROKEN,
    HEARTBEATS,
    /** Heartbeats that came more than a tenth of the interval late. */
    HEARTBEATS_LATE
}
