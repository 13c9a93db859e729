package io.outcry.market.replica;

import io.outcry.market.Hlc;
import io.outcry.market.wire.Wire;

/**
 * The time of one replica: the monotonic clock for waiting, the wall clock for dates, and the hybrid clock that never
 * goes back, not even across a restart: before a millisecond is used, a limit past it is in the journal, and a restart
 * begins at that limit.
 *
 * <p><b>Spec</b>: docs/market-protocol.md sections 6 and 7.
 */
final class ReplicaClock {

    private final DurabilityGate gate;
    private long nowNs;
    private long epochMs;
    private long steadyMs;
    private long lastHlc;
    private long limitMs;
    private long durableLimitMs;

    ReplicaClock(DurabilityGate gate) {
        this.gate = gate;
    }

    /** A limit read from the journal. */
    void restore(long hlcLimit) {
        lastHlc = Math.max(lastHlc, hlcLimit);
        steadyMs = Math.max(steadyMs, Hlc.ms(hlcLimit));
    }

    void advance(long newNowNs, long newEpochMs) {
        nowNs = newNowNs;
        epochMs = newEpochMs;
        steadyMs = Math.max(steadyMs, newEpochMs);
        // Past the wall clock, after a restart, only the counter moves: a little is enough, or each restart would add
        // to the wait.
        long usedMs = Hlc.ms(lastHlc);
        if (newEpochMs + ReplicaLimits.HLC_LIMIT_LEFT_MS > limitMs
                || usedMs + ReplicaLimits.HLC_USED_LEFT_MS > limitMs) {
            long raisedMs =
                    Math.max(newEpochMs + ReplicaLimits.HLC_LIMIT_STEP_MS, usedMs + ReplicaLimits.HLC_USED_STEP_MS);
            limitMs = raisedMs;
            gate.append(Wire.Record.newBuilder().setHlcLimit(Hlc.of(raisedMs)).build());
            gate.thenLast(() -> durableLimitMs = Math.max(durableLimitMs, raisedMs));
        }
    }

    long nowNs() {
        return nowNs;
    }

    long epochMs() {
        return epochMs;
    }

    /** Wall time that never goes back: what deadlines and expiries are held against. */
    long steadyMs() {
        return steadyMs;
    }

    /** The limit last appended. */
    long limitMs() {
        return limitMs;
    }

    /** When the monotonic clock will stand where the wall clock stands at {@code atMs}, if both run evenly. */
    long nsAt(long atMs) {
        long aheadMs = Math.max(0, Math.min(atMs - epochMs, Long.MAX_VALUE / ReplicaLimits.NS_PER_MS / 4));
        return nowNs + aheadMs * ReplicaLimits.NS_PER_MS;
    }

    long nsAfter(long ms) {
        return nowNs + ms * ReplicaLimits.NS_PER_MS;
    }

    /** A new time, later than any given or seen. */
    long next() {
        lastHlc = Math.max(Hlc.of(epochMs), lastHlc + 1);
        return lastHlc;
    }

    /** The latest time given or seen. */
    long last() {
        return lastHlc;
    }

    /** The time of an item that was applied: what is made from now on is later. */
    void observe(long hlc) {
        lastHlc = Math.max(lastHlc, hlc);
    }

    /** Whether a time made now may be sent: the limit past it is durable, and others will not find it too far ahead. */
    boolean maySend() {
        long ms = Math.max(epochMs, Hlc.ms(lastHlc + 1));
        return ms < durableLimitMs && ms <= epochMs + ReplicaLimits.SEND_AHEAD_MS;
    }

    /** How far the times used are ahead of the wall clock, if so far that it, or the clock they came from, must be wrong; else 0. */
    long farAheadMs() {
        long aheadMs = Hlc.ms(lastHlc) - epochMs;
        return aheadMs > ReplicaLimits.FAR_AHEAD_MS ? aheadMs : 0;
    }

    /** When {@link #maySend} may turn true without anything happening but time. */
    long maySendAtNs() {
        return nsAt(Hlc.ms(lastHlc + 1) - ReplicaLimits.SEND_AHEAD_MS);
    }
}
