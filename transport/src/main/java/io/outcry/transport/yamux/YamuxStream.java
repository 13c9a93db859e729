package io.outcry.transport.yamux;

import io.outcry.transport.muxer.SendQueue;
import io.outcry.transport.muxer.Turns;

/** The state of one stream; fields are the session's and its writer's, nobody else sees them. */
final class YamuxStream {

    final int id;
    final long handle;
    final boolean outbound;

    final SendQueue queue = new SendQueue();
    final Turns.Place<YamuxStream> control = new Turns.Place<>(this);
    final Turns.Place<YamuxStream> data = new Turns.Place<>(this);

    /** Bytes the peer lets us send. */
    long sendWindow = Yamux.WINDOW_START;
    /** Bytes we still let the peer send. */
    long receiveWindow = Yamux.WINDOW_START;
    /** What the receive window is refilled to; autotuning makes it grow. */
    long window = Yamux.WINDOW_START;
    /** What the peer may send beyond {@link #window}, which was larger when it was told so. */
    long excess;
    /** The part of {@link #window} reserved in the budget. */
    long reserved;
    /** Bytes delivered and not yet consumed. */
    long unconsumed;
    /** Credit owed to the peer, which the next window update carries. */
    long credit;
    /** When half a window was last consumed. */
    long refilledNs;

    boolean synDue;
    boolean ackDue;
    boolean acknowledged;
    boolean writeClosing;
    boolean writeClosed;
    boolean remoteClosed;

    YamuxStream(int id, long handle, boolean outbound, long nowNs) {
        this.id = id;
        this.handle = handle;
        this.outbound = outbound;
        this.refilledNs = nowNs;
    }

    /** Bytes that may go out now. */
    long sendable() {
        return Math.min(queue.bytes(), Math.max(0, sendWindow));
    }

    boolean finDue() {
        return writeClosing && !writeClosed && queue.isEmpty();
    }
}
