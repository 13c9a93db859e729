package io.outcry.transport.yamux;

import io.netty.buffer.ByteBuf;
import io.outcry.transport.muxer.Entry;
import io.outcry.transport.muxer.FrameCutter;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.MuxerLimits;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.OpenRate;
import io.outcry.transport.muxer.PendingResets;
import io.outcry.transport.muxer.StallWatch;
import io.outcry.transport.muxer.WindowBudget;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A yamux session.
 *
 * <p>Credit returns when the application consumed, not when bytes arrived, and only when half a window is due. A window
 * whose half is consumed within four round trips doubles, as far as {@link YamuxParams#windowMax} and the
 * {@link WindowBudget} allow; what it grew by is given back when half of it lasts 30 s. Every flag bit of a frame is honoured, in the order open, acknowledge, reset, data, close;
 * what is sent carries one flag a frame, since deployed peers read only the first.
 *
 * <p><b>Threading</b>, <b>Ownership</b>, <b>Errors</b>: as {@link Muxer} says.
 *
 * <p><b>Spec</b>: hashicorp yamux as libp2p profiles it, {@code /yamux/1.0.0}. A reset carries its code in the length of
 * a window update, as go does. Deviation: a stream is acknowledged when the sink accepts it, not on first use. Deviation:
 * the peer may open streams at a limited rate only, and is told to go away beyond it.
 */
public final class Yamux implements Muxer {

    public static final String PROTOCOL = "/yamux/1.0.0";

    /** The window every stream starts with, in both directions, whatever is configured (spec). */
    public static final int WINDOW_START = 256 << 10;

    /** Good-bye codes of the spec. */
    public static final int GO_AWAY_NORMAL = 0;

    public static final int GO_AWAY_PROTOCOL = 1;
    public static final int GO_AWAY_INTERNAL = 2;

    /** Reset codes of libp2p: too many streams; no more streams. */
    public static final int RESET_RESOURCE_LIMIT = 0x1002;

    public static final int RESET_SHUTDOWN = 0x1007;

    /** The highest id of a stream, lest ids wrap. */
    private static final long STREAM_ID_MAX = Frames.U32_MAX - 2;

    private static final long MS = 1_000_000L;

    private final YamuxParams params;
    private final MuxerLimits limits;
    private final MuxerSink sink;
    private final ReceiveWindows windows;
    private final int peerParity;
    private final Int2ObjectHashMap<YamuxStream> streams = new Int2ObjectHashMap<>();
    private final Input input = new Input();
    private final Entry entry = new Entry();
    private final FrameCutter cutter = new FrameCutter();
    private final FrameWriter writer;
    private final KeepAlive keepAlive;
    private final StallWatch stall;
    private final OpenRate openRate;

    private long nextId;
    private int handleCount;
    private int inbound;
    private int outbound;
    private int unacknowledged;
    private long unconsumed;
    private long drainedBytes;
    private long drainedFrames;
    private long pongsDropped;
    private boolean leaving;
    private boolean peerLeaving;
    private boolean over;
    private boolean closed;

    /** @param client true for the end that dialled: it opens odd ids */
    public Yamux(boolean client, YamuxParams params, WindowBudget budget, MuxerSink sink, long nowNs) {
        this.params = params;
        this.limits = params.limits();
        this.sink = sink;
        this.windows = new ReceiveWindows(params, budget);
        this.nextId = client ? 1 : 2;
        this.peerParity = client ? 0 : 1;
        this.writer = new FrameWriter(sink, this::onFullyClosed, limits.frameDataMax());
        this.keepAlive = new KeepAlive(params.keepAliveMs(), params.pingTimeoutMs(), nowNs);
        this.stall = new StallWatch(limits.writeTimeoutMs() * MS, nowNs);
        this.openRate = new OpenRate(limits.openBurst(), limits.openPerSecond(), nowNs);
    }

    @Override
    public void onBytes(ByteBuf in, long nowNs) {
        entry.enter();
        try {
            keepAlive.onLifeSign(nowNs);
            input.nowNs = nowNs;
            cutter.cut(in, input);
            stall.observe(writer.hasOutput(), nowNs);
        } finally {
            entry.leave();
        }
    }

    @Override
    public void onTick(long nowNs) {
        entry.enter();
        try {
            if (over) {
                return;
            }
            if (inputPaused()) {
                keepAlive.onLifeSign(nowNs);
            }
            stall.observe(writer.hasOutput(), nowNs);
            windows.onTick(streams.values(), nowNs);
            if (keepAlive.startIfDue(nowNs)) {
                writer.ping(keepAlive.value());
            } else if (stall.isStalled(nowNs)) {
                fail(MuxerError.TIMEOUT, "output made no progress for " + limits.writeTimeoutMs() + " ms");
            } else if (keepAlive.isSilent(nowNs)) {
                fail(MuxerError.TIMEOUT, "no answer to a ping for " + params.pingTimeoutMs() + " ms");
            }
        } finally {
            entry.leave();
        }
    }

    @Override
    public long nextDeadlineNs() {
        if (over) {
            return Long.MAX_VALUE;
        }
        long quiet = Math.min(keepAlive.deadlineNs(), windows.dueNs());
        return Math.min(quiet, stall.deadlineNs(writer.hasOutput()));
    }

    @Override
    public long openStream(long nowNs) {
        entry.requireOutside();
        if (over || leaving || peerLeaving || nextId > STREAM_ID_MAX) {
            return REFUSED_GOING_AWAY;
        }
        if (outbound >= limits.outboundStreamsMax()) {
            return REFUSED_STREAM_LIMIT;
        }
        if (unacknowledged >= params.ackBacklogMax()) {
            return REFUSED_ACK_BACKLOG;
        }
        YamuxStream stream = register((int) nextId, true, nowNs);
        nextId += 2;
        outbound++;
        unacknowledged++;
        stream.synDue = true;
        writer.owes(stream);
        return stream.handle;
    }

    @Override
    public boolean takeWrite(long handle, ByteBuf data) {
        entry.requireOutside();
        YamuxStream stream = find(handle);
        if (stream == null || stream.writeClosing) {
            data.release();
            return false;
        }
        stream.queue.take(data);
        writer.consider(stream);
        return true;
    }

    @Override
    public void closeWrite(long handle) {
        entry.requireOutside();
        YamuxStream stream = find(handle);
        if (stream != null && !stream.writeClosing) {
            stream.writeClosing = true;
            writer.consider(stream);
        }
    }

    @Override
    public void reset(long handle, long code) {
        entry.requireOutside();
        if (code < 0 || code > Frames.U32_MAX) {
            throw new IllegalArgumentException("a reset code is an unsigned 32-bit number, not " + code);
        }
        YamuxStream stream = find(handle);
        if (stream == null) {
            return;
        }
        boolean peerKnowsIt = !stream.synDue;
        forget(stream);
        if (peerKnowsIt && !writer.reset(stream.id, code)) {
            fail(MuxerError.LIMIT, PendingResets.TOO_MANY);
        }
    }

    @Override
    public void onConsumed(long handle, int bytes, long nowNs) {
        entry.requireOutside();
        YamuxStream stream = find(handle);
        if (stream == null) {
            return;
        }
        if (bytes < 0 || bytes > stream.unconsumed) {
            throw new IllegalArgumentException(
                    bytes + " bytes consumed of a stream that has " + stream.unconsumed + " to consume");
        }
        stream.unconsumed -= bytes;
        unconsumed -= bytes;
        if (stream.remoteClosed || bytes == 0) {
            return;
        }
        if (windows.onConsumed(stream, bytes, keepAlive.rttNs(), nowNs)) {
            writer.owes(stream);
        }
    }

    @Override
    public long queuedBytes(long handle) {
        YamuxStream stream = find(handle);
        return stream == null ? 0 : stream.queue.bytes();
    }

    @Override
    public long unconsumedBytes() {
        return unconsumed;
    }

    @Override
    public int streamCount() {
        return streams.size();
    }

    /** The round trip, smoothed; -1 before the first pong. */
    public long roundTripNs() {
        return keepAlive.rttNs();
    }

    /** Bytes of frames for streams that are not, or no longer, known. */
    public long drainedBytes() {
        return drainedBytes;
    }

    /** Frames for streams that are not, or no longer, known. */
    public long drainedFrames() {
        return drainedFrames;
    }

    /** Pings not answered, because the peer did not read the answers to those before. */
    public long pongsDropped() {
        return pongsDropped;
    }

    /** The receive window of a stream as autotuning left it, bytes; 0 for an unknown stream. */
    public long window(long handle) {
        YamuxStream stream = find(handle);
        return stream == null ? 0 : stream.window;
    }

    @Override
    public void goAway(long code) {
        entry.requireOutside();
        if (code < 0 || code > Frames.U32_MAX) {
            throw new IllegalArgumentException("a go-away code is an unsigned 32-bit number, not " + code);
        }
        if (!over && !leaving) {
            leaving = true;
            writer.goAway((int) code);
        }
    }

    @Override
    public boolean controlBacklogFull() {
        return !over && writer.isBackedUp();
    }

    @Override
    public boolean inputPaused() {
        return controlBacklogFull() || unconsumed >= limits.unconsumedMax();
    }

    @Override
    public boolean hasOutput() {
        return writer.hasOutput();
    }

    @Override
    public int write(ByteBuf out, int max, long nowNs) {
        entry.enter();
        try {
            int start = out.writerIndex();
            boolean pingWaited = writer.pingDue();
            writer.write(out, start + max);
            if (pingWaited && !writer.pingDue()) {
                keepAlive.onWritten(nowNs);
            }
            int written = out.writerIndex() - start;
            if (written > 0) {
                stall.onProgress(writer.hasOutput(), nowNs);
            }
            return written;
        } finally {
            entry.leave();
        }
    }

    @Override
    public void close() {
        entry.requireOutside();
        if (!closed) {
            closed = true;
            over = true;
            dropEverything();
        }
    }

    private void dropEverything() {
        for (YamuxStream stream : streams.values()) {
            stream.queue.close();
            windows.release(stream);
        }
        streams.clear();
        writer.clear();
        inbound = 0;
        outbound = 0;
        unacknowledged = 0;
        unconsumed = 0;
        input.body = null;
    }

    private void fail(MuxerError error, String why) {
        if (over) {
            return;
        }
        over = true;
        dropEverything();
        writer.goAway(error == MuxerError.TIMEOUT ? GO_AWAY_INTERNAL : GO_AWAY_PROTOCOL);
        sink.onSessionError(error, why);
    }

    private YamuxStream register(int id, boolean outboundStream, long nowNs) {
        handleCount = handleCount + 1 & Integer.MAX_VALUE;
        long handle = (long) handleCount << 32 | (id & Frames.U32_MAX);
        YamuxStream stream = new YamuxStream(id, handle, outboundStream, nowNs);
        windows.start(stream);
        streams.put(id, stream);
        return stream;
    }

    private void forget(YamuxStream stream) {
        streams.remove(stream.id);
        writer.forget(stream);
        stream.queue.close();
        windows.release(stream);
        unconsumed -= stream.unconsumed;
        if (stream.outbound) {
            outbound--;
            acknowledge(stream);
        } else {
            inbound--;
        }
        if (input.body == stream) {
            input.body = null;
        }
    }

    /** Any frame of the peer's on our stream proves that it knows the stream, flag or not. */
    private void acknowledge(YamuxStream stream) {
        if (stream.outbound && !stream.acknowledged) {
            stream.acknowledged = true;
            unacknowledged--;
        }
    }

    private void onFullyClosed(YamuxStream stream) {
        forget(stream);
        sink.onClosed(stream.handle);
    }

    private @Nullable YamuxStream find(long handle) {
        YamuxStream stream = streams.get((int) handle);
        return stream != null && stream.handle == handle ? stream : null;
    }

    /** What a peer's frames mean. */
    private final class Input implements FrameCutter.Protocol {

        private final HeaderReader header = new HeaderReader();

        private long nowNs;
        /** Whose data follows; null while the body of a stream unknown is drained. */
        private @Nullable YamuxStream body;

        private boolean finAfterBody;

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public long onHeader(ByteBuf in) {
            if (!header.read(in)) {
                return FrameCutter.INCOMPLETE;
            }
            if (header.version == Frames.VERSION) {
                onFrame(header.type, header.flags, header.stream, header.length);
            } else {
                fail(MuxerError.PROTOCOL, "a frame of version " + header.version);
            }
            return header.type == Frames.DATA ? header.length : 0;
        }

        private void onFrame(int type, int flags, int id, long length) {
            switch (type) {
                case Frames.DATA, Frames.WINDOW_UPDATE -> onStreamFrame(type, flags, id, length);
                case Frames.PING -> onPing(flags, id, (int) length);
                case Frames.GO_AWAY -> onGoAway(id, length);
                default -> fail(MuxerError.PROTOCOL, "a frame of type " + type);
            }
        }

        @Override
        public void onBody(ByteBuf part) {
            YamuxStream stream = body;
            int length = part.readableBytes();
            if (stream == null) {
                drainedBytes += length;
                return;
            }
            stream.unconsumed += length;
            unconsumed += length;
            sink.onData(stream.handle, part);
        }

        @Override
        public void onBodyEnd() {
            YamuxStream stream = body;
            body = null;
            if (stream != null && finAfterBody) {
                onFin(stream);
            }
        }

        private void onStreamFrame(int type, int flags, int id, long length) {
            if (id == 0) {
                fail(MuxerError.PROTOCOL, "a stream's frame on stream 0");
                return;
            }
            boolean data = type == Frames.DATA;
            body = null;
            YamuxStream stream = streams.get(id);
            if ((flags & Frames.SYN) != 0) {
                stream = onSyn(id, stream, flags, data ? length : 0);
            }
            if (stream == null || over) {
                drain(data ? length : 0);
                return;
            }
            acknowledge(stream);
            if ((flags & Frames.RST) != 0) {
                onRst(stream, data, length);
            } else if (data) {
                onDataFrame(stream, flags, length);
            } else {
                onCredit(stream, flags, length);
            }
        }

        private void drain(long length) {
            drainedFrames++;
            if (length > params.windowMax()) {
                fail(MuxerError.PROTOCOL, "a frame of " + length + " bytes, more than any window");
            }
        }

        /** The stream that is open now, or null if it was refused or the session ended. */
        private @Nullable YamuxStream onSyn(int id, @Nullable YamuxStream known, int flags, long length) {
            if ((id & 1) != peerParity) {
                fail(MuxerError.PROTOCOL, "stream " + Integer.toUnsignedString(id) + " has this side's parity");
            } else if (known != null) {
                fail(MuxerError.PROTOCOL, "stream " + Integer.toUnsignedString(id) + " is open already");
            } else if (length > WINDOW_START) {
                fail(MuxerError.PROTOCOL, "a stream opened with " + length + " bytes, more than its window");
            } else if (!openRate.take(nowNs)) {
                fail(MuxerError.LIMIT, "streams are opened faster than " + limits.openPerSecond() + " a second");
            } else if ((flags & Frames.RST) == 0) {
                return accept(id);
            }
            return null;
        }

        private @Nullable YamuxStream accept(int id) {
            if (leaving) {
                refuse(id, RESET_SHUTDOWN);
                return null;
            }
            if (inbound >= limits.inboundStreamsMax()) {
                refuse(id, RESET_RESOURCE_LIMIT);
                return null;
            }
            YamuxStream stream = register(id, false, nowNs);
            inbound++;
            if (!sink.onStreamOpened(stream.handle)) {
                forget(stream);
                refuse(id, RESET_RESOURCE_LIMIT);
                return null;
            }
            stream.ackDue = true;
            writer.owes(stream);
            return stream;
        }

        private void refuse(int id, long code) {
            if (!writer.reset(id, code)) {
                fail(MuxerError.LIMIT, PendingResets.TOO_MANY);
            }
        }

        private void onRst(YamuxStream stream, boolean data, long length) {
            if (data && length > 0) {
                fail(MuxerError.PROTOCOL, "a reset with " + length + " bytes of data");
                return;
            }
            forget(stream);
            sink.onReset(stream.handle, length);
        }

        private void onDataFrame(YamuxStream stream, int flags, long length) {
            if (stream.remoteClosed && length > 0) {
                fail(MuxerError.PROTOCOL, "data on a stream the peer had closed");
                return;
            }
            if (length > stream.receiveWindow) {
                fail(MuxerError.PROTOCOL, length + " bytes sent with " + stream.receiveWindow + " in the window");
                return;
            }
            stream.receiveWindow -= length;
            body = stream;
            finAfterBody = (flags & Frames.FIN) != 0;
        }

        private void onCredit(YamuxStream stream, int flags, long delta) {
            if (stream.sendWindow + delta > Frames.U32_MAX) {
                fail(MuxerError.PROTOCOL, "a window update of " + delta + " overflows the window");
                return;
            }
            stream.sendWindow += delta;
            writer.consider(stream);
            if ((flags & Frames.FIN) != 0) {
                onFin(stream);
            }
        }

        private void onFin(YamuxStream stream) {
            if (stream.remoteClosed) {
                return;
            }
            stream.remoteClosed = true;
            sink.onRemoteClosed(stream.handle);
            if (stream.writeClosed) {
                onFullyClosed(stream);
            }
        }

        private void onPing(int flags, int id, int value) {
            boolean ask = (flags & Frames.SYN) != 0;
            boolean answer = (flags & Frames.ACK) != 0;
            if (id != 0 || ask == answer) {
                fail(MuxerError.PROTOCOL, "a ping with flags " + flags + " on stream " + id);
            } else if (ask) {
                if (!writer.pong(value)) {
                    pongsDropped++;
                }
            } else {
                long rttNs = keepAlive.onPong(value, nowNs);
                if (rttNs > 0) {
                    sink.onRoundTrip(rttNs);
                }
            }
        }

        private void onGoAway(int id, long code) {
            if (id != 0) {
                fail(MuxerError.PROTOCOL, "a go-away on stream " + Integer.toUnsignedString(id));
            } else if (!peerLeaving) {
                peerLeaving = true;
                sink.onGoAway(code);
            }
        }
    }
}
