package io.outcry.gossip.outbox;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.router.DataKind;
import io.outcry.gossip.rpc.RpcWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one peer, as a machine: it is filled by the router's sink and pulled, frame by frame, while the peer's
 * stream is writable.
 *
 * <p>SUBSCRIBE, GRAFT and PRUNE are not messages here but wanted state, one word a topic: a later word replaces an
 * earlier one that has not left, so nothing stale is ever sent and nothing of it is ever dropped. Messages are shared
 * frames under a cap of bytes; over it a forward gives way to an IWANT reply, and both to an own publish. IHAVE and IWANT
 * are bounded lists whose overflow the next heartbeat makes good.
 *
 * <p><b>Threading</b>: a machine; one thread at a time, the router's.
 *
 * <p><b>Ownership</b>: it retains each frame it queues; {@link #poll} gives the reference to the caller.
 *
 * <p><b>Errors</b>: nothing throws because of the peer; what is dropped is counted, and told to its ticket.
 */
public final class PeerOutbox implements AutoCloseable {

    /** Room an IHAVE or IWANT must find beside its topic, or it waits for the next frame: the longest id and more. */
    private static final int GOSSIP_ROOM_LEAST = 512;

    /** Subscriptions in one frame: rust-libp2p passes over all of a frame with more. */
    private static final int SUBSCRIPTIONS_PER_FRAME_MAX = 100;

    /** The mesh word that is a GRAFT; every other is the backoff of a PRUNE, seconds. */
    private static final long GRAFT = -1;

    private final OutboxLimits limits;
    private final OutboxBudget budget;
    private final RpcWriter writer;
    private final ByteBufAllocator allocator;
    private final int frameLengthMax;

    /** Topic to the subscription the peer should know. Bounded by the topics this node joins and leaves. */
    private final Map<String, Boolean> subscriptions = new LinkedHashMap<>();
    /** Topic to {@link #GRAFT} or the backoff of a PRUNE, seconds. Bounded likewise. */
    private final Map<String, Long> meshWords = new LinkedHashMap<>();

    private final MessageQueue[] data = {new MessageQueue(), new MessageQueue(), new MessageQueue()};
    private final ArrayDeque<Announcement> ihaves = new ArrayDeque<>();
    private MessageId[] iwants = new MessageId[0];
    private int iwantFrom;
    private int iwantTo;
    private int ihaveIds;
    private long nextPlace;
    private @Nullable WriteTicket polledTicket;
    private boolean polledControl;
    private boolean closed;

    private long droppedMessages;
    private long droppedBytes;
    private long droppedIds;

    /**
     * An outbox.
     *
     * @param writer shared by the outboxes of a thread
     * @param frameLengthMax longer frames are refused
     */
    public PeerOutbox(
            OutboxLimits limits,
            OutboxBudget budget,
            RpcWriter writer,
            ByteBufAllocator allocator,
            int frameLengthMax) {
        this.limits = limits;
        this.budget = budget;
        this.writer = writer;
        this.allocator = allocator;
        this.frameLengthMax = frameLengthMax;
    }

    /** The peer should know that this node is, or is no longer, subscribed to {@code topic}. */
    public void subscription(String topic, boolean subscribed) {
        if (!closed) {
            subscriptions.remove(topic);
            subscriptions.put(topic, subscribed);
        }
    }

    /** The peer should be told that it is in the mesh of {@code topic}. */
    public void graft(String topic) {
        if (!closed) {
            meshWords.remove(topic);
            meshWords.put(topic, GRAFT);
        }
    }

    /** The peer should be told that it is not in the mesh of {@code topic}; a backoff of 0 is not mentioned. */
    public void prune(String topic, long backoffSeconds) {
        if (backoffSeconds < 0) {
            throw new IllegalArgumentException("backoffSeconds is " + backoffSeconds + "; it must not be negative");
        }
        if (!closed) {
            meshWords.remove(topic);
            meshWords.put(topic, backoffSeconds);
        }
    }

    /** A GRAFT that has not left would now be stale. */
    public void withdrawGraft(String topic) {
        meshWords.remove(topic, GRAFT);
    }

    /** Announces ids; the array is shared with other outboxes and must not change. */
    public void ihave(String topic, MessageId[] ids) {
        if (closed || ids.length == 0) {
            return;
        }
        ihaves.add(new Announcement(topic, ids));
        ihaveIds += ids.length;
        while (ihaveIds > limits.ihaveIdsMax() && ihaves.size() > 1) {
            Announcement oldest = ihaves.remove();
            ihaveIds -= oldest.ids.length - oldest.from;
            droppedIds += oldest.ids.length - oldest.from;
        }
    }

    /** Asks for the first {@code count} of {@code ids}, which are copied. */
    public void iwant(MessageId[] ids, int count) {
        if (closed) {
            return;
        }
        int waiting = iwantTo - iwantFrom;
        int take = Math.min(count, limits.iwantIdsMax() - waiting);
        if (iwantTo + take > iwants.length) {
            MessageId[] more = new MessageId[Math.max(waiting + take, Math.min(2 * waiting, limits.iwantIdsMax()))];
            System.arraycopy(iwants, iwantFrom, more, 0, waiting);
            iwants = more;
            iwantFrom = 0;
            iwantTo = waiting;
        }
        System.arraycopy(ids, 0, iwants, iwantTo, take);
        iwantTo += take;
        droppedIds += count - take;
    }

    /**
     * Queues a message.
     *
     * @param ticket hears if the copy is dropped later on; it hears nothing if this returns false
     * @return false if there is no room for it
     */
    public boolean message(GossipMessage message, DataKind kind, @Nullable WriteTicket ticket) {
        if (closed || message.frameLength() > frameLengthMax || !makeRoom(message, kind)) {
            droppedMessages++;
            droppedBytes += message.frameLength();
            return false;
        }
        data[kind.ordinal()].takeLast(message.retain(), ticket, nextPlace++);
        return true;
    }

    /** True if {@link #poll} would return null. */
    public boolean isEmpty() {
        return subscriptions.isEmpty()
                && meshWords.isEmpty()
                && data[0].isEmpty()
                && data[1].isEmpty()
                && data[2].isEmpty()
                && iwantFrom == iwantTo
                && ihaves.isEmpty();
    }

    /**
     * The next frame, length prefix included; null if nothing waits.
     *
     * @return owned by the caller; its indices are shared with other outboxes and must not be moved
     */
    public @Nullable ByteBuf poll() {
        polledTicket = null;
        polledControl = !subscriptions.isEmpty() || !meshWords.isEmpty();
        if (polledControl) {
            return controlFrame();
        }
        MessageQueue first = data[0];
        for (int i = 1; i < data.length; i++) {
            if (data[i].firstPlace() < first.firstPlace()) {
                first = data[i];
            }
        }
        if (!first.isEmpty()) {
            polledTicket = first.firstTicket();
            return removeFirst(first).frame();
        }
        return iwantFrom < iwantTo || !ihaves.isEmpty() ? controlFrame() : null;
    }

    /** The ticket of the frame that {@link #poll} returned last; null if it has none. */
    public @Nullable WriteTicket polledTicket() {
        return polledTicket;
    }

    /**
     * True if the frame that {@link #poll} returned last told a subscription, a GRAFT or a PRUNE. If it was lost, the peer's
     * stream must be opened anew and everything be said again.
     */
    public boolean polledControl() {
        return polledControl;
    }

    /** Bytes of messages that wait, with what their entries cost. */
    public long bytes() {
        return bytesFrom(DataKind.FORWARD);
    }

    /** Messages that wait. */
    public int messages() {
        return data[0].size() + data[1].size() + data[2].size();
    }

    /** Messages refused or pushed out for want of room. */
    public long droppedMessages() {
        return droppedMessages;
    }

    public long droppedBytes() {
        return droppedBytes;
    }

    /** Ids of IHAVE and IWANT given up for want of room. */
    public long droppedIds() {
        return droppedIds;
    }

    /** Drops everything and takes nothing more. */
    @Override
    public void close() {
        closed = true;
        for (MessageQueue queue : data) {
            while (!queue.isEmpty()) {
                dropFirst(queue);
            }
        }
        subscriptions.clear();
        meshWords.clear();
        ihaves.clear();
        ihaveIds = 0;
        iwants = new MessageId[0];
        iwantFrom = iwantTo = 0;
    }

    /** Bytes of the messages that do not give way to one of {@code kind}, or of all for the weakest. */
    private long bytesFrom(DataKind kind) {
        long sum = 0;
        for (int i = kind.ordinal(); i < data.length; i++) {
            sum += data[i].bytes();
        }
        return sum;
    }

    private boolean makeRoom(GossipMessage message, DataKind kind) {
        long roomMax = limits.peerBytesMax() - OutboxBudget.cost(message);
        if (bytesFrom(kind) > roomMax) {
            // Dropping all that is weaker would not help.
            return false;
        }
        int weaker = 0;
        while (bytes() > roomMax || !budget.reserve(message)) {
            while (weaker < kind.ordinal() && data[weaker].isEmpty()) {
                weaker++;
            }
            if (weaker == kind.ordinal()) {
                return false;
            }
            dropFirst(data[weaker]);
        }
        return true;
    }

    private void dropFirst(MessageQueue queue) {
        WriteTicket ticket = queue.firstTicket();
        GossipMessage message = removeFirst(queue);
        droppedMessages++;
        droppedBytes += message.frameLength();
        message.release();
        if (ticket != null) {
            ticket.onDropped();
        }
    }

    private GossipMessage removeFirst(MessageQueue queue) {
        GossipMessage message = queue.removeFirst();
        budget.release(message);
        return message;
    }

    /** Subscriptions first, then mesh words, then, if there is room, what should be asked for and announced. */
    private ByteBuf controlFrame() {
        int max = limits.controlFrameBytesMax();
        int told = 0;
        for (Iterator<Map.Entry<String, Boolean>> i = subscriptions.entrySet().iterator(); i.hasNext(); i.remove()) {
            Map.Entry<String, Boolean> entry = i.next();
            if (told++ == SUBSCRIPTIONS_PER_FRAME_MAX || !fits(entry.getKey(), max)) {
                return writer.finish(allocator);
            }
            writer.subscription(entry.getKey(), entry.getValue());
        }
        for (Iterator<Map.Entry<String, Long>> i = meshWords.entrySet().iterator(); i.hasNext(); i.remove()) {
            Map.Entry<String, Long> entry = i.next();
            if (!fits(entry.getKey(), max)) {
                return writer.finish(allocator);
            }
            if (entry.getValue() == GRAFT) {
                writer.graft(entry.getKey());
            } else {
                writer.prune(entry.getKey(), entry.getValue());
            }
        }
        gossip(max);
        return writer.finish(allocator);
    }

    private boolean fits(String topic, int max) {
        return writer.size() == 0 || writer.size() + RpcWriter.entrySizeMax(topic) <= max;
    }

    private void gossip(int max) {
        while (iwantFrom < iwantTo && (writer.size() == 0 || max - writer.size() >= GOSSIP_ROOM_LEAST)) {
            int end = writer.iwant(iwants, iwantFrom, iwantTo, max - writer.size());
            Arrays.fill(iwants, iwantFrom, end, null);
            iwantFrom = end;
        }
        if (iwantFrom == iwantTo) {
            iwants = iwants.length > GOSSIP_ROOM_LEAST ? new MessageId[0] : iwants;
            iwantFrom = iwantTo = 0;
        }
        while (!ihaves.isEmpty() && roomFor(ihaves.element().topic, max)) {
            Announcement next = ihaves.element();
            int end = writer.ihave(next.topic, next.ids, next.from, next.ids.length, max - writer.size());
            ihaveIds -= end - next.from;
            next.from = end;
            if (end == next.ids.length) {
                ihaves.remove();
            }
        }
    }

    private boolean roomFor(String topic, int max) {
        return writer.size() == 0 || max - writer.size() >= GOSSIP_ROOM_LEAST + RpcWriter.entrySizeMax(topic);
    }

    /** Ids to announce, from {@code from} on. */
    private static final class Announcement {
        final String topic;
        final MessageId[] ids;
        int from;

        Announcement(String topic, MessageId[] ids) {
            this.topic = topic;
            this.ids = ids;
        }
    }
}
