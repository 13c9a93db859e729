package io.outcry.discovery.rendezvous;

/**
 * What a rendezvous point grants.
 *
 * @param ttlMinS shortest registration, seconds; the specification's two hours unless a network changes faster
 * @param ttlDefaultS given to who names none, seconds
 * @param ttlMaxS longest registration, seconds; the specification's 72 hours at most
 * @param perPeer registrations of one peer (CVE-2026-35405: one peer could fill the point)
 * @param total registrations of all peers
 * @param recordBytes of all signed records together
 * @param pageSize registrations in one answer
 */
public record RendezvousLimits(
        long ttlMinS, long ttlDefaultS, long ttlMaxS, int perPeer, int total, long recordBytes, int pageSize) {

    /** Two hours, by the specification. */
    public static final long TTL_DEFAULT_S = 2 * 3600;

    /** 72 hours, by the specification. */
    public static final long TTL_MAX_S = 72 * 3600;

    /** Bytes of a namespace, by the specification. */
    public static final int NAMESPACE_MAX = 255;

    /** Registrations in one answer, whatever is asked for. */
    public static final int PAGE_MAX = 1_000;

    /** Bytes of one signed record: 64 addresses fit. */
    public static final int RECORD_LENGTH_MAX = 8 * 1024;

    /** As rust-libp2p has it since the advisory: 32 a peer, 10 000 in all; 16 MiB of records. */
    public static final RendezvousLimits DEFAULT =
            new RendezvousLimits(TTL_DEFAULT_S, TTL_DEFAULT_S, TTL_MAX_S, 32, 10_000, 16L << 20, 256);

    public RendezvousLimits {
        if (ttlMinS < 1 || ttlMinS > ttlDefaultS || ttlDefaultS > ttlMaxS || ttlMaxS > TTL_MAX_S) {
            throw new IllegalArgumentException("TTLs are ordered and at most 72 h: min " + ttlMinS + " s, default "
                    + ttlDefaultS + " s, max " + ttlMaxS + " s");
        }
        if (perPeer < 1 || total < perPeer || recordBytes < RECORD_LENGTH_MAX || pageSize < 1 || pageSize > PAGE_MAX) {
            throw new IllegalArgumentException("a point holds at least a registration: " + perPeer + " a peer, " + total
                    + " in all, " + recordBytes + " bytes, pages of " + pageSize);
        }
    }

    /** The same with another shortest (and, if need be, default) TTL. */
    public RendezvousLimits withTtlMinS(long seconds) {
        return new RendezvousLimits(
                seconds,
                Math.max(seconds, Math.min(ttlDefaultS, ttlMaxS)),
                ttlMaxS,
                perPeer,
                total,
                recordBytes,
                pageSize);
    }
}
