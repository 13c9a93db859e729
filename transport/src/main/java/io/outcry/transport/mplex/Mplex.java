package io.outcry.transport.mplex;

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
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An mplex session.
 *
 * <p>mplex has no windows, pings or go-away: {@link #goAway} refuses streams from now on and says nothing on the wire,
 * reset codes are lost, and a peer that sends faster than the application reads is held by
 * {@link MplexParams.Overflow}.
 *
 * <p><b>Threading</b>, <b>Ownership</b>, <b>Errors</b>: as {@link Muxer} says.
 *
 * <p><b>Spec</b>: libp2p mplex, {@code /mplex/6.7.0} (deprecated). Deviation: the peer may open streams at a limited rate
 * only.
 */
public final class Mplex implements Muxer {

    public static final String PROTOCOL = "/mplex/6.7.0";

    /** Longest body of a frame (spec); checked on the prefix. */
    public static final int MESSAGE_LENGTH_MAX = 1 << 20;

    /** Ids have 60 bits (spec). */
    private static final long ID_MAX = (1L << 60) - 1;

    private static final long MS = 1_000_000L;

    private final MplexParams params;
    private final MuxerLimits limits;
    private final MuxerSink sink;
    private final Long2ObjectHashMap<MplexStream> byKey = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<MplexStream> byHandle = new Long2ObjectHashMap<>();
    private final Input input = new Input();
    private final Entry entry = new Entry();
    private final FrameCutter cutter = new FrameCutter();
    private final FrameWriter writer;
    private final StallWatch stall;
    private final OpenRate openRate;

    private long nextId;
    private long lastHandle;
    private int inbound;
    private int outbound;
    private int overfull;
    private long unconsumed;
    private long drainedBytes;
    private long drainedFrames;
    private boolean leaving;
    private boolean over;
    private boolean closed;

    public Mplex(MplexParams params, MuxerSink sink, long nowNs) {
        this.params = params;
        this.limits = params.limits();
        this.sink = sink;
        this.writer = new FrameWriter(sink, this::onFullyClosed, limits.frameDataMax());
        this.stall = new StallWatch(limits.writeTimeoutMs() * MS, nowNs);
        this.openRate = new OpenRate(limits.openBurst(), limits.openPerSecond(), nowNs);
    }

    @Override
    public void onBytes(ByteBuf in, long nowNs) {
        entry.enter();
        try {
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
            stall.observe(writer.hasOutput(), nowNs);
            if (!over && stall.isStalled(nowNs)) {
                fail(MuxerError.TIMEOUT, "output made no progress for " + limits.writeTimeoutMs() + " ms");
            }
        } finally {
            entry.leave();
        }
    }

    @Override
    public long nextDeadlineNs() {
        return over ? Long.MAX_VALUE : stall.deadlineNs(writer.hasOutput());
    }

    @Override
    public long openStream(long nowNs) {
        entry.requireOutside();
        if (over || leaving || nextId > ID_MAX) {
            return REFUSED_GOING_AWAY;
        }
        if (outbound >= limits.outboundStreamsMax()) {
            return REFUSED_STREAM_LIMIT;
        }
        MplexStream stream = register(nextId++, true);
        outbound++;
        writer.open(stream);
        return stream.handle;
    }

    @Override
    public boolean takeWrite(long handle, ByteBuf data) {
        entry.requireOutside();
        MplexStream stream = byHandle.get(handle);
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
        MplexStream stream = byHandle.get(handle);
        if (stream != null && !stream.writeClosing) {
            stream.writeClosing = true;
            writer.consider(stream);
        }
    }

    /** The code is lost: mplex has no place for it. */
    @Override
    public void reset(long handle, long code) {
        entry.requireOutside();
        MplexStream stream = byHandle.get(handle);
        if (stream == null) {
            return;
        }
        boolean peerKnowsIt = !stream.opening.queued();
        forget(stream);
        if (peerKnowsIt) {
            sendReset(stream.id, stream.outbound);
        }
    }

    @Override
    public void onConsumed(long handle, int bytes, long nowNs) {
        entry.requireOutside();
        MplexStream stream = byHandle.get(handle);
        if (stream == null) {
            return;
        }
        if (bytes < 0 || bytes > stream.unconsumed) {
            throw new IllegalArgumentException(
                    bytes + " bytes consumed of a stream that has " + stream.unconsumed + " to consume");
        }
        boolean wasOverfull = isOverfull(stream);
        stream.unconsumed -= bytes;
        unconsumed -= bytes;
        if (wasOverfull && !isOverfull(stream)) {
            overfull--;
        }
    }

    @Override
    public long queuedBytes(long handle) {
        MplexStream stream = byHandle.get(handle);
        return stream == null ? 0 : stream.queue.bytes();
    }

    @Override
    public long unconsumedBytes() {
        return unconsumed;
    }

    @Override
    public int streamCount() {
        return byHandle.size();
    }

    /** Bytes read for nobody: of streams that are not, or no longer, known, and the names of new ones. */
    public long drainedBytes() {
        return drainedBytes;
    }

    /** Frames for streams that are not, or no longer, known. */
    public long drainedFrames() {
        return drainedFrames;
    }

    @Override
    public void goAway(long code) {
        entry.requireOutside();
        leaving = true;
    }

    @Override
    public boolean controlBacklogFull() {
        return !over && writer.isBackedUp();
    }

    @Override
    public boolean inputPaused() {
        return controlBacklogFull()
                || unconsumed >= limits.unconsumedMax()
                || (overfull > 0 && params.overflow() == MplexParams.Overflow.BLOCK);
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
            writer.write(out, start + max);
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
        for (MplexStream stream : byHandle.values()) {
            stream.queue.close();
        }
        byHandle.clear();
        byKey.clear();
        writer.clear();
        inbound = 0;
        outbound = 0;
        overfull = 0;
        unconsumed = 0;
        input.body = null;
    }

    private void fail(MuxerError error, String why) {
        if (over) {
            return;
        }
        over = true;
        dropEverything();
        sink.onSessionError(error, why);
    }

    private MplexStream register(long id, boolean outboundStream) {
        MplexStream stream = new MplexStream(id, ++lastHandle, outboundStream);
        byKey.put(MplexStream.key(id, outboundStream), stream);
        byHandle.put(stream.handle, stream);
        return stream;
    }

    private void forget(MplexStream stream) {
        byKey.remove(MplexStream.key(stream.id, stream.outbound));
        byHandle.remove(stream.handle);
        writer.forget(stream);
        stream.queue.close();
        unconsumed -= stream.unconsumed;
        if (isOverfull(stream)) {
            overfull--;
        }
        if (stream.outbound) {
            outbound--;
        } else {
            inbound--;
        }
        if (input.body == stream) {
            input.body = null;
        }
    }

    private boolean isOverfull(MplexStream stream) {
        return stream.unconsumed > params.streamUnconsumedMax();
    }

    private void sendReset(long id, boolean outboundStream) {
        if (!writer.reset(id, outboundStream)) {
            fail(MuxerError.LIMIT, PendingResets.TOO_MANY);
        }
    }

    private void onFullyClosed(MplexStream stream) {
        forget(stream);
        sink.onClosed(stream.handle);
    }

    /** What a peer's frames mean. */
    private final class Input implements FrameCutter.Protocol {

        private final HeaderReader header = new HeaderReader();

        private long nowNs;
        /** Whose data follows; null while a body that nobody wants is drained. */
        private @Nullable MplexStream body;

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public long onHeader(ByteBuf in) {
            if (header.read(in)) {
                onFrame(header.id(), header.flag(), header.length());
                return header.length();
            }
            String fault = header.fault();
            if (fault != null) {
                fail(MuxerError.PROTOCOL, fault);
            }
            return FrameCutter.INCOMPLETE;
        }

        private void onFrame(long id, int flag, long length) {
            body = null;
            if (length > MESSAGE_LENGTH_MAX) {
                fail(MuxerError.PROTOCOL, "a message of " + length + " bytes, more than " + MESSAGE_LENGTH_MAX);
                return;
            }
            // Even flags come from the stream's opener, so they speak of a stream the peer opened.
            boolean ours = (flag & 1) == 1;
            MplexStream stream = byKey.get(MplexStream.key(id, ours));
            switch (flag) {
                case FrameWriter.NEW_STREAM -> onNewStream(id, stream);
                case FrameWriter.MESSAGE_RECEIVER, FrameWriter.MESSAGE_INITIATOR -> onMessage(stream);
                case FrameWriter.CLOSE_RECEIVER, FrameWriter.CLOSE_INITIATOR -> onClose(stream);
                case FrameWriter.RESET_RECEIVER, FrameWriter.RESET_INITIATOR -> onReset(stream);
                default -> fail(MuxerError.PROTOCOL, "a frame with flag " + flag);
            }
        }

        @Override
        public void onBody(ByteBuf part) {
            MplexStream stream = body;
            int length = part.readableBytes();
            if (stream == null) {
                drainedBytes += length;
                return;
            }
            boolean wasOverfull = isOverfull(stream);
            stream.unconsumed += length;
            unconsumed += length;
            if (!wasOverfull && isOverfull(stream)) {
                overfull++;
                if (params.overflow() == MplexParams.Overflow.RESET) {
                    forget(stream);
                    sink.onStreamFailed(
                            stream.handle,
                            MuxerError.LIMIT,
                            "more than " + params.streamUnconsumedMax() + " bytes wait for the reader");
                    sendReset(stream.id, stream.outbound);
                    return;
                }
            }
            sink.onData(stream.handle, part);
        }

        @Override
        public void onBodyEnd() {
            body = null;
        }

        private void onNewStream(long id, @Nullable MplexStream known) {
            if (known != null) {
                fail(MuxerError.PROTOCOL, "stream " + id + " is open already");
            } else if (!openRate.take(nowNs)) {
                fail(MuxerError.LIMIT, "streams are opened faster than " + limits.openPerSecond() + " a second");
            } else if (leaving || inbound >= limits.inboundStreamsMax()) {
                sendReset(id, false);
            } else {
                MplexStream stream = register(id, false);
                inbound++;
                if (!sink.onStreamOpened(stream.handle)) {
                    forget(stream);
                    sendReset(id, false);
                }
            }
        }

        private void onMessage(@Nullable MplexStream stream) {
            if (stream == null || stream.remoteClosed) {
                drainedFrames++;
            } else {
                body = stream;
            }
        }

        private void onClose(@Nullable MplexStream stream) {
            if (stream == null || stream.remoteClosed) {
                drainedFrames++;
                return;
            }
            stream.remoteClosed = true;
            sink.onRemoteClosed(stream.handle);
            if (stream.writeClosed) {
                onFullyClosed(stream);
            }
        }

        private void onReset(@Nullable MplexStream stream) {
            if (stream == null) {
                drainedFrames++;
                return;
            }
            forget(stream);
            sink.onReset(stream.handle, 0);
        }
    }
}
