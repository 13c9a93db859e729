package io.outcry.market;

/** The numbers of docs/market-protocol.md that both sides of the wire must agree on. */
public final class MarketLimits {

    /** Items of an envelope (section 3). */
    public static final int ENVELOPE_ITEMS_MAX = 64;

    /** Bytes of an envelope (section 9). */
    public static final int ENVELOPE_BYTES_MAX = 16 * 1024;

    /** Bytes of a census body (section 7). */
    public static final int CENSUS_BYTES_MAX = 4 * 1024;

    /** Bytes of a snapshot page or a sync answer (section 8). */
    public static final int PAGE_BYTES_MAX = 256 * 1024;

    /** Bytes of any request; the longest asks for 64 owners or 256 orders by key. */
    public static final int REQUEST_BYTES_MAX = 24 * 1024;

    /** UTF-8 bytes of an account's name. */
    public static final int ACCOUNT_BYTES_MAX = 32;

    /** Bytes of a signature: secp256k1 in DER is the longest. */
    public static final int SIGNATURE_BYTES_MAX = 80;

    /** Bytes of an owner's peer id: a secp256k1 key inside an identity multihash has 39. */
    public static final int OWNER_BYTES_MAX = 42;

    /** An IOC or FOK order ends this soon after its HLC (section 5). */
    public static final long IMMEDIATE_LIFE_MS = 5_000;

    /** The nearest deadline of a proposal, after its HLC (section 5). */
    public static final long DEADLINE_MIN_MS = 1_000;

    /** The farthest. */
    public static final long DEADLINE_MAX_MS = 30_000;

    /** An envelope's HLC is not older than this (section 6). */
    public static final long WINDOW_BACK_MS = 30_000;

    /** Nor farther ahead than this. */
    public static final long WINDOW_AHEAD_MS = 2_000;

    /** Owners in one sync request. */
    public static final int SYNC_OWNERS_MAX = 64;

    /** Orders in one sync request. */
    public static final int SYNC_ORDERS_MAX = 256;

    private MarketLimits() {}
}
