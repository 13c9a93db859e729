package io.outcry.transport.muxer;

/** Notices that output waits and nobody pulls it: the peer does not read, or the socket is stuck. */
public final class StallWatch {

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final long limitNs;
    private long waitingSinceNs = NOT_WAITING;
    private long lastNs;

    /** @param limitNs how long output may wait without any progress */
    public StallWatch(long limitNs, long nowNs) {
        this.limitNs = limitNs;
        this.lastNs = nowNs;
    }

    /** What the state is now; call it on every input that carries the time. */
    public void observe(boolean outputWaits, long nowNs) {
        lastNs = nowNs;
        if (!outputWaits) {
            waitingSinceNs = NOT_WAITING;
        } else if (waitingSinceNs == NOT_WAITING) {
            waitingSinceNs = nowNs;
        }
    }

    /** Some output left. */
    public void onProgress(boolean outputStillWaits, long nowNs) {
        lastNs = nowNs;
        waitingSinceNs = outputStillWaits ? nowNs : NOT_WAITING;
    }

    public boolean isStalled(long nowNs) {
        return waitingSinceNs != NOT_WAITING && nowNs - waitingSinceNs >= limitNs;
    }

    /** When to look again; {@link Long#MAX_VALUE} if nothing waits. */
    public long deadlineNs(boolean outputWaits) {
        if (!outputWaits) {
            return Long.MAX_VALUE;
        }
        return (waitingSinceNs == NOT_WAITING ? lastNs : waitingSinceNs) + limitNs;
    }
}
