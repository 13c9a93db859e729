package io.outcry.transport.mplex;

import io.outcry.transport.muxer.SendQueue;
import io.outcry.transport.muxer.Turns;

/** The state of one stream; fields are the session's. */
final class MplexStream {

    final long id;
    final long handle;
    final boolean outbound;

    final SendQueue queue = new SendQueue();
    final Turns.Place<MplexStream> opening = new Turns.Place<>(this);
    final Turns.Place<MplexStream> data = new Turns.Place<>(this);

    /** Bytes delivered and not yet consumed. */
    long unconsumed;

    boolean writeClosing;
    boolean writeClosed;
    boolean remoteClosed;

    MplexStream(long id, long handle, boolean outbound) {
        this.id = id;
        this.handle = handle;
        this.outbound = outbound;
    }

    /** The two ends count their streams apart, so an id means a stream only together with who opened it. */
    static long key(long id, boolean outbound) {
        return id << 1 | (outbound ? 1 : 0);
    }

    boolean hasOutput() {
        return !queue.isEmpty() || (writeClosing && !writeClosed);
    }
}
