package io.outcry.gossip.router;

import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Messages that wait for a verdict, bounded in number and time. It holds a reference to each. */
final class Verdicts implements AutoCloseable {

    static final class Pending {
        final GossipMessage message;
        final PeerState source;
        final long untilNs;
        /** Peers that sent the same while it waited; bounded by the peers of the node. */
        final List<PeerState> alsoFrom = new ArrayList<>(0);

        boolean open = true;

        Pending(GossipMessage message, PeerState source, long untilNs) {
            this.message = message;
            this.source = source;
            this.untilNs = untilNs;
        }
    }

    private final int max;
    private final long timeoutNs;
    private final Long2ObjectHashMap<Pending> byKey = new Long2ObjectHashMap<>();
    /** In the order of their deadlines; those answered meanwhile leave when they come first, or when there are many. */
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();

    Verdicts(int max, long timeoutNs) {
        this.max = max;
        this.timeoutNs = timeoutNs;
    }

    boolean isFull() {
        return byKey.size() >= max;
    }

    void add(GossipMessage message, PeerState source, long nowNs) {
        Pending pending = new Pending(message.retain(), source, nowNs + timeoutNs);
        byKey.put(message.id().low(), pending);
        queue.add(pending);
        while (!queue.isEmpty() && !queue.element().open) {
            queue.remove();
        }
        if (queue.size() > 2 * max) {
            // One that is never answered must not keep all those behind it.
            queue.removeIf(answered -> !answered.open);
        }
    }

    @Nullable
    Pending get(long low) {
        return byKey.get(low);
    }

    /** Takes out what waits for this message; the caller releases its message. Null if the verdict comes too late. */
    @Nullable
    Pending remove(MessageId id) {
        Pending pending = byKey.get(id.low());
        if (pending == null || !pending.message.id().equals(id)) {
            return null;
        }
        byKey.remove(id.low());
        pending.open = false;
        return pending;
    }

    /** Takes out the next one whose time has passed; the caller releases its message. Null if none is left. */
    @Nullable
    Pending pollTimedOut(long nowNs) {
        for (Pending next = queue.peek();
                next != null && (!next.open || next.untilNs - nowNs <= 0);
                next = queue.peek()) {
            queue.remove();
            if (next.open) {
                next.open = false;
                byKey.remove(next.message.id().low());
                return next;
            }
        }
        return null;
    }

    int size() {
        return byKey.size();
    }

    @Override
    public void close() {
        for (Pending pending : queue) {
            if (pending.open) {
                pending.open = false;
                pending.message.release();
            }
        }
        queue.clear();
        byKey.clear();
    }
}
