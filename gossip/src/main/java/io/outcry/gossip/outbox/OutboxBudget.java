package io.outcry.gossip.outbox;

import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.gossip.message.GossipMessage;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that may wait in all outboxes together. A message that waits for many peers is one buffer, so it counts once, plus
 * a little for each place in a queue.
 *
 * <p><b>Threading</b>: one thread reserves and releases; any thread may read the counters.
 */
public final class OutboxBudget {

    /** What one place in a queue costs beside the message. */
    static final int ENTRY_BYTES = 64;

    /** 256 MiB: 64 stuck peers at the cap of 4 MiB each, if they share nothing. */
    public static final long BYTES_MAX_DEFAULT = 256L << 20;

    private final long bytesMax;
    private final @Nullable MemoryBudget parent;
    private volatile long used;
    private volatile long peak;
    private volatile long refused;

    public OutboxBudget(long bytesMax) {
        this(bytesMax, null);
    }

    /** A budget whose messages are reserved in the node's budget as well. */
    public OutboxBudget(long bytesMax, @Nullable MemoryBudget parent) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("bytesMax is " + bytesMax + "; it must be at least 1");
        }
        this.bytesMax = bytesMax;
        this.parent = parent;
    }

    /** What a message costs the queue of one peer. */
    static long cost(GossipMessage message) {
        return ENTRY_BYTES + message.frameLength();
    }

    /** Makes room for one more place in a queue. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    boolean reserve(GossipMessage message) {
        boolean first = message.onQueued();
        long bytes = ENTRY_BYTES + (first ? message.frameLength() : 0);
        boolean room = used + bytes <= bytesMax
                && (!first || parent == null || parent.reserve(message.frameLength(), Priority.MEDIUM));
        if (!room) {
            message.onUnqueued();
            refused++;
            return false;
        }
        used += bytes;
        if (used > peak) {
            peak = used;
        }
        return true;
    }

    /** One place in a queue is free. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void release(GossipMessage message) {
        boolean last = message.onUnqueued();
        used -= ENTRY_BYTES + (last ? message.frameLength() : 0);
        if (last && parent != null) {
            parent.release(message.frameLength());
        }
    }

    public long bytesMax() {
        return bytesMax;
    }

    public long used() {
        return used;
    }

    public long peak() {
        return peak;
    }

    public long refused() {
        return refused;
    }
}
