package io.outcry.transport.yamux;

/** One ping at a time: whether the peer lives, and how far away it is. */
final class KeepAlive {

    private static final long MS = 1_000_000L;

    private final long intervalNs;
    private final long timeoutNs;
    private long dueNs;
    private long lifeSignNs;
    private boolean asked;
    private boolean written;
    private int value;
    private long writtenNs;
    private long rttNs = -1;

    KeepAlive(long intervalMs, long timeoutMs, long nowNs) {
        this.intervalNs = intervalMs * MS;
        this.timeoutNs = timeoutMs * MS;
        this.dueNs = nowNs;
        this.lifeSignNs = nowNs;
    }

    /** The round trip, smoothed; -1 before the first pong. */
    long rttNs() {
        return rttNs;
    }

    /** The value the ping under way carries. */
    int value() {
        return value;
    }

    /** True if a ping is to be written now; it is then under way until its pong. */
    boolean startIfDue(long nowNs) {
        if (intervalNs == 0 || asked || nowNs < dueNs) {
            return false;
        }
        asked = true;
        written = false;
        value++;
        lifeSignNs = nowNs;
        dueNs = nowNs + intervalNs;
        return true;
    }

    void onWritten(long nowNs) {
        written = true;
        writtenNs = nowNs;
        lifeSignNs = nowNs;
    }

    /** Something came from the peer, or we chose not to listen: either way silence proves nothing. */
    void onLifeSign(long nowNs) {
        lifeSignNs = nowNs;
    }

    /** The round trip of the ping answered, or -1 if nobody asked for this pong. */
    long onPong(int echoed, long nowNs) {
        if (!asked || !written || echoed != value) {
            return -1;
        }
        asked = false;
        long sample = Math.max(1, nowNs - writtenNs);
        rttNs = rttNs < 0 ? sample : (7 * rttNs + sample) / 8;
        return sample;
    }

    boolean isSilent(long nowNs) {
        return asked && nowNs - lifeSignNs >= timeoutNs;
    }

    long deadlineNs() {
        if (intervalNs == 0) {
            return Long.MAX_VALUE;
        }
        return asked ? lifeSignNs + timeoutNs : dueNs;
    }
}
