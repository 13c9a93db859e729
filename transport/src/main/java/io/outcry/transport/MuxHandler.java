package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.outcry.transport.MuxEvents.Event;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.multistream.MultistreamInitiator;
import io.outcry.transport.multistream.MultistreamListener;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.yamux.Yamux;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Drives a muxer from a socket: plaintext in, frames out, streams between.
 *
 * <pre>
 *   channelRead ─► muxer.onBytes ─► events ─► dispatch ─► streams' readers
 *   endBatch ◄── channelReadComplete, operations, writability, ticks
 *      └─► while the socket is writable: muxer.write ─► one frame ─► seal;  then ONE flush
 * </pre>
 *
 * <p><b>Threading</b>: confined to the connection's event loop.
 */
final class MuxHandler extends ChannelInboundHandlerAdapter implements MuxEvents.Synchronous {

    /** The plaintext of a Noise frame: 65 535 bytes less the tag. */
    private static final int FRAME_MAX = 65_519;
    /** Ticks closer than this to one planned are not planned again. */
    private static final long TICK_SLACK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Opens that wait until the peer acknowledged earlier ones. */
    static final int WAITING_OPENS_MAX = 1_024;

    private record WaitingOpen(
            MultistreamInitiator negotiation, boolean lazy, CompletableFuture<Stream> future, long deadlineNs) {}

    /** How far into a stream a frame reaches; told when the socket has taken the frame. */
    private record Mark(NetStream stream, long offset, boolean close) {}

    private final NetConnection connection;
    private final HostContext host;
    private final HostLimits limits;
    private final MuxEvents events = new MuxEvents(this);
    private final Muxer muxer;
    private final Long2ObjectHashMap<NetStream> streams = new Long2ObjectHashMap<>();
    /** Closed in order, but nobody has read their data yet. */
    private final Set<NetStream> lingering = new LinkedHashSet<>();

    private final ArrayDeque<NetStream> negotiatingInOrder = new ArrayDeque<>();
    private final ArrayDeque<WaitingOpen> waitingOpens = new ArrayDeque<>();
    private final List<NetStream> touched = new ArrayList<>();
    private List<Mark> marks = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> tick;
    private long tickNs = Long.MAX_VALUE;
    private int negotiatingInbound;
    private int batchDepth;
    private boolean dispatching;
    private boolean drainPlanned;
    private boolean leaving;
    private boolean dead;

    MuxHandler(NetConnection connection) {
        this.connection = connection;
        this.host = connection.host();
        this.limits = connection.limits();
        this.muxer = Muxers.of(connection, events, host.nowNs());
    }

    Muxer muxer() {
        return muxer;
    }

    boolean isDead() {
        return dead;
    }

    // ---- Netty

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf plain = (ByteBuf) message;
        batchDepth++;
        try {
            if (!dead) {
                muxer.onBytes(plain, host.nowNs());
            }
        } finally {
            plain.release();
            batchDepth--;
        }
        dispatch();
        if (muxer.inputPaused() && !dead) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        finishBatch();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        finishBatch();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (dead) {
            return;
        }
        dead = true;
        connection.doClose(DisconnectReason.CLOSED_BY_PEER, 0);
        cancelTick();
        StreamException cause = connection.goneException();
        for (WaitingOpen open = waitingOpens.poll(); open != null; open = waitingOpens.poll()) {
            open.future().completeExceptionally(cause);
        }
        events.close();
        for (NetStream stream : List.copyOf(streams.values())) {
            stream.onConnectionGone(cause);
        }
        streams.clear();
        for (NetStream stream : List.copyOf(lingering)) {
            stream.onConnectionGone(cause);
        }
        lingering.clear();
        muxer.close();
        connection.streams(0);
        host.onGone(connection);
        connection.onGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof SecureHandler.ForgedException) {
            connection.misbehaved(String.valueOf(cause.getMessage()));
            connection.doClose(DisconnectReason.PROTOCOL_ERROR, Yamux.GO_AWAY_PROTOCOL);
        } else if (cause instanceof java.io.IOException) {
            connection.doClose(DisconnectReason.IO_ERROR, 0);
        } else {
            host.onUserFailure("connection " + connection, cause);
            connection.doClose(DisconnectReason.IO_ERROR, Yamux.GO_AWAY_INTERNAL);
        }
        ctx.close();
    }

    // ---- batches

    void beginBatch() {
        batchDepth++;
    }

    void endBatch() {
        batchDepth--;
        finishBatch();
    }

    /** Something may be ready to leave: at the end of the batch under way, or with one wake-up. */
    void drainSoon() {
        if (batchDepth > 0 || dispatching || drainPlanned || dead) {
            return;
        }
        drainPlanned = true;
        connection.loop().execute(() -> {
            drainPlanned = false;
            finishBatch();
        });
    }

    private void finishBatch() {
        if (dead || batchDepth > 0 || dispatching) {
            return;
        }
        dispatch();
        if (!touched.isEmpty()) {
            batchDepth++;
            for (int i = 0; i < touched.size(); i++) {
                touched.get(i).onBatchEnd();
            }
            touched.clear();
            batchDepth--;
        }
        retryOpens();
        drain();
        dispatch();
        if (!dead) {
            context().channel().config().setAutoRead(!muxer.inputPaused());
            planTick();
        }
    }

    private void drain() {
        ChannelHandlerContext ctx = context();
        Channel channel = ctx.channel();
        if (!channel.isWritable() || !muxer.hasOutput()) {
            return;
        }
        long nowNs = host.nowNs();
        ByteBuf frame = ctx.alloc().buffer(FRAME_MAX, FRAME_MAX);
        boolean any = false;
        try {
            while (!dead && channel.isWritable() && muxer.hasOutput()) {
                frame.clear();
                if (muxer.write(frame, FRAME_MAX, nowNs) == 0) {
                    break;
                }
                any = true;
                writeFrame(ctx, frame);
            }
        } finally {
            frame.release();
        }
        if (any) {
            ctx.flush();
        }
    }

    /** The frame is sealed during the call, so its buffer can be used again. */
    private void writeFrame(ChannelHandlerContext ctx, ByteBuf frame) {
        List<Mark> reached = marks;
        if (reached.isEmpty()) {
            ctx.write(frame.retain(), ctx.voidPromise());
            return;
        }
        marks = new ArrayList<>();
        ctx.write(frame.retain()).addListener((ChannelFutureListener) done -> onLeft(reached, done.isSuccess()));
    }

    private void onLeft(List<Mark> reached, boolean success) {
        batchDepth++;
        for (int i = 0; i < reached.size(); i++) {
            Mark mark = reached.get(i);
            if (!success) {
                mark.stream().onLeaveFailed(connection.goneException());
            } else if (mark.close()) {
                mark.stream().onCloseLeft();
            } else {
                mark.stream().onLeft(mark.offset());
            }
        }
        batchDepth--;
        drainSoon();
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    // ---- the muxer's sink, at once

    @Override
    public boolean onStreamOpened(long handle) {
        StreamScope scope = connection.scope();
        if (leaving || scope == null || negotiatingInbound >= limits.negotiatingStreams()) {
            host.counters().streamRefused();
            return false;
        }
        StreamScope.Lease lease = scope.open(false, connection.memory());
        if (lease == null) {
            host.counters().streamRefused();
            return false;
        }
        NetStream stream = new NetStream(connection, false);
        stream.onInbound(handle, new MultistreamListener(host.handlers()), lease, negotiationDeadlineNs());
        negotiatingInbound++;
        link(handle, stream);
        return true;
    }

    @Override
    public void onWritten(long handle, int bytes) {
        NetStream stream = streams.get(handle);
        if (stream != null) {
            long offset = stream.onWritten(bytes);
            int last = marks.size() - 1;
            if (last >= 0
                    && marks.get(last).stream() == stream
                    && !marks.get(last).close()) {
                marks.set(last, new Mark(stream, offset, false));
            } else {
                marks.add(new Mark(stream, offset, false));
            }
        }
    }

    @Override
    public void onWriteClosed(long handle) {
        NetStream stream = streams.get(handle);
        if (stream != null) {
            marks.add(new Mark(stream, 0, true));
        }
    }

    @Override
    public void onRoundTrip(long rttNs) {
        connection.roundTrip(rttNs);
    }

    // ---- the muxer's events, afterwards

    private void dispatch() {
        if (dispatching || batchDepth > 0) {
            return;
        }
        dispatching = true;
        try {
            for (Event event = events.poll(); event != null; event = events.poll()) {
                on(event);
            }
        } finally {
            dispatching = false;
        }
    }

    private void on(Event event) {
        switch (event.kind()) {
            case GO_AWAY -> onGoAway();
            case SESSION_ERROR -> onSessionError(event.error(), event.why());
            default -> onStreamEvent(event);
        }
    }

    private void onStreamEvent(Event event) {
        NetStream stream = streams.get(event.stream());
        ByteBuf data = event.data();
        if (stream == null) {
            if (data != null) {
                data.release();
            }
            return;
        }
        switch (event.kind()) {
            case DATA -> {
                if (data != null) {
                    if (stream.touch()) {
                        touched.add(stream);
                    }
                    stream.takeData(data);
                }
            }
            case REMOTE_CLOSED -> stream.onRemoteClosed();
            case RESET -> stream.onEnd(new StreamException(Reason.RESET_BY_PEER, event.code(), "reset by the peer"));
            case FAILED -> {
                if (event.error() == MuxerError.PROTOCOL) {
                    connection.misbehaved(event.why());
                }
                stream.onEnd(new StreamException(
                        event.error() == MuxerError.LIMIT ? Reason.LIMIT : Reason.PROTOCOL, event.why()));
            }
            case CLOSED -> stream.onEnd(null);
            default -> throw new IllegalStateException("not of a stream: " + event.kind());
        }
    }

    private void onGoAway() {
        leaving = true;
        connection.peerLeaves();
        if (streams.isEmpty()) {
            connection.doClose(DisconnectReason.CLOSED_BY_PEER, Yamux.GO_AWAY_NORMAL);
        }
    }

    private void onSessionError(MuxerError error, String why) {
        DisconnectReason reason = switch (error) {
            case PROTOCOL -> DisconnectReason.PROTOCOL_ERROR;
            case TIMEOUT -> DisconnectReason.TIMEOUT;
            case LIMIT -> DisconnectReason.LIMIT;
        };
        if (error != MuxerError.TIMEOUT) {
            connection.misbehaved("muxer: " + why);
        }
        connection.doClose(reason, error == MuxerError.LIMIT ? Yamux.GO_AWAY_INTERNAL : Yamux.GO_AWAY_PROTOCOL);
    }

    /** Tells the peer, flushes what the socket takes, and closes it. */
    void sayGoodbye(long code) {
        if (dead) {
            return;
        }
        leaving = true;
        muxer.goAway(code);
        drain();
        context()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(done -> context().channel().close());
    }

    // ---- streams

    void open(MultistreamInitiator negotiation, boolean lazy, CompletableFuture<Stream> future) {
        if (dead || leaving) {
            future.completeExceptionally(connection.goneException());
            return;
        }
        if (!waitingOpens.isEmpty() || !tryOpen(negotiation, lazy, future, negotiationDeadlineNs())) {
            if (waitingOpens.size() >= WAITING_OPENS_MAX) {
                future.completeExceptionally(
                        new StreamException(Reason.LIMIT, WAITING_OPENS_MAX + " streams wait to be opened already"));
                return;
            }
            waitingOpens.add(new WaitingOpen(negotiation, lazy, future, negotiationDeadlineNs()));
        }
    }

    /** False if the peer must acknowledge earlier streams first. */
    private boolean tryOpen(
            MultistreamInitiator negotiation, boolean lazy, CompletableFuture<Stream> future, long deadlineNs) {
        StreamScope scope = connection.scope();
        StreamScope.Lease lease = scope == null ? null : scope.open(true, connection.memory());
        if (lease == null) {
            future.completeExceptionally(new StreamException(
                    Reason.LIMIT, "no more streams to " + connection.peer() + ": count or memory limit"));
            return true;
        }
        long handle = muxer.openStream(host.nowNs());
        if (handle < 0) {
            lease.close();
            if (handle == Muxer.REFUSED_ACK_BACKLOG) {
                return false;
            }
            if (handle == Muxer.REFUSED_STREAM_LIMIT) {
                future.completeExceptionally(new StreamException(Reason.LIMIT, "as many streams are open as allowed"));
            } else {
                // Before the next try: the event that says so may be behind the one that is dispatched now.
                connection.peerLeaves();
                future.completeExceptionally(
                        new StreamException(Reason.CONNECTION_CLOSED, "the connection is going away"));
            }
            return true;
        }
        NetStream stream = new NetStream(connection, true);
        link(handle, stream);
        stream.onOutbound(handle, negotiation, lease, future, deadlineNs);
        if (lazy) {
            stream.protocol(negotiation.proposal());
            connection.onOutboundAgreed(stream, negotiation.proposal());
        }
        return true;
    }

    private void retryOpens() {
        for (WaitingOpen open = waitingOpens.peek(); open != null; open = waitingOpens.peek()) {
            if (!tryOpen(open.negotiation(), open.lazy(), open.future(), open.deadlineNs())) {
                return;
            }
            waitingOpens.poll();
        }
    }

    private void link(long handle, NetStream stream) {
        streams.put(handle, stream);
        negotiatingInOrder.add(stream);
        connection.streams(streams.size());
    }

    void unlink(NetStream stream) {
        if (stream.wasNegotiating()) {
            onNegotiated(stream);
        }
        if (stream.hasUndelivered()) {
            lingering.add(stream);
        }
        if (streams.remove(stream.handle()) != null) {
            connection.streams(streams.size());
            if (leaving && streams.isEmpty() && !dead) {
                connection.submit(() -> connection.doClose(DisconnectReason.CLOSED_BY_PEER, 0));
            }
        }
    }

    void onDelivered(NetStream stream) {
        if (!lingering.isEmpty()) {
            lingering.remove(stream);
        }
    }

    void onNegotiated(NetStream stream) {
        if (!stream.outbound()) {
            negotiatingInbound--;
        }
    }

    private long negotiationDeadlineNs() {
        return host.nowNs()
                + TimeUnit.MILLISECONDS.toNanos(host.options().timeouts().streamNegotiationMs());
    }

    // ---- time

    private void planTick() {
        NetStream first = negotiatingInOrder.peek();
        while (first != null && !first.isNegotiating()) {
            negotiatingInOrder.poll();
            first = negotiatingInOrder.peek();
        }
        long dueNs = muxer.nextDeadlineNs();
        if (first != null) {
            dueNs = Math.min(dueNs, first.negotiationDeadlineNs());
        }
        WaitingOpen open = waitingOpens.peek();
        if (open != null) {
            dueNs = Math.min(dueNs, open.deadlineNs());
        }
        if (dueNs == Long.MAX_VALUE || (tick != null && dueNs >= tickNs - TICK_SLACK_NS)) {
            return;
        }
        cancelTick();
        tickNs = dueNs;
        long waitNs = Math.max(TICK_SLACK_NS, dueNs - host.nowNs());
        tick = connection.loop().schedule(this::onTick, waitNs, TimeUnit.NANOSECONDS);
    }

    private void cancelTick() {
        ScheduledFuture<?> planned = tick;
        if (planned != null) {
            planned.cancel(false);
            tick = null;
        }
    }

    private void onTick() {
        tick = null;
        if (dead) {
            return;
        }
        long nowNs = host.nowNs();
        batchDepth++;
        muxer.onTick(nowNs);
        long waitedMs = host.options().timeouts().streamNegotiationMs();
        for (NetStream stream = negotiatingInOrder.peek();
                stream != null && (!stream.isNegotiating() || stream.negotiationDeadlineNs() - nowNs <= 0);
                stream = negotiatingInOrder.peek()) {
            negotiatingInOrder.poll();
            stream.onNegotiationTimeout(waitedMs);
        }
        for (WaitingOpen open = waitingOpens.peek();
                open != null && open.deadlineNs() - nowNs <= 0;
                open = waitingOpens.peek()) {
            waitingOpens.poll();
            open.future()
                    .completeExceptionally(new StreamException(
                            Reason.TIMEOUT, "the peer acknowledged no stream within " + waitedMs + " ms"));
        }
        batchDepth--;
        finishBatch();
    }
}
