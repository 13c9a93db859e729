package io.outcry.market.replica;

/** The numbers of docs/market-protocol.md that are one replica's own affair: quotas, back-offs, bounds. */
final class ReplicaLimits {

    // ---- time (section 6) --------------------------------------------------------------------------------------

    /** An item is applied when the own clock is this close to its HLC. */
    static final long APPLY_EARLY_MS = 250;

    /** Items farther ahead than this are dropped; anti-entropy brings them when it is time. */
    static final long FUTURE_MS_MAX = 30_000;

    /** Items that wait for their time: a few seconds of a busy market. */
    static final int FUTURE_ITEMS_MAX = 4_096;

    /** A NEW lies this close after the heartbeat it names. */
    static final long ANCHOR_MS_MAX = 10_000;

    /** Heartbeats of an owner whose hashes are remembered: twice what ANCHOR_MS_MAX needs. */
    static final int ANCHORS_MAX = 16;

    static final long HEARTBEAT_MS = 2_000;

    /** Orders of an owner not heard for this long are hidden. */
    static final long LEASE_MS = 10_000;

    /** A median offset to the peers past this stops new orders. */
    static final long SKEW_MS_MAX = 2_000;

    /** The limit of the clock is raised this far ahead of it, so a restart waits no longer than this. */
    static final long HLC_LIMIT_STEP_MS = 5_000;

    /** It is raised when no more than this is left, so that the disk has time. */
    static final long HLC_LIMIT_LEFT_MS = 2_500;

    /** Nothing is sent while the own HLC is farther ahead of the wall clock than this: others would ignore it. */
    static final long SEND_AHEAD_MS = 1_500;

    // ---- trades (section 5) ------------------------------------------------------------------------------------

    /** A hold that ends sooner is not worth proposing. */
    static final long DEADLINE_SLACK_MS = 1_000;

    static final long RESEND_FIRST_MS = 500;

    static final long RESEND_MAX_MS = 30_000;

    static final long TOPIC_RESEND_MS = 30_000;

    /** An owner silent this long past a deadline gets no new proposals. */
    static final long SILENT_MS = 10_000;

    static final long RETRY_FIRST_MS = 100;

    static final long RETRY_MAX_MS = 30_000;

    /** Proposals of this replica without an answer. */
    static final int HOLDS_MAX = 64;

    /** Pairs an order remembers not to try; past it the order proposes to nobody new until one is forgotten. */
    static final int EXCLUSIONS_MAX = 1_024;

    /** A repeated FILL is answered this often at most. */
    static final long REPEAT_MS_MIN = 200;

    /** A proposal with a deadline farther away is not answered yet: its refusal would have to be kept as long. */
    static final long FAR_DEADLINE_MS = 120_000;

    /** Decisions kept: 64 unsettled of a thousand counterparties. */
    static final int DECISIONS_MAX = 65_536;

    // ---- admission (section 9) ---------------------------------------------------------------------------------

    static final int OPEN_ORDERS_MAX = 1_000;

    static final int NEW_PER_S = 100;

    static final int NEW_BURST = 500;

    static final int ENVELOPES_PER_S = 25;

    static final int ENVELOPE_BYTES_PER_S = 512 * 1024;

    static final int PROPOSALS_PER_S = 50;

    /** Of the envelope quotas and of proposals: burst is twice the rate. */
    static final int BURST_FACTOR = 2;

    static final int ORDERS_MAX = 100_000;

    /** Owners known at all; the silent ones without orders go first. */
    static final int OWNERS_MAX = 10_000;

    /** Tombstones an owner's census has not yet retired; past it the owner's new orders are not taken. */
    static final int TOMBSTONES_MAX = 20_000;

    static final long TOPIC_SPACING_MS = 50;

    /** Items waiting to be signed; past half of it no new orders are taken. */
    static final int OUTBOX_MAX = 8_192;

    /** Hashes of trade steps remembered to tell news from repeats. */
    static final int SEEN_MAX = 32_768;

    /**
     * They are forgotten after one to two of these, well before the same step is repeated on the topic: a repeat must be
     * news to those who relay, or it would never pass the first hop.
     */
    static final long SEEN_MS = 12_000;

    /** Trades the tape remembers so as to print each once. */
    static final int TAPE_MAX = 65_536;

    // ---- retirement and sync (sections 7 and 8) -------------------------------------------------------------------

    static final long CENSUS_MS = 30_000;

    /** Two living copies of one key would fence each other without end; they do it this often at most. */
    static final long FENCE_MS = 10_000;

    static final int CENSUS_CLOSINGS = 1_000;

    /** After its expiry and this, everything about an order is dropped. */
    static final long TOMBSTONE_LIFE_MS = 24L * 60 * 60 * 1000;

    static final long ANTI_ENTROPY_MS = 30_000;

    static final long PAGE_TIMEOUT_MS = 5_000;

    static final int SNAPSHOTS_AT_ONCE = 4;

    static final long PURGE_MS = 1_000;

    static final long NS_PER_MS = 1_000_000;

    private ReplicaLimits() {}
}
