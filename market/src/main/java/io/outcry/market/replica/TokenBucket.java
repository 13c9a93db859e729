package io.outcry.market.replica;

/** A rate with a burst, in whole tokens and milliseconds of whatever clock its user holds it to. */
final class TokenBucket {

    private static final long MS_PER_S = 1_000;

    private final long perSecond;
    private final long burst;
    /** Thousandths of a token. */
    private long level;

    private long atMs = Long.MIN_VALUE;

    TokenBucket(long perSecond, long burst) {
        this.perSecond = perSecond;
        this.burst = burst;
        level = burst * MS_PER_S;
    }

    /** Takes tokens if there are so many. A clock that goes back gives nothing. */
    boolean take(long tokens, long nowMs) {
        refill(nowMs);
        if (level < tokens * MS_PER_S) {
            return false;
        }
        level -= tokens * MS_PER_S;
        return true;
    }

    boolean has(long tokens, long nowMs) {
        refill(nowMs);
        return level >= tokens * MS_PER_S;
    }

    private void refill(long nowMs) {
        if (atMs == Long.MIN_VALUE) {
            atMs = nowMs;
        } else if (nowMs > atMs) {
            long passedMs = Math.min(nowMs - atMs, burst * MS_PER_S / perSecond + 1);
            level = Math.min(burst * MS_PER_S, level + passedMs * perSecond);
            atMs = nowMs;
        }
    }
}
