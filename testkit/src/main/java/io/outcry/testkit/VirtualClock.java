package io.outcry.testkit;

/**
 * Time that moves only when told: what a machine takes as {@code nowNs} and {@code epochMs}.
 *
 * <p><b>Threading</b>: one thread. <b>Units</b>: last in every name.
 */
public final class VirtualClock {

    /** An arbitrary date (2026-01-01T00:00Z), so that wall time never looks like monotonic time. */
    public static final long EPOCH_START_MS = 1_767_225_600_000L;

    private final long startNs;
    private long nowNs;
    private long epochSkewMs;

    /** A clock whose monotonic time starts at an odd figure, so that nobody takes it for an age. */
    public VirtualClock() {
        this(7_000_000_001L);
    }

    /** A clock whose monotonic time starts at {@code startNs}; a negative start finds comparisons that forgot overflow. */
    public VirtualClock(long startNs) {
        this.startNs = startNs;
        this.nowNs = startNs;
    }

    /** Monotonic time. */
    public long nowNs() {
        return nowNs;
    }

    /** Wall time: moves with {@link #nowNs}, and jumps with {@link #jumpEpochMs}. */
    public long epochMs() {
        return EPOCH_START_MS + (nowNs - startNs) / 1_000_000L + epochSkewMs;
    }

    /** Moves both times on. */
    public VirtualClock advanceNs(long ns) {
        if (ns < 0) {
            throw new IllegalArgumentException("monotonic time does not go back, asked for " + ns + " ns");
        }
        nowNs += ns;
        return this;
    }

    /** Moves both times on. */
    public VirtualClock advanceMs(long ms) {
        return advanceNs(Math.multiplyExact(ms, 1_000_000L));
    }

    /** Moves both times on to the given moment; does nothing if that is past. */
    public VirtualClock advanceToNs(long targetNs) {
        if (targetNs - nowNs > 0) {
            nowNs = targetNs;
        }
        return this;
    }

    /** Lets the wall clock alone jump, either way, as an operator or NTP would. */
    public VirtualClock jumpEpochMs(long byMs) {
        epochSkewMs += byMs;
        return this;
    }
}
