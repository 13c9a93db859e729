package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.MuxerSink;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a muxer says, kept until its call has returned: so nothing a user does in a callback can reach the machine in the
 * middle of its work. Bounded by one input batch, some 64 KiB of frames.
 *
 * <p><b>Threading</b>: confined to the event loop. <b>Ownership</b>: data events own a slice until they are taken.
 */
final class MuxEvents implements MuxerSink {

    enum Kind {
        DATA,
        REMOTE_CLOSED,
        RESET,
        FAILED,
        CLOSED,
        GO_AWAY,
        SESSION_ERROR
    }

    record Event(Kind kind, long stream, @Nullable ByteBuf data, long code, MuxerError error, String why) {}

    /** Asked at once, since the muxer needs the answer. */
    interface Synchronous {
        boolean onStreamOpened(long stream);

        void onWritten(long stream, int bytes);

        void onWriteClosed(long stream);

        void onRoundTrip(long rttNs);
    }

    private final Synchronous now;
    private final ArrayDeque<Event> events = new ArrayDeque<>();

    MuxEvents(Synchronous now) {
        this.now = now;
    }

    @Nullable
    Event poll() {
        return events.poll();
    }

    void close() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            if (event.data() != null) {
                event.data().release();
            }
        }
    }

    private void add(Kind kind, long stream, @Nullable ByteBuf data, long code) {
        events.add(new Event(kind, stream, data, code, MuxerError.PROTOCOL, ""));
    }

    @Override
    public boolean onStreamOpened(long stream) {
        return now.onStreamOpened(stream);
    }

    @Override
    public void onData(long stream, ByteBuf data) {
        add(Kind.DATA, stream, data.retainedSlice(), 0);
    }

    @Override
    public void onRemoteClosed(long stream) {
        add(Kind.REMOTE_CLOSED, stream, null, 0);
    }

    @Override
    public void onReset(long stream, long code) {
        add(Kind.RESET, stream, null, code);
    }

    @Override
    public void onStreamFailed(long stream, MuxerError error, String why) {
        events.add(new Event(Kind.FAILED, stream, null, 0, error, why));
    }

    @Override
    public void onWritten(long stream, int bytes) {
        now.onWritten(stream, bytes);
    }

    @Override
    public void onWriteClosed(long stream) {
        now.onWriteClosed(stream);
    }

    @Override
    public void onClosed(long stream) {
        add(Kind.CLOSED, stream, null, 0);
    }

    @Override
    public void onRoundTrip(long rttNs) {
        now.onRoundTrip(rttNs);
    }

    @Override
    public void onGoAway(long code) {
        add(Kind.GO_AWAY, 0, null, code);
    }

    @Override
    public void onSessionError(MuxerError error, String why) {
        events.add(new Event(Kind.SESSION_ERROR, 0, null, 0, error, why));
    }
}
