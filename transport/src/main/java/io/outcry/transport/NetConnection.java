package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.multistream.MultistreamInitiator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A connection over a socket: what users ask of it is queued and done on its event loop, with one wake-up a batch.
 *
 * <pre>
 *   any thread ─ submit(op) ─► ops ─► one loop.execute ─► run all ─► one drain, one flush
 * </pre>
 *
 * The queue needs no bound of its own: a write reserves its bytes and an overhead in the memory budget before it is queued,
 * opens are counted, and what was consumed of a stream waits as one operation.
 *
 * <p><b>Threading</b>: {@link Connection}'s methods from any thread; the rest on the event loop unless it says otherwise.
 */
final class NetConnection implements Connection {

    private static final int OPS_CHUNK = 64;
    /** Operations done before the socket has its turn again. */
    private static final int OPS_PER_TURN = 1_024;

    private final HostContext host;
    private final Channel channel;
    private final EventLoop loop;
    private final PeerId peer;
    private final PublicKey peerKey;
    private final boolean outbound;
    private final Multiaddr local;
    private final Multiaddr remote;
    private final String muxer;
    private final @Nullable MemoryBudget addressShare;
    private final Queue<Runnable> ops = new MpscUnboundedArrayQueue<>(OPS_CHUNK);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Opens that came before the muxer did; null once it is there. On the event loop. */
    private @Nullable List<Runnable> earlyOpens = new ArrayList<>();

    private volatile @Nullable MuxHandler mux;
    private volatile @Nullable StreamScope scope;
    private volatile @Nullable MemoryBudget memory;
    private volatile boolean closing;
    private volatile boolean peerLeaving;
    private volatile DisconnectReason reason = DisconnectReason.CLOSED_BY_PEER;
    private volatile long roundTripNs = -1;
    private volatile int streams;

    NetConnection(
            HostContext host,
            Channel channel,
            PublicKey peerKey,
            boolean outbound,
            Multiaddr local,
            Multiaddr remote,
            String muxer,
            @Nullable MemoryBudget addressShare) {
        this.host = host;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.peerKey = peerKey;
        this.peer = peerKey.peerId();
        this.outbound = outbound;
        this.local = local;
        this.remote = remote;
        this.muxer = muxer;
        this.addressShare = addressShare;
    }

    // ---- Connection, any thread

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public PublicKey peerKey() {
        return peerKey;
    }

    @Override
    public boolean outbound() {
        return outbound;
    }

    @Override
    public Multiaddr localAddress() {
        return local;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remote;
    }

    @Override
    public String muxer() {
        return muxer;
    }

    @Override
    public long roundTripNs() {
        return roundTripNs;
    }

    @Override
    public int streamCount() {
        return streams;
    }

    @Override
    public boolean isOpen() {
        return !closing && channel.isActive();
    }

    @Override
    public CompletableFuture<Stream> newStream(List<String> protocols) {
        MultistreamInitiator negotiation;
        Optional<String> known = host.addressBook().firstSupported(peer, protocols);
        negotiation = new MultistreamInitiator(known.map(List::of).orElse(List.copyOf(protocols)));
        CompletableFuture<Stream> future = new CompletableFuture<>();
        if (closing) {
            future.completeExceptionally(goneException());
            return future;
        }
        submit(() -> doOpen(negotiation, known.isPresent(), future));
        return future;
    }

    @Override
    public CompletableFuture<Void> close() {
        close(DisconnectReason.CLOSED_LOCALLY);
        return closed.copy();
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Says good-bye and closes, for this reason; the first reason stays. Any thread. */
    void close(DisconnectReason why) {
        submit(() -> doClose(why, 0));
    }

    // ---- wiring

    /** The host has accepted the connection: streams may flow. On the event loop. */
    void activate(MuxHandler handler) {
        mux = handler;
        endEarlyOpens();
    }

    /** They go to the muxer, or fail if there is none. */
    private void endEarlyOpens() {
        List<Runnable> opens = earlyOpens;
        earlyOpens = null;
        if (opens != null) {
            opens.forEach(Runnable::run);
        }
    }

    /** The host takes the connection in: its streams count, and hold memory, together with the peer's others. */
    void scope(StreamScope peerScope) {
        MemoryBudget ours = peerScope.memory().child("connection", host.peerBytes(), addressShare);
        memory = ours;
        scope = peerScope;
        channel.closeFuture().addListener(closed -> ours.close());
    }

    @Nullable
    StreamScope scope() {
        return scope;
    }

    Channel channel() {
        return channel;
    }

    EventLoop loop() {
        return loop;
    }

    HostContext host() {
        return host;
    }

    HostLimits limits() {
        return host.options().limits();
    }

    /** What the streams of this connection may hold; there is none before the host has taken the connection in. */
    MemoryBudget memory() {
        MemoryBudget ours = memory;
        if (ours == null) {
            throw new IllegalStateException("the host has not taken the connection in");
        }
        return ours;
    }

    DisconnectReason reason() {
        return reason;
    }

    /** The peer said good-bye, or the muxer has no more streams: open ones go on, new ones do not come. */
    void peerLeaves() {
        peerLeaving = true;
    }

    /** Any thread. */
    boolean takesStreams() {
        return isOpen() && !peerLeaving;
    }

    boolean isClosing() {
        return closing;
    }

    void streams(int count) {
        streams = count;
    }

    void roundTrip(long ns) {
        roundTripNs = ns;
    }

    ByteBuf allocate(int bytes) {
        return channel.alloc().buffer(bytes);
    }

    // ---- operations

    /** Does {@code op} on the event loop, in the order submitted. Any thread. */
    void submit(Runnable op) {
        if (loop.inEventLoop() && ops.isEmpty()) {
            op.run();
            MuxHandler handler = mux;
            if (handler != null) {
                handler.drainSoon();
            }
            return;
        }
        ops.add(op);
        if (scheduled.compareAndSet(false, true)) {
            executeOps();
        }
    }

    private void executeOps() {
        try {
            loop.execute(this::runOps);
        } catch (RejectedExecutionException loopIsGone) {
            // The host is closed: every stream has ended, so the operations only release what they hold.
            runOps();
        }
    }

    private synchronized void runOps() {
        scheduled.set(false);
        MuxHandler handler = mux;
        if (handler != null) {
            handler.beginBatch();
        }
        int done = 0;
        for (Runnable op = ops.poll(); op != null; op = ++done < OPS_PER_TURN ? ops.poll() : null) {
            try {
                op.run();
            } catch (RuntimeException failure) {
                host.onUserFailure("connection " + this, failure);
            }
        }
        if (handler != null) {
            handler.endBatch();
        }
        if (!ops.isEmpty() && scheduled.compareAndSet(false, true)) {
            executeOps();
        }
    }

    private void doOpen(MultistreamInitiator negotiation, boolean lazy, CompletableFuture<Stream> future) {
        MuxHandler handler = mux;
        List<Runnable> early = earlyOpens;
        if (handler == null && early != null && !closing) {
            // Listeners hear of a connection before its streams flow, and may open one at once.
            if (early.size() < MuxHandler.WAITING_OPENS_MAX) {
                early.add(() -> doOpen(negotiation, lazy, future));
            } else {
                future.completeExceptionally(new StreamException(
                        Reason.LIMIT, MuxHandler.WAITING_OPENS_MAX + " streams wait to be opened already"));
            }
            return;
        }
        if (handler == null || closing) {
            future.completeExceptionally(goneException());
            return;
        }
        handler.open(negotiation, lazy, future);
    }

    /** Ends the connection; what was queued is flushed as far as the socket takes it. */
    void doClose(DisconnectReason why, long goAwayCode) {
        if (closing) {
            return;
        }
        closing = true;
        reason = why;
        MuxHandler handler = mux;
        if (handler == null || !channel.isActive()) {
            channel.close();
            return;
        }
        handler.sayGoodbye(goAwayCode);
        loop.schedule(() -> channel.close(), host.options().timeouts().closeMs(), TimeUnit.MILLISECONDS);
    }

    /** The socket is closed, every stream has ended, and the host's thread knows: whoever waited may go on. */
    void onGone() {
        closing = true;
        endEarlyOpens();
        closed.complete(null);
    }

    StreamException goneException() {
        return new StreamException(Reason.CONNECTION_CLOSED, "the connection to " + peer + " is closed: " + reason);
    }

    // ---- what streams need of the muxer

    boolean takeMuxWrite(long handle, ByteBuf data) {
        MuxHandler handler = mux;
        if (handler == null || handler.isDead()) {
            data.release();
            return false;
        }
        return handler.muxer().takeWrite(handle, data);
    }

    void muxConsumed(long handle, int bytes) {
        MuxHandler handler = mux;
        if (handler != null && !handler.isDead() && bytes > 0) {
            handler.muxer().onConsumed(handle, bytes, host.nowNs());
        }
    }

    void muxCloseWrite(long handle) {
        MuxHandler handler = mux;
        if (handler != null && !handler.isDead()) {
            handler.muxer().closeWrite(handle);
        }
    }

    void muxReset(long handle, long code) {
        MuxHandler handler = mux;
        if (handler != null && !handler.isDead()) {
            handler.muxer().reset(handle, code);
        }
    }

    void unlink(NetStream stream) {
        MuxHandler handler = mux;
        if (handler != null) {
            handler.unlink(stream);
        }
    }

    void onDelivered(NetStream stream) {
        MuxHandler handler = mux;
        if (handler != null) {
            handler.onDelivered(stream);
        }
    }

    void onNegotiated(NetStream stream) {
        MuxHandler handler = mux;
        if (handler != null) {
            handler.onNegotiated(stream);
        }
    }

    /** An inbound stream's protocol is agreed: its handler gets it, if there is room. */
    boolean onInboundAgreed(NetStream stream, String protocol) {
        ProtocolHandlers.Entry entry = host.handlers().find(protocol);
        StreamScope.Lease lease = stream.lease();
        if (entry == null || lease == null) {
            stream.doReset(
                    0, new StreamException(Reason.UNSUPPORTED_PROTOCOL, protocol + " is not spoken here any more"));
            return false;
        }
        if (!lease.agree(entry.name(), entry.limits(), entry.open())) {
            host.counters().streamRefused();
            stream.doReset(0, new StreamException(Reason.LIMIT, "too many streams of " + protocol));
            return false;
        }
        try {
            entry.handler().onStream(stream);
        } catch (RuntimeException | Error failure) {
            onUserFailure(stream, failure);
            stream.doReset(0, new StreamException(Reason.RESET_LOCALLY, "the handler failed: " + failure));
            return false;
        }
        return true;
    }

    /** An outbound stream's protocol is agreed: whoever opened it gets it, if there is room. */
    boolean onOutboundAgreed(NetStream stream, String protocol) {
        StreamScope.Lease lease = stream.lease();
        ProtocolHandlers.Entry entry = host.handlers().find(protocol);
        StreamLimits limits = entry == null ? StreamLimits.DEFAULT : entry.limits();
        String name = entry == null ? protocol : entry.name();
        if (lease == null || !lease.agree(name, limits, host.ignoredCount())) {
            stream.doReset(0, new StreamException(Reason.LIMIT, "too many streams of " + protocol + " to " + peer));
            return false;
        }
        stream.hand();
        return true;
    }

    void misbehaved(String why) {
        host.onMisbehaviour(peer, remote, why);
    }

    void onUserFailure(NetStream stream, Throwable failure) {
        host.onUserFailure("stream " + stream.protocol() + " of " + peer, failure);
    }

    @Override
    public String toString() {
        return (outbound ? "to " : "from ") + peer + " at " + remote + " over " + muxer;
    }
}
