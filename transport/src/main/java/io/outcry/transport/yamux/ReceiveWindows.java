package io.outcry.transport.yamux;

import io.outcry.transport.muxer.WindowBudget;

/**
 * How much the peer may send, and when it hears so: after half a window was consumed, and more if that went fast.
 *
 * <p>The windows of all streams together grow no further than what the connection may hold unconsumed. Otherwise a peer that
 * sends what it may would have its socket paused, and behind the data lies the credit our own writes wait for: two ends that
 * consume as they write would wait for each other.
 */
final class ReceiveWindows {

    /** A half window consumed within so many round trips is one the peer had to wait for. */
    private static final long FAST_ROUND_TRIPS = 4;

    private final YamuxParams params;
    private final WindowBudget budget;
    /** The windows of all streams that live. */
    private long granted;

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
        stream.credit += bytes;
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

    /** The stream ended. */
    void release(YamuxStream stream) {
        granted -= stream.window;
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
        }
    }
}
