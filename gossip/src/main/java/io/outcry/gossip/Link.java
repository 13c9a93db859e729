package io.outcry.gossip;

import io.netty.buffer.ByteBuf;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.outbox.PeerOutbox;
import io.outcry.gossip.outbox.WriteTicket;
import io.outcry.gossip.router.PeerProtocol;
import io.outcry.transport.Connection;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One peer, however many connections it has: one outbound stream on which this node only writes, one inbound stream on
 * which it only reads.
 *
 * <pre>
 * host, event loops: facts (connected, speaks, opened, writable) ─► signal ─► [router thread] reconcile
 * </pre>
 *
 * Other threads only set facts and signal; the router's thread looks at all of them at once and does what follows, so the
 * order in which signals arrive does not matter and a link waits in the queue at most once.
 */
final class Link implements RouterTask {

    /** Attempts to open the outbound stream before the peer is only listened to, until it shows itself again. */
    private static final int ATTEMPTS_MAX = 5;

    private static final long RETRY_FIRST_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RETRY_MAX_NS = TimeUnit.SECONDS.toNanos(10);
    /** A stream that lived this long was a success: the attempts count anew. */
    private static final long STABLE_NS = TimeUnit.SECONDS.toNanos(30);

    /** Bytes written ahead of the socket: enough to keep it busy, little enough that control does not wait long. */
    private static final long AHEAD_BYTES = 128 << 10;

    private final PubSubContext context;
    private final PeerId peer;
    /** The peer's share of the mailbox, whatever streams it opens one after the other. */
    private final Mailbox<RouterTask>.Source source;

    /** What is verified and validated for the peer, in the order it came. */
    private final ValidationPool.Strand strand;

    // Facts, set by any thread.
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicReference<@Nullable InboundStream> inbound = new AtomicReference<>();
    private final AtomicReference<@Nullable Outbound> opened = new AtomicReference<>();
    private volatile boolean openFailed;
    private volatile boolean connected;
    private volatile boolean dialled;
    private volatile boolean speaks;
    private volatile @Nullable PeerProtocol inboundProtocol;

    // The share of the way in; guarded by shareLock.
    private final Object shareLock = new Object();
    private int messagesOnTheWay;
    private long bytesOnTheWay;
    private boolean starved;

    // The router's thread only.
    private int slot = -1;
    private @Nullable Outbound outbound;
    /** The peer has had a stream of ours since it is up: what was said on it may be lost. */
    private boolean spokenTo;

    private boolean opening;
    private int attempts;
    private long retryAtNs;
    private long openedNs;
    private boolean retryDue;
    /** The peer takes no stream of ours: it is heard as long as its own stream lasts, and told nothing. */
    private boolean givenUp;
    /** Its stream when it was given up: what comes on it of topics and meshes is not kept. */
    private @Nullable InboundStream heardInPart;

    private long droppedTold;
    private boolean refusalTold;
    private int meshes;
    private @Nullable CompletableFuture<Void> lastWrite;
    private boolean waitsForWrite;

    Link(PubSubContext context, PeerId peer) {
        this.context = context;
        this.peer = peer;
        strand = context.pool.strand();
        source = context.mailbox.source(context.options.peerMessagesMax(), this::resumeInbound);
    }

    Mailbox<RouterTask>.Source source() {
        return source;
    }

    ValidationPool.Strand strand() {
        return strand;
    }

    PeerId peer() {
        return peer;
    }

    PubSubContext context() {
        return context;
    }

    // ------------------------------------------------------------------------------------------- facts, any thread

    void onConnection(boolean isConnected, boolean byUs) {
        if (isConnected && !connected) {
            dialled = byUs;
        }
        connected = isConnected;
        signal();
    }

    boolean isConnected() {
        return connected;
    }

    void onSpeaks(boolean speaksPubSub) {
        speaks = speaksPubSub;
        signal();
    }

    /** The peer opened a stream; it replaces the one before. */
    void onInbound(Stream stream) {
        InboundStream fresh = new InboundStream(context, this, stream);
        inboundProtocol = PeerProtocol.of(stream.protocol());
        InboundStream old = inbound.getAndSet(fresh);
        if (old != null) {
            old.close();
            old.stream().reset();
        }
        if (context.closed) {
            closeInbound();
            return;
        }
        speaks = true;
        signal();
        fresh.start();
    }

    void onInboundClosed(InboundStream stream) {
        if (inbound.compareAndSet(stream, null)) {
            signal();
        }
    }

    void closeInbound() {
        InboundStream stream = inbound.getAndSet(null);
        if (stream != null) {
            stream.close();
            stream.stream().reset();
        }
    }

    private void signal() {
        if (signalled.compareAndSet(false, true)) {
            context.command(this);
        }
    }

    // --------------------------------------------------------------------------------------- the share, any thread

    /** Lets one more message, or the control of one frame, on the way to the router, unless the peer has too much there. */
    boolean admit(int bytes) {
        synchronized (shareLock) {
            boolean room = messagesOnTheWay == 0
                    || (messagesOnTheWay < context.options.peerMessagesMax()
                            && bytesOnTheWay + bytes <= context.options.peerBytesMax());
            if (room) {
                messagesOnTheWay++;
                bytesOnTheWay += bytes;
            } else {
                starved = true;
            }
            return room;
        }
    }

    /** What was admitted is done with; if the peer was stopped and half of its share is free, it goes on. */
    void settle(int bytes) {
        synchronized (shareLock) {
            messagesOnTheWay--;
            bytesOnTheWay -= bytes;
            if (!starved
                    || messagesOnTheWay > context.options.peerMessagesMax() / 2
                    || bytesOnTheWay > context.options.peerBytesMax() / 2) {
                return;
            }
            starved = false;
        }
        resumeInbound();
    }

    private void resumeInbound() {
        InboundStream stream = inbound.get();
        if (stream != null) {
            stream.resumeSoon();
        }
    }

    // ----------------------------------------------------------------------------------------- the router's thread

    int slot() {
        return slot;
    }

    /** True once: a peer whose topic has another signing policy would fill the log. */
    boolean isFirstRefusal() {
        boolean first = !refusalTold;
        refusalTold = true;
        return first;
    }

    /** Counts one mesh more or less; returns how many the peer is in. */
    int countMeshes(int change) {
        meshes += change;
        return meshes;
    }

    /** Makes the peer known to the router if it is not; false if it cannot be, because it has just gone. */
    boolean bringUp(RouterAgent agent) {
        takeBack(agent);
        if (slot < 0 && connected) {
            PeerProtocol protocol = inboundProtocol;
            up(agent, protocol == null ? PeerProtocol.FLOODSUB : protocol);
        }
        return slot >= 0;
    }

    /** True if what the peer says of topics and meshes is of use; we cannot be in a mesh with one to whom we cannot talk. */
    boolean isHeardWhole() {
        return !givenUp;
    }

    private void up(RouterAgent agent, PeerProtocol protocol) {
        slot = agent.router().onPeerUp(peer, protocol, dialled, agent.nowNs());
        droppedTold = 0;
        spokenTo = false;
        agent.onUp(this, protocol);
        if (givenUp) {
            agent.outbox(slot).close();
            signal();
        }
    }

    @Override
    public void run(RouterAgent agent) {
        signalled.set(false);
        waitsForWrite = false;
        if (!connected) {
            takeDown(agent);
            attempts = 0;
            retryDue = false;
            agent.forget(this);
            return;
        }
        takeBack(agent);
        takeEnded(agent);
        takeOpened(agent);
        if (givenUp && inbound.get() == null) {
            leaveRouter(agent);
        }
        if (outbound == null && !opening && speaks && !retryDue) {
            open(agent);
        }
        if (slot >= 0) {
            pump(agent.outbox(slot), agent);
        }
    }

    @Override
    public void drop() {
        // Nothing is held.
    }

    private void takeEnded(RouterAgent agent) {
        if (outbound != null && outbound.ended) {
            outbound = null;
            if (agent.nowNs() - openedNs >= STABLE_NS) {
                attempts = 0;
            }
            scheduleRetry(agent);
        }
        if (openFailed) {
            openFailed = false;
            opening = false;
            scheduleRetry(agent);
        }
    }

    private void takeOpened(RouterAgent agent) {
        Outbound fresh = opened.getAndSet(null);
        if (fresh == null) {
            return;
        }
        opening = false;
        PeerProtocol protocol = PeerProtocol.of(fresh.stream.protocol());
        if (protocol == null) {
            fresh.stream.reset();
            return;
        }
        outbound = fresh;
        openedNs = agent.nowNs();
        context.counters.streamsOpened.increment();
        if (slot < 0) {
            up(agent, protocol);
        } else {
            agent.router().onProtocol(slot, protocol, agent.nowNs());
            if (spokenTo) {
                agent.router().onStreamReopened(slot, agent.nowNs());
            }
        }
        spokenTo = true;
        takeEnded(agent);
    }

    private void open(RouterAgent agent) {
        List<Connection> connections = context.host.connections(peer);
        if (connections.isEmpty()) {
            return;
        }
        opening = true;
        attempts++;
        // The youngest: of a peer that came back, the older one may be dead and nobody know it yet.
        connections.get(connections.size() - 1).newStream(PeerProtocol.OFFERED).whenComplete((stream, failure) -> {
            if (stream != null) {
                Outbound fresh = new Outbound(stream);
                stream.reader(fresh);
                opened.set(fresh);
                if (context.closed) {
                    // Whoever shuts links down may have passed by; the one of us who comes last sees the other's work.
                    shutDownOpened();
                }
            } else {
                if (failure instanceof StreamException e && e.reason() == StreamException.Reason.UNSUPPORTED_PROTOCOL) {
                    speaks = false;
                }
                openFailed = true;
            }
            signal();
        });
    }

    private void scheduleRetry(RouterAgent agent) {
        if (attempts < ATTEMPTS_MAX && speaks) {
            retryDue = true;
            retryAtNs = agent.nowNs() + Math.min(RETRY_MAX_NS, RETRY_FIRST_NS << attempts);
            agent.retryAt(this, retryAtNs);
            return;
        }
        context.counters.streamsGivenUp.increment();
        attempts = 0;
        speaks = false;
        givenUp = true;
        heardInPart = inbound.get();
        leaveRouter(agent);
    }

    /** A peer given up has shown itself; what it said meanwhile was not kept, so it is made to say it again. */
    private void takeBack(RouterAgent agent) {
        if (givenUp && speaks) {
            givenUp = false;
            leaveRouter(agent);
            if (heardInPart != null && inbound.get() == heardInPart) {
                closeInbound();
            }
            heardInPart = null;
        }
    }

    /** The time of a retry has come. */
    void onRetryDue(RouterAgent agent) {
        retryDue = false;
        run(agent);
    }

    /** The peer is gone: the router forgets it, its streams end. */
    private void takeDown(RouterAgent agent) {
        givenUp = false;
        heardInPart = null;
        closeInbound();
        Outbound fresh = opened.getAndSet(null);
        if (fresh != null) {
            opening = false; // the peer may be back before this link is forgotten
            fresh.stream.reset();
        }
        if (outbound != null) {
            outbound.stream.reset();
            outbound = null;
        }
        leaveRouter(agent);
    }

    private void leaveRouter(RouterAgent agent) {
        if (slot >= 0) {
            int gone = slot;
            slot = -1;
            agent.router().onPeerDown(gone, agent.nowNs());
            agent.onDown(this, gone);
        }
    }

    /** Says good-bye: what was written leaves, the streams end. */
    void shutDown() {
        closeInbound();
        shutDownOpened();
        Outbound last = outbound;
        outbound = null;
        if (last != null) {
            last.stream.closeWrite();
        }
    }

    private void shutDownOpened() {
        Outbound fresh = opened.getAndSet(null);
        if (fresh != null) {
            fresh.stream.closeWrite();
        }
    }

    /**
     * Writes while little waits in the stream: what is still here can be overtaken by control, dropped and counted, what is
     * there cannot.
     */
    void pump(PeerOutbox outbox, RouterAgent agent) {
        Stream stream = outbound == null ? null : outbound.stream;
        while (stream != null && stream.isWritable() && stream.queuedBytes() < AHEAD_BYTES) {
            ByteBuf frame = outbox.poll();
            if (frame == null) {
                break;
            }
            write(stream, frame, outbox.polledTicket(), outbox.polledControl());
        }
        if (stream != null && lastWrite != null && !outbox.isEmpty() && !waitsForWrite) {
            waitsForWrite = true;
            lastWrite.whenComplete((written, failure) -> signal());
        }
        long dropped = outbox.droppedMessages();
        if (dropped > droppedTold) {
            agent.onDropped(this, dropped - droppedTold);
            droppedTold = dropped;
        }
    }

    /** Writes one frame, whose reference it takes. */
    private void write(Stream stream, ByteBuf frame, @Nullable WriteTicket ticket, boolean control) {
        context.counters.framesOut.increment();
        context.counters.bytesOut.add(frame.readableBytes());
        CompletableFuture<Void> written = stream.write(frame);
        frame.release();
        lastWrite = written;
        if (ticket != null) {
            written.whenComplete((done, failure) -> {
                if (failure == null) {
                    ticket.onWritten();
                } else {
                    ticket.onDropped();
                }
            });
        } else if (written.isCompletedExceptionally()) {
            context.counters.framesLost.increment();
            if (control) {
                // A refused GRAFT or subscription would leave the two sides in disagreement: a new stream says all
                // again.
                stream.reset();
            }
        }
    }

    /** One outbound stream, on which the peer should say nothing; what it says is read and ignored. */
    private final class Outbound implements StreamReader {

        private final Stream stream;
        /** A fact of this stream, whichever others end before or after it. */
        private volatile boolean ended;

        private Outbound(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void onData(Stream stream, ByteBuf data) {
            // Ignored, with credit: some implementations answer here, none expects to be heard.
        }

        @Override
        public void onWritable(Stream stream) {
            signal();
        }

        @Override
        public void onRemoteClosed(Stream stream) {
            // The peer's half was never used; ours goes on.
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            ended = true;
            signal();
        }
    }
}
