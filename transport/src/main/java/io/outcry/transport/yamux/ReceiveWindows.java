package io.outcry.transport.yamux;

import io.outcry.transport.muxer.WindowBudget;

/**
 * How much the peer may send, and when it hears so: after half a window was consumed, and more if that went fast. A window
 * nobody used for a while holds no memory: what it grew by is given back, and grows again as it did before.
 *
 * <p>The windows of all streams together grow no further than what the connection may hold unconsumed. Otherwise a peer that
 * sends what it may would have its socket paused, and behind the data lies the credit our own writes wait for: two ends that
 * consume as they write would wait for each other.
 */
final class ReceiveWindows {

    /** A half window consumed within so many round trips is one the peer had to wait for. */
    private static final long FAST_ROUND_TRIPS = 4;
    /** A window whose half lasts longer is more than its stream needs: the largest one, at less than 280 kB a second. */
    private static final long IDLE_NS = 30_000_000_000L;

    private final YamuxParams params;
    private final WindowBudget budget;
    /** The windows of all streams that live, and what their peers may send beyond them. */
    private long granted;
    /** When a window may have been idle for long enough. */
    private long dueNs = Long.MAX_VALUE;

    ReceiveWindows(YamuxParams params, WindowBudget budget) {
        this.params = params;
        this.budget = budget;
    }

    /** What is configured beyond the protocol's window is granted with the open or its acknowledgement. */
    void start(YamuxStream stream) {
        granted += stream.window;
        grow(stream, params.initialWindow() - stream.window);
    }

    /** The application consumed bytes; true if a window update is due. */
    boolean onConsumed(YamuxStream stream, int bytes, long rttNs, long nowNs) {
        stream.credit += bytes - keepBack(stream, bytes);
        if (stream.credit < stream.window / 2 || stream.control.queued()) {
            return false;
        }
        long sinceNs = nowNs - stream.refilledNs;
        stream.refilledNs = nowNs;
        if (rttNs > 0 && sinceNs < FAST_ROUND_TRIPS * rttNs) {
            grow(stream, Math.min(stream.window, params.windowMax() - stream.window));
        }
        return true;
    }

    /**
     * Takes the memory of idle windows back. The peer has their credit still, since no frame can take it away: of what it sends,
     * so much is not credited again.
     */
    void onTick(Iterable<YamuxStream> streams, long nowNs) {
        if (nowNs < dueNs) {
            return;
        }
        dueNs = Long.MAX_VALUE;
        for (YamuxStream stream : streams) {
            if (stream.reserved > 0 && nowNs - stream.refilledNs >= IDLE_NS) {
                shrink(stream);
            } else if (stream.reserved > 0) {
                dueNs = Math.min(dueNs, stream.refilledNs + IDLE_NS);
            }
        }
    }

    /** When {@link #onTick} is next wanted; {@link Long#MAX_VALUE} for never. */
    long dueNs() {
        return dueNs;
    }

    private void shrink(YamuxStream stream) {
        budget.release(stream.reserved);
        stream.window -= stream.reserved;
        stream.excess += stream.reserved;
        stream.reserved = 0;
        // What the peer was not told of yet need not be told.
        stream.credit -= keepBack(stream, stream.credit);
    }

    /** Of credit that would go back to the peer, what it has too much; that is settled then. */
    private long keepBack(YamuxStream stream, long bytes) {
        long kept = Math.min(bytes, stream.excess);
        stream.excess -= kept;
        granted -= kept;
        return kept;
    }

    /** The stream ended. */
    void release(YamuxStream stream) {
        granted -= stream.window + stream.excess;
        if (stream.reserved > 0) {
            budget.release(stream.reserved);
            stream.reserved = 0;
        }
    }

    private void grow(YamuxStream stream, long wanted) {
        long more = Math.min(wanted, params.limits().unconsumedMax() - granted);
        if (more > 0 && budget.reserve(more)) {
            granted += more;
            stream.window += more;
            stream.reserved += more;
            stream.credit += more;
            dueNs = Math.min(dueNs, stream.refilledNs + IDLE_NS);
        }
    }
}
