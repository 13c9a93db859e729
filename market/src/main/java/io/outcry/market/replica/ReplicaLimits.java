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

    /** Of these, of one owner: a sixteenth, so that a crowd of liars is needed to keep others' out. */
    static final int FUTURE_OF_OWNER_MAX = 256;

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

    /** While times used are ahead of the clock, the limit keeps so far ahead of them: a millisecond is 65 536 times. */
    static final long HLC_USED_STEP_MS = 4;

    static final long HLC_USED_LEFT_MS = 2;

    /** Twice what a restart finds its journal ahead of an honest clock. Past it no orders are taken: they could not be sent. */
    static final long FAR_AHEAD_MS = 10_000;

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

    /** An owner that answered LIMIT gets one proposal at a time, and one more for every so many of its FILLs since. */
    static final int FILLS_A_PROPOSAL = 8;

    /** Pairs an order remembers not to try; past it the eldest is forgotten, and tried once more if it is still there. */
    static final int EXCLUSIONS_MAX = 1_024;

    /** A repeated FILL is answered this often at most. */
    static final long REPEAT_MS_MIN = 200;

    /** A proposal with a deadline farther away is not answered yet: its refusal would have to be kept as long. */
    static final long FAR_DEADLINE_MS = 120_000;

    /** Refusals: a quarter of what fits the envelopes of a second, so that fills and steps have room however many ask. */
    static final int REFUSALS_PER_S = 300;

    /** Contradictions told to the operator: whoever makes them can make many. */
    static final int NOTICES_PER_S = 1;

    static final int NOTICES_BURST = 32;

    /** Contradictions reported; every replica reports, and comparisons bring what none did. */
    static final int EVIDENCE_PER_S = 2;

    static final int EVIDENCE_BURST = 32;

    /** Refusals of one owner in a row before it is left alone for a while: a race or two, but not a lure. */
    static final int REFUSALS_IN_A_ROW = 8;

    /** How long at most: an honest owner whose orders others always reach first must not be lost to this one. */
    static final long LURED_MS_MAX = 2_000;

    /** What looking at one order in search of a maker counts: some five times what it takes, so that searches take a fifth of a thread. */
    static final long LOOK_NS = 500;

    /** Searches wait for their time once they are so far ahead of it: forty thousand orders looked at. */
    static final long LOOKS_BURST_NS = 20_000_000;

    /** Decisions kept: 64 unsettled of a thousand counterparties. Refusals take up half of it at most. */
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

    /** When the book is full, whoever has the most orders loses this part of them to make room for others. */
    static final int CROWDED_OUT_PART = 16;

    /** Orders of an owner of which steps came and the terms did not: what an envelope or two lost leaves behind. */
    static final int ORPHANS_MAX = 256;

    /** Owners known at all; when one more is heard, the one silent for longest gives way with its orders. */
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

    /** Of one owner, beside one a second: the usual one, one after many closings, one after a retreat, and as many again. */
    static final int CENSUS_BURST = 8;

    /** Two living copies of one key would fence each other without end; they do it this often at most. */
    static final long FENCE_MS = 10_000;

    static final int CENSUS_CLOSINGS = 1_000;

    /** After its expiry and this, everything about an order is dropped. */
    static final long TOMBSTONE_LIFE_MS = 24L * 60 * 60 * 1000;

    static final long ANTI_ENTROPY_MS = 30_000;

    static final long PAGE_TIMEOUT_MS = 5_000;

    /** Questions of one peer: a comparison that fetches ten thousand orders asks some sixty. */
    static final int REQUESTS_PER_S = 50;

    static final int REQUESTS_BURST = 200;

    /** A comparison that takes longer is given up: a server that answers slowly must not keep us from the others. */
    static final long COMPARISON_MS_MAX = 60_000;

    /** Who did not answer, or not to the end, is not asked again for so long. */
    static final long UNANSWERED_MS = 30_000;

    /** A difference older than this is no message on its way: gossip failed to bring it. */
    static final long OLD_NEWS_MS = 10_000;

    /** After such a difference was found, the next comparisons come this soon, until so many in a row find none. */
    static final long HEAL_MS = 2_000;

    static final int HEAL_TIMES = 4;

    /** Comparisons that find the same owner different although nothing of it changes, before that is no cause for haste. */
    static final int DOUBTS_MAX = 12;

    /** Whoever asks for an owner's list differs from us about it, so we ask back; after it had time to take in our answer. */
    static final long ASK_BACK_MS = 1_500;

    /** But not whom we compared with so lately. */
    static final long ASK_BACK_SPACING_MS = 10_000;

    /** An owner whose digest stays different though a comparison found nothing is compared after 4, 8 … 128 s. */
    static final long FRUITLESS_FIRST_MS = 4_000;

    static final long FRUITLESS_MAX_MS = 128_000;

    /** How soon a joiner asks again when all servers are busy, and how often. */
    static final long BUSY_MS = 500;

    static final int BUSY_TIMES_MAX = 60;

    /** A digest is as of the asker's clock, but no farther off ours: one of another day would be computed anew for each question. */
    static final long AS_OF_MS = 60_000;

    static final int SNAPSHOTS_AT_ONCE = 4;

    /** How long a peer makes copies before others go first: a third of the time a joiner asks busy servers. */
    static final long COPY_MS = 10_000;

    /** A peer that has taken no page for so long has made no copies before. */
    static final long COPY_FORGOTTEN_MS = 60_000;

    static final long PURGE_MS = 1_000;

    static final long NS_PER_MS = 1_000_000;

    private ReplicaLimits() {}
}
