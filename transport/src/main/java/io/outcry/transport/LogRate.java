package io.outcry.transport;

import io.outcry.transport.limit.TokenBucket;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a peer can cause a thousand times a second from filling the disk: 5 lines a second after a burst of 20, and how
 * many were left out is told with the next.
 *
 * <p><b>Threading</b>: any thread.
 */
final class LogRate {

    /** Lines at once, and lines each second: enough for any operator. */
    private static final int BURST = 20;

    private static final int PER_SECOND = 5;

    private final TokenBucket bucket;
    private long leftOut;

    LogRate(long nowNs) {
        this.bucket = new TokenBucket(PER_SECOND, BURST, nowNs);
    }

    /** What to write behind the line, empty if nothing was left out before; null if this one is to be left out. */
    @Nullable
    synchronized String take(long nowNs) {
        if (!bucket.take(nowNs)) {
            leftOut++;
            return null;
        }
        String more = leftOut == 0 ? "" : " (" + leftOut + " more lines were left out)";
        leftOut = 0;
        return more;
    }
}
