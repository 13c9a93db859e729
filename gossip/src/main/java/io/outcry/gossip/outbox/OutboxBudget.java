package io.outcry.gossip.outbox;

/**
 * Bytes that may wait in all outboxes together. A frame that waits for eight peers counts eight times: the budget errs on
 * the careful side, since the frame itself is shared.
 *
 * <p><b>Threading</b>: one thread reserves and releases; any thread may read the counters.
 */
public final class OutboxBudget {

    /** 256 MiB: 64 stuck peers at the cap of 4 MiB each. */
    public static final long BYTES_MAX_DEFAULT = 256L << 20;

    private final long bytesMax;
    private volatile long used;
    private volatile long peak;
    private volatile long refused;

    public OutboxBudget(long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("bytesMax is " + bytesMax + "; it must be at least 1");
        }
        this.bytesMax = bytesMax;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    boolean reserve(long bytes) {
        if (used + bytes > bytesMax) {
            refused++;
            return false;
        }
        used += bytes;
        if (used > peak) {
            peak = used;
        }
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void release(long bytes) {
        used -= bytes;
    }

    public long bytesMax() {
        return bytesMax;
    }

    public long used() {
        return used;
    }

    public long peak() {
        return peak;
    }

    public long refused() {
        return refused;
    }
}
