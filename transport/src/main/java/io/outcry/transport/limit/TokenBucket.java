package io.outcry.transport.limit;

/**
 * Allows a burst, then a rate. A machine: time is an argument.
 *
 * <p><b>Threading</b>: confined.
 */
public final class TokenBucket {

    private static final double SECOND_NS = 1e9;

    private final double perSecond;
    private final double burst;
    private double tokens;
    private long filledNs;

    /**
     * @param perSecond tokens that come back each second
     * @param burst tokens at most, and at the start
     */
    public TokenBucket(double perSecond, double burst, long nowNs) {
        if (!(perSecond > 0) || !(burst >= 1)) {
            throw new IllegalArgumentException(
                    "a bucket needs a rate > 0 and a burst >= 1: " + perSecond + ", " + burst);
        }
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filledNs = nowNs;
    }

    /** Takes a token; false if there is none. */
    public boolean take(long nowNs) {
        fill(nowNs);
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    /** True if nobody took a token for so long that the bucket is as new. */
    public boolean isFull(long nowNs) {
        fill(nowNs);
        return tokens >= burst;
    }

    private void fill(long nowNs) {
        long elapsedNs = nowNs - filledNs;
        if (elapsedNs > 0) {
            tokens = Math.min(burst, tokens + elapsedNs / SECOND_NS * perSecond);
            filledNs = nowNs;
        }
    }
}
