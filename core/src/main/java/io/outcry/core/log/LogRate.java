package io.outcry.core.log;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a peer can cause a thousand times a second from filling the disk: 5 lines a second after a burst of 20, and how
 * many were left out is told with the next.
 *
 * <p><b>Threading</b>: any thread.
 *
 * <p><b>Units</b>: monotonic nanoseconds, which may start anywhere.
 */
public final class LogRate {

    /** Lines at once, and lines each second: enough for any operator. */
    private static final int BURST = 20;

    private static final int PER_SECOND = 5;

    private static final long LINE_NS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    /** Up to when lines are used up; behind the present by what may still be written, a burst at most. */
    private long usedUntilNs;

    private long leftOut;

    public LogRate(long nowNs) {
        usedUntilNs = nowNs - BURST * LINE_NS;
    }

    /** What to write behind the line, empty if nothing was left out before; null if this one is to be left out. */
    public synchronized @Nullable String take(long nowNs) {
        if (nowNs - usedUntilNs > BURST * LINE_NS) {
            usedUntilNs = nowNs - BURST * LINE_NS;
        }
        if (nowNs - usedUntilNs < LINE_NS) {
            leftOut++;
            return null;
        }
        usedUntilNs += LINE_NS;
        String more = leftOut == 0 ? "" : " (" + leftOut + " more lines were left out)";
        leftOut = 0;
        return more;
    }
}
