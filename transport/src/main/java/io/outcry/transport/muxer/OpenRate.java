package io.outcry.transport.muxer;

/**
 * A token bucket over the streams a peer opens, against open-and-reset churn, which no muxer specification forbids.
 */
public final class OpenRate {

    private static final long SECOND_NS = 1_000_000_000L;

    private final long burst;
    private final long perSecond;
    private long tokens;
    private long refilledNs;

    /**
     * @param burst streams that may be opened at once, at least 1
     * @param perSecond tokens that come back each second, at least 1
     */
    public OpenRate(int burst, int perSecond, long nowNs) {
        if (burst < 1 || perSecond < 1) {
            throw new IllegalArgumentException("burst " + burst + " and rate " + perSecond + " must be at least 1");
        }
        this.burst = burst;
        this.perSecond = perSecond;
        this.tokens = burst;
        this.refilledNs = nowNs;
    }

    /** Takes a token; false if the peer opens streams faster than allowed. */
    public boolean take(long nowNs) {
        long spacingNs = Math.max(1, SECOND_NS / perSecond);
        long elapsedNs = nowNs - refilledNs;
        if (elapsedNs >= spacingNs) {
            long gained = elapsedNs / spacingNs;
            if (tokens + gained >= burst) {
                tokens = burst;
                refilledNs = nowNs;
            } else {
                tokens += gained;
                refilledNs += gained * spacingNs;
            }
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
