package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.outcry.core.memory.Priority;
import io.outcry.transport.StreamException.Reason;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a stream: what is reserved, what is queued, what has left.
 *
 * <pre>
 *   reserve ─► takeWrite ─► muxer ─► onWritten: in a frame ─► onLeft: the socket took it ─► futures, memory, writability
 * </pre>
 *
 * <p><b>Threading</b>: {@link #reserve}, {@link #refuseMore} and the questions from any thread; the rest on the event loop.
 *
 * <p><b>Ownership</b>: reserved bytes are released when the write left or failed, whichever comes.
 */
final class StreamOutput {

    /** Memory counted for each write beside its bytes, so that a million tiny writes are no loophole. */
    static final int WRITE_BYTES = 128;

    private record PendingWrite(long endOffset, int bytes, CompletableFuture<Void> future) {}

    private final NetConnection connection;
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile boolean writable = true;
    private volatile boolean refusing;

    // Confined to the event loop from here on.
    private final ArrayDeque<PendingWrite> pending = new ArrayDeque<>(4);
    private @Nullable CompletableFuture<Void> closing;
    private long acceptedOffset;
    private long writtenOffset;
    private long leftOffset;

    StreamOutput(NetConnection connection) {
        this.connection = connection;
    }

    // ---- any thread

    /** Takes room for a write, or says why there is none. Whoever gets it calls {@link #takeWrite}. */
    @Nullable
    StreamException reserve(int bytes) {
        if (refusing) {
            return new StreamException(Reason.CLOSED, "closed for writing");
        }
        HostLimits limits = connection.limits();
        long queued = queuedBytes.addAndGet(bytes);
        if (queued > limits.streamQueueBytes()) {
            queuedBytes.addAndGet(-bytes);
            return new StreamException(
                    Reason.LIMIT, "more than " + limits.streamQueueBytes() + " bytes queued; see isWritable");
        }
        if (!connection.memory().reserve((long) bytes + WRITE_BYTES, Priority.MEDIUM)) {
            queuedBytes.addAndGet(-bytes);
            return new StreamException(Reason.LIMIT, "the memory budget refused " + bytes + " bytes");
        }
        if (queued > limits.streamHighWaterBytes()) {
            // Before the write is submitted, so that its leaving finds the flag down and raises it again.
            writable = false;
        }
        return null;
    }

    void refuseMore() {
        refusing = true;
    }

    boolean isWritable() {
        return writable && !refusing;
    }

    long queuedBytes() {
        return queuedBytes.get();
    }

    // ---- event loop

    /** Queues bytes that were reserved; {@code slice} is owned. */
    void takeWrite(
            long handle, ByteBuf slice, int bytes, CompletableFuture<Void> future, @Nullable StreamException ended) {
        if (ended != null || closing != null) {
            slice.release();
            settle(bytes);
            future.completeExceptionally(
                    ended != null ? ended : new StreamException(Reason.CLOSED, "closed for writing"));
            return;
        }
        if (!connection.takeMuxWrite(handle, slice)) {
            settle(bytes);
            future.completeExceptionally(new StreamException(Reason.CLOSED, "closed for writing"));
            return;
        }
        acceptedOffset += bytes;
        if (leftOffset == acceptedOffset) {
            settle(bytes);
            future.complete(null);
            return;
        }
        pending.add(new PendingWrite(acceptedOffset, bytes, future));
    }

    /** Queues bytes of the negotiation; {@code out} is owned. */
    void takeInternal(long handle, ByteBuf out) {
        int bytes = out.readableBytes();
        if (connection.takeMuxWrite(handle, out)) {
            acceptedOffset += bytes;
        }
    }

    /** Half-closes after what is queued. */
    void close(long handle, CompletableFuture<Void> future, boolean over, @Nullable StreamException failure) {
        CompletableFuture<Void> first = closing;
        if (first != null) {
            first.whenComplete((done, failed) -> complete(future, failed));
            return;
        }
        closing = future;
        if (over) {
            complete(future, failure);
        } else {
            connection.muxCloseWrite(handle);
        }
    }

    private static void complete(CompletableFuture<Void> future, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(failure);
        }
    }

    /** So many more bytes are in the frame being built; the offset that frame reaches. */
    long onWritten(int bytes) {
        writtenOffset += bytes;
        return writtenOffset;
    }

    /** Everything up to {@code offset} was handed to the socket; true if that made the stream writable again. */
    boolean onLeft(long offset) {
        leftOffset = Math.max(leftOffset, offset);
        for (PendingWrite next = pending.peek();
                next != null && next.endOffset() <= leftOffset;
                next = pending.peek()) {
            pending.poll();
            settle(next.bytes());
            next.future().complete(null);
        }
        if (writable || queuedBytes.get() > connection.limits().streamLowWaterBytes()) {
            return false;
        }
        writable = true;
        return !refusing;
    }

    void onCloseLeft() {
        CompletableFuture<Void> future = closing;
        if (future != null) {
            future.complete(null);
        }
    }

    /** What is queued will not leave. */
    void fail(StreamException cause) {
        for (PendingWrite write = pending.poll(); write != null; write = pending.poll()) {
            settle(write.bytes());
            write.future().completeExceptionally(cause);
        }
        CompletableFuture<Void> future = closing;
        if (future != null) {
            future.completeExceptionally(cause);
        }
    }

    private void settle(int bytes) {
        queuedBytes.addAndGet(-bytes);
        connection.memory().release((long) bytes + WRITE_BYTES);
    }
}
