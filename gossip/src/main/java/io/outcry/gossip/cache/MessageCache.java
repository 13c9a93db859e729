package io.outcry.gossip.cache;

import io.netty.buffer.ByteBuf;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.gossip.message.GossipMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2IntCounterMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The accepted messages of the last heartbeats: what IHAVE announces and IWANT asks for. Windows shift with the
 * heartbeat; over the byte cap, or when the node's memory is wanted elsewhere, the oldest messages leave early and are counted.
 *
 * <p><b>Threading</b>: confined.
 *
 * <p><b>Ownership</b>: {@link #put} retains the message; it is released when it leaves.
 *
 * <p><b>Spec</b>: gossipsub-v1.0, "Message Cache".
 */
public final class MessageCache implements AutoCloseable {

    /** Receives what the gossip windows hold. */
    @FunctionalInterface
    public interface GossipVisitor {
        void onCached(int topicIndex, GossipMessage message);
    }

    /** What a message costs beside its frame: objects and tables. */
    private static final int ENTRY_BYTES = 256;

    /** The messages of one heartbeat each, the newest window first. */
    private final List<ArrayDeque<Entry>> windows = new ArrayList<>();

    private final Long2ObjectHashMap<Entry> byKey = new Long2ObjectHashMap<>();
    private final int gossipWindows;
    private final long bytesMax;
    private final MemoryBudget memory;
    private long bytes;
    private long evicted;

    /**
     * A cache.
     *
     * @param historyLength windows a message stays
     * @param gossipWindows windows whose ids are announced
     * @param bytesMax bytes of messages kept at most
     * @param memory where those are reserved, as what is given up first; more of it is never held than is kept
     */
    public MessageCache(int historyLength, int gossipWindows, long bytesMax, MemoryBudget memory) {
        if (gossipWindows < 0 || historyLength < 1 || gossipWindows > historyLength) {
            throw new IllegalArgumentException("historyLength is " + historyLength + " and gossipWindows "
                    + gossipWindows + "; it must hold that 0 <= gossipWindows <= historyLength and historyLength >= 1");
        }
        this.gossipWindows = gossipWindows;
        this.bytesMax = bytesMax;
        this.memory = memory;
        for (int i = 0; i < historyLength; i++) {
            windows.add(new ArrayDeque<>());
        }
    }

    /** Keeps a message in the newest window; one whose id is here already, or that finds no room at all, is passed over. */
    public void put(GossipMessage message, int topicIndex) {
        if (byKey.containsKey(message.id().low())) {
            return;
        }
        Entry entry = new Entry(message, topicIndex);
        if (entry.bytes() > bytesMax) {
            evicted++;
            return;
        }
        while (bytes + entry.bytes() > bytesMax || !memory.reserve(entry.bytes(), Priority.LOW)) {
            evicted++;
            if (!evictOldest()) {
                return;
            }
        }
        message.retain();
        byKey.put(message.id().low(), entry);
        windows.get(0).add(entry);
        bytes += entry.bytes();
    }

    /** The message with this id, borrowed; null if it is not here. */
    public @Nullable GossipMessage get(long low, ByteBuf id, int offset, int length) {
        Entry entry = byKey.get(low);
        return entry != null && entry.message.id().matches(id, offset, length) ? entry.message : null;
    }

    /** Notes that a peer asked for a message that is here, and returns how often it has. */
    public int countAsked(GossipMessage message, int peerSerial) {
        Entry entry = byKey.get(message.id().low());
        return entry == null ? 0 : entry.countAsked(peerSerial);
    }

    /** Visits the messages of the gossip windows, newest window first, each in the order it came. */
    public void forEachGossip(GossipVisitor visitor) {
        for (int w = 0; w < gossipWindows; w++) {
            for (Entry entry : windows.get(w)) {
                visitor.onCached(entry.topicIndex, entry.message);
            }
        }
    }

    /** Opens a new window and lets the oldest go. */
    public void shift() {
        for (Entry entry : windows.remove(windows.size() - 1)) {
            drop(entry);
        }
        windows.add(0, new ArrayDeque<>());
    }

    /** Messages held. */
    public int size() {
        return byKey.size();
    }

    /** Bytes held, counting what an entry costs beside its frame. */
    public long bytes() {
        return bytes;
    }

    /** Messages that left early, or never came in, for want of room. */
    public long evicted() {
        return evicted;
    }

    private boolean evictOldest() {
        for (int w = windows.size() - 1; w >= 0; w--) {
            Entry oldest = windows.get(w).poll();
            if (oldest != null) {
                drop(oldest);
                return true;
            }
        }
        return false;
    }

    private void drop(Entry entry) {
        byKey.remove(entry.message.id().low());
        bytes -= entry.bytes();
        memory.release(entry.bytes());
        entry.message.release();
    }

    /** Releases everything. */
    @Override
    public void close() {
        for (int i = 0; i < windows.size(); i++) {
            shift();
        }
    }

    private static final class Entry {
        final GossipMessage message;
        final int topicIndex;
        private @Nullable Int2IntCounterMap asked;

        Entry(GossipMessage message, int topicIndex) {
            this.message = message;
            this.topicIndex = topicIndex;
        }

        int bytes() {
            return ENTRY_BYTES + message.frameLength();
        }

        int countAsked(int peerSerial) {
            Int2IntCounterMap counts = asked;
            if (counts == null) {
                counts = new Int2IntCounterMap(0);
                asked = counts;
            }
            return counts.incrementAndGet(peerSerial);
        }
    }
}
