package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.Priority;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.multistream.MultistreamInitiator;
import io.outcry.transport.multistream.MultistreamListener;
import io.outcry.transport.multistream.Negotiation;
import io.outcry.transport.muxer.ReceiveQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream over a muxer: negotiation, what waits for its reader, and which writes have left.
 *
 * <p><b>Threading</b>: the {@link Stream} methods from any thread; everything named {@code on…} or {@code do…} on the
 * connection's event loop.
 */
final class NetStream implements Stream {

    /** Memory counted for a stream itself: this object, its negotiation, its place in the muxer. */
    static final int STREAM_BYTES = 4_096;

    private final NetConnection connection;
    private final boolean outbound;
    private final StreamOutput output;
    private volatile @Nullable String protocol;
    private volatile @Nullable StreamException ended;
    private volatile boolean autoCredit = true;
    /** Consumed by calls since the event loop last looked: one operation for all of them, however fast they come. */
    private final AtomicLong unreturned = new AtomicLong();

    // Confined to the event loop from here on.
    private long handle;
    private @Nullable MultistreamInitiator initiator;
    private @Nullable MultistreamListener listener;
    private @Nullable StreamReader reader;
    private StreamScope.@Nullable Lease lease;
    private final ReceiveQueue undelivered = new ReceiveQueue();
    private @Nullable CompletableFuture<Stream> opening;
    /** Bytes given to the reader, or waiting for it, that are not consumed; reserved in the budget. */
    private int held;

    private boolean remoteClosed;
    private boolean remoteCloseTold;
    private boolean over;
    private boolean endTold;
    private boolean orderly;
    private boolean countedAsNegotiating;
    private boolean delivering;
    private boolean touched;
    /** The reader was given data since it last heard that a batch was complete. */
    private boolean batchOpen;

    private long negotiationDeadlineNs = Long.MAX_VALUE;

    NetStream(NetConnection connection, boolean outbound) {
        this.connection = connection;
        this.outbound = outbound;
        this.output = new StreamOutput(connection);
    }

    // ---- Stream, any thread

    @Override
    public String protocol() {
        String agreed = protocol;
        return agreed == null ? "" : agreed;
    }

    @Override
    public PeerId peer() {
        return connection.peer();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public boolean outbound() {
        return outbound;
    }

    @Override
    public void reader(StreamReader next) {
        connection.submit(() -> {
            reader = next;
            call(() -> next.onAttached(this));
            deliver();
            if (!touched) {
                completeBatch();
            }
        });
    }

    @Override
    public CompletableFuture<Void> write(ByteBuf data) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        int bytes = data.readableBytes();
        StreamException refusal = ended;
        if (refusal == null) {
            refusal = output.reserve(bytes);
        }
        if (refusal != null) {
            future.completeExceptionally(refusal);
            return future;
        }
        ByteBuf slice = data.retainedSlice();
        connection.submit(() -> output.takeWrite(handle, slice, bytes, future, ended));
        return future;
    }

    @Override
    public boolean isWritable() {
        return ended == null && output.isWritable();
    }

    @Override
    public long queuedBytes() {
        return output.queuedBytes();
    }

    @Override
    public void autoCredit(boolean automatic) {
        autoCredit = automatic;
    }

    @Override
    public void consumed(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot consume " + bytes + " bytes");
        }
        if (bytes > 0 && unreturned.getAndAdd(bytes) == 0) {
            connection.submit(() -> release(unreturned.getAndSet(0)));
        }
    }

    @Override
    public CompletableFuture<Void> closeWrite() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        output.refuseMore();
        connection.submit(() -> output.close(handle, future, over, orderly ? null : ended));
        return future;
    }

    @Override
    public void reset(long code) {
        connection.submit(() -> doReset(code, new StreamException(Reason.RESET_LOCALLY, code, "reset by this side")));
    }

    // ---- event loop: life

    long handle() {
        return handle;
    }

    boolean isOver() {
        return over;
    }

    /** The peer opened it. */
    void onInbound(long newHandle, MultistreamListener negotiation, StreamScope.Lease newLease, long deadlineNs) {
        handle = newHandle;
        listener = negotiation;
        lease = newLease;
        negotiationDeadlineNs = deadlineNs;
    }

    /** We opened it. */
    void onOutbound(
            long newHandle,
            MultistreamInitiator negotiation,
            StreamScope.Lease newLease,
            CompletableFuture<Stream> future,
            long deadlineNs) {
        handle = newHandle;
        initiator = negotiation;
        lease = newLease;
        opening = future;
        negotiationDeadlineNs = deadlineNs;
        say(negotiation);
    }

    /** The protocol is as good as agreed, or agreed: whoever wanted the stream gets it. */
    void hand() {
        CompletableFuture<Stream> waiting = opening;
        opening = null;
        if (waiting != null && !waiting.complete(this)) {
            doReset(0, new StreamException(Reason.RESET_LOCALLY, "nobody wants the stream any more"));
        }
    }

    boolean isNegotiating() {
        return initiator != null || listener != null;
    }

    /** True if the stream ended before its protocol was agreed; asked by {@link MuxHandler#unlink}. */
    boolean wasNegotiating() {
        return countedAsNegotiating;
    }

    long negotiationDeadlineNs() {
        return negotiationDeadlineNs;
    }

    StreamScope.@Nullable Lease lease() {
        return lease;
    }

    void protocol(String agreed) {
        protocol = agreed;
    }

    /** True once for each batch: whether to remember this stream for the end of the batch. */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void onBatchEnd() {
        touched = false;
        completeBatch();
    }

    private void completeBatch() {
        StreamReader current = reader;
        if (batchOpen && current != null && !endTold) {
            batchOpen = false;
            call(() -> current.onReadComplete(this));
        }
    }

    // ---- event loop: in

    /** Data arrived; {@code data} is owned. */
    void takeData(ByteBuf data) {
        if (over) {
            // Ended by this side while the bytes were under way; the muxer debits nothing for a stream it forgot.
            data.release();
            return;
        }
        if (isNegotiating()) {
            int before = data.readableBytes();
            boolean agreed = negotiate(data);
            connection.muxConsumed(handle, before - data.readableBytes());
            if (!agreed || !data.isReadable()) {
                data.release();
                return;
            }
        }
        int bytes = data.readableBytes();
        if (!connection.memory().reserve(bytes, Priority.HIGH)) {
            data.release();
            doReset(0, new StreamException(Reason.LIMIT, "the memory budget has no room for what the peer sent"));
            return;
        }
        held += bytes;
        if (reader == null || delivering || !undelivered.isEmpty()) {
            undelivered.take(data);
        } else {
            delivering = true;
            give(data);
            delivering = false;
        }
        deliver();
    }

    /** Lends bytes to the reader; they are consumed on return unless it says otherwise. {@code data} is owned. */
    private void give(ByteBuf data) {
        StreamReader current = reader;
        int bytes = data.readableBytes();
        try {
            if (current != null) {
                batchOpen = true;
                call(() -> current.onData(this, data));
            }
        } finally {
            data.release();
        }
        if (autoCredit) {
            release(bytes);
        }
    }

    /** Gives the reader what waits for it, in order: data, the half-close, the end. */
    private void deliver() {
        if (delivering || reader == null) {
            return;
        }
        delivering = true;
        try {
            for (ByteBuf data = undelivered.poll(); data != null; data = undelivered.poll()) {
                give(data);
            }
            StreamReader current = reader;
            if (current == null) {
                return;
            }
            if (remoteClosed || over) {
                completeBatch();
            }
            if (remoteClosed && !remoteCloseTold && (!over || orderly)) {
                remoteCloseTold = true;
                call(() -> current.onRemoteClosed(this));
            }
            tellEnd();
        } finally {
            delivering = false;
        }
    }

    /** Returns credit and memory for bytes the reader is done with. */
    private void release(long bytes) {
        int done = (int) Math.min(bytes, held);
        if (done > 0) {
            held -= done;
            connection.memory().release(done);
            connection.muxConsumed(handle, done);
        }
    }

    void onRemoteClosed() {
        if (over || remoteClosed) {
            return;
        }
        if (isNegotiating()) {
            Negotiation result = listener != null ? listener.onEnd() : initiator != null ? initiator.onEnd() : null;
            doReset(0, new StreamException(Reason.PROTOCOL, "negotiation ended early: " + result));
            return;
        }
        remoteClosed = true;
        deliver();
    }

    // ---- event loop: negotiation

    /** Reads answers or proposals; true once the bytes that remain are the protocol's. */
    private boolean negotiate(ByteBuf data) {
        MultistreamInitiator proposing = initiator;
        MultistreamListener answering = listener;
        Negotiation result;
        if (proposing != null) {
            result = proposing.onBytes(data);
            say(proposing);
        } else if (answering != null) {
            result = answering.onBytes(data);
            say(answering);
        } else {
            return true;
        }
        if (result instanceof Negotiation.Pending) {
            return false;
        }
        initiator = null;
        listener = null;
        negotiationDeadlineNs = Long.MAX_VALUE;
        connection.onNegotiated(this);
        if (result instanceof Negotiation.Agreed agreed) {
            return agreed(agreed.protocol());
        }
        if (result instanceof Negotiation.Unsupported unsupported) {
            doReset(0, new StreamException(Reason.UNSUPPORTED_PROTOCOL, unsupported.toString()));
        } else {
            String why = result instanceof Negotiation.Violated violated ? violated.why() : result.toString();
            if (answering == null || !answering.hasRefused()) {
                connection.misbehaved("multistream: " + why);
            }
            doReset(0, new StreamException(Reason.PROTOCOL, "the peer broke multistream-select: " + why));
        }
        return false;
    }

    private boolean agreed(String name) {
        boolean lazily = protocol != null;
        protocol = name;
        boolean accepted =
                outbound ? lazily || connection.onOutboundAgreed(this, name) : connection.onInboundAgreed(this, name);
        return accepted && !over;
    }

    void onNegotiationTimeout(long afterMs) {
        if (isNegotiating()) {
            doReset(0, new StreamException(Reason.TIMEOUT, "no protocol agreed within " + afterMs + " ms"));
        }
    }

    private void say(MultistreamInitiator negotiation) {
        if (negotiation.hasOutput()) {
            ByteBuf out = connection.allocate(256);
            negotiation.write(out);
            output.takeInternal(handle, out);
        }
    }

    private void say(MultistreamListener negotiation) {
        if (negotiation.hasOutput()) {
            ByteBuf out = connection.allocate(256);
            negotiation.write(out);
            output.takeInternal(handle, out);
        }
    }

    // ---- event loop: out

    /** So many more bytes are in the frame being built; the offset that frame reaches. */
    long onWritten(int bytes) {
        return output.onWritten(bytes);
    }

    /** Everything up to {@code offset} was handed to the socket. */
    void onLeft(long offset) {
        if (output.onLeft(offset)) {
            StreamReader current = reader;
            if (current != null && !over) {
                call(() -> current.onWritable(this));
            }
        }
    }

    /** The socket refused a frame with bytes of this stream: it is broken, and the connection ends. */
    void onLeaveFailed(StreamException cause) {
        output.fail(cause);
    }

    void onCloseLeft() {
        output.onCloseLeft();
    }

    // ---- event loop: end

    /** Ends it from this side: the muxer says so to the peer. */
    void doReset(long code, StreamException cause) {
        if (!over) {
            if (handle != 0) {
                connection.muxReset(handle, code);
            }
            onEnd(cause);
        }
    }

    /**
     * The muxer has forgotten the stream, or the connection is gone.
     *
     * @param cause null for an orderly end of both halves
     */
    void onEnd(@Nullable StreamException cause) {
        if (over) {
            return;
        }
        over = true;
        ended = cause != null ? cause : new StreamException(Reason.CLOSED, "the stream was closed");
        orderly = cause == null;
        countedAsNegotiating = isNegotiating();
        initiator = null;
        listener = null;
        connection.unlink(this);
        StreamScope.Lease counted = lease;
        if (counted != null) {
            counted.close();
        }
        if (cause != null) {
            dropUndelivered();
            output.fail(cause);
        }
        CompletableFuture<Stream> waiting = opening;
        if (waiting != null) {
            opening = null;
            waiting.completeExceptionally(ended);
        }
        if (reader != null) {
            deliver();
        }
        if (!delivering) {
            dropHeldIfIdle();
        }
    }

    private void dropUndelivered() {
        undelivered.close();
        if (held > 0) {
            connection.memory().release(held);
            held = 0;
        }
    }

    /** After an orderly end nothing holds memory but what still waits for a reader. */
    private void dropHeldIfIdle() {
        if (undelivered.isEmpty()) {
            dropUndelivered();
        }
    }

    boolean hasUndelivered() {
        return !undelivered.isEmpty();
    }

    /** The connection is gone for good: what nobody came to read is dropped, and whoever comes later is told so. */
    void onConnectionGone(StreamException cause) {
        onEnd(cause);
        if (!undelivered.isEmpty()) {
            orderly = false;
            ended = cause;
        }
        dropUndelivered();
    }

    private void tellEnd() {
        if (!over || endTold || reader == null || !undelivered.isEmpty()) {
            return;
        }
        endTold = true;
        connection.onDelivered(this);
        StreamReader current = reader;
        StreamException cause = orderly ? null : ended;
        call(() -> current.onClosed(this, cause));
        dropHeldIfIdle();
    }

    /** User code: what it throws resets this stream and nothing else. */
    private void call(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error failure) {
            connection.onUserFailure(this, failure);
            if (failure instanceof VirtualMachineError fatal) {
                throw fatal;
            }
            doReset(0, new StreamException(Reason.RESET_LOCALLY, "the reader failed: " + failure));
        }
    }

    @Override
    public String toString() {
        return (outbound ? "→" : "←") + protocol() + "#" + handle + " of " + connection.peer();
    }
}
