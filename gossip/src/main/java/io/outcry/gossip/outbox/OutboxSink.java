package io.outcry.gossip.outbox;

import io.netty.buffer.ByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.router.DataKind;
import io.outcry.gossip.router.GossipEvents;
import io.outcry.gossip.router.GossipSink;
import io.outcry.gossip.router.PruneReason;
import io.outcry.gossip.rpc.RpcWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sink that fills one {@link PeerOutbox} a slot and passes the events on; it remembers which outboxes have something
 * to send, so that one wake-up serves a batch of inputs.
 *
 * <p><b>Threading</b>: confined to the router's thread.
 */
public final class OutboxSink implements GossipSink, AutoCloseable {

    /** Hears what becomes of an own message while {@link io.outcry.gossip.router.GossipRouter#onPublish} runs. */
    public interface PublishWatch extends WriteTicket {
        /** A copy was queued for one peer. */
        void onQueued();
    }

    private final OutboxLimits limits;
    private final OutboxBudget budget;
    private final ByteBufAllocator allocator;
    private final int frameLengthMax;
    private final GossipEvents events;
    private final RpcWriter writer = new RpcWriter();
    private final List<@Nullable PeerOutbox> outboxes = new ArrayList<>();
    private final BitSet dirty = new BitSet();
    private int cursor;
    private @Nullable PublishWatch watch;
    private long droppedMessages;

    /**
     * A sink.
     *
     * @param frameLengthMax longer frames are dropped
     * @param events hears deliveries, validations and changes of the mesh
     */
    public OutboxSink(
            OutboxLimits limits,
            OutboxBudget budget,
            ByteBufAllocator allocator,
            int frameLengthMax,
            GossipEvents events) {
        this.limits = limits;
        this.budget = budget;
        this.allocator = allocator;
        this.frameLengthMax = frameLengthMax;
        this.events = events;
    }

    /** The outbox of a slot that is open. */
    public PeerOutbox outbox(int slot) {
        PeerOutbox outbox = slot < outboxes.size() ? outboxes.get(slot) : null;
        if (outbox == null) {
            throw new IllegalArgumentException("no peer has slot " + slot);
        }
        return outbox;
    }

    /** The next slot whose outbox was filled since it was last returned here, round robin; -1 if none was. */
    public int nextDirty() {
        int slot = dirty.nextSetBit(cursor);
        if (slot < 0) {
            slot = dirty.nextSetBit(0);
        }
        if (slot >= 0) {
            dirty.clear(slot);
            cursor = slot + 1;
        }
        return slot;
    }

    /** Who hears of the messages sent from now on with {@link DataKind#PUBLISH}; null for nobody. */
    public void watch(@Nullable PublishWatch publishWatch) {
        watch = publishWatch;
    }

    /** Messages dropped by the outboxes of peers that are gone, and by those that are here. */
    public long droppedMessages() {
        long dropped = droppedMessages;
        for (PeerOutbox outbox : outboxes) {
            dropped += outbox == null ? 0 : outbox.droppedMessages();
        }
        return dropped;
    }

    @Override
    public void onSlotOpened(int slot, PeerId peer) {
        while (outboxes.size() <= slot) {
            outboxes.add(null);
        }
        outboxes.set(slot, new PeerOutbox(limits, budget, writer, allocator, frameLengthMax));
    }

    @Override
    public void onSlotClosed(int slot) {
        PeerOutbox outbox = outbox(slot);
        outbox.close();
        droppedMessages += outbox.droppedMessages();
        outboxes.set(slot, null);
        dirty.clear(slot);
    }

    @Override
    public void sendSubscription(int slot, String topic, boolean subscribe) {
        filled(slot).subscription(topic, subscribe);
    }

    @Override
    public void sendGraft(int slot, String topic) {
        filled(slot).graft(topic);
    }

    @Override
    public void sendPrune(int slot, String topic, long backoffSeconds) {
        filled(slot).prune(topic, backoffSeconds);
    }

    @Override
    public void withdrawGraft(int slot, String topic) {
        outbox(slot).withdrawGraft(topic);
    }

    @Override
    public void sendIHave(int slot, String topic, MessageId[] ids) {
        filled(slot).ihave(topic, ids);
    }

    @Override
    public void sendIWant(int slot, MessageId[] ids, int count) {
        filled(slot).iwant(ids, count);
    }

    @Override
    public void sendMessage(int slot, GossipMessage message, DataKind kind) {
        PublishWatch ticket = kind == DataKind.PUBLISH ? watch : null;
        boolean queued = filled(slot).message(message, kind, ticket);
        if (ticket != null) {
            if (queued) {
                ticket.onQueued();
            } else {
                ticket.onDropped();
            }
        }
    }

    @Override
    public void deliver(GossipMessage message, PeerId from) {
        events.deliver(message, from);
    }

    @Override
    public void validate(GossipMessage message, PeerId from) {
        events.validate(message, from);
    }

    @Override
    public void onSettled(GossipMessage message) {
        events.onSettled(message);
    }

    @Override
    public void onSubscription(PeerId peer, String topic, boolean subscribed) {
        events.onSubscription(peer, topic, subscribed);
    }

    @Override
    public void onGraft(PeerId peer, String topic, boolean byUs) {
        events.onGraft(peer, topic, byUs);
    }

    @Override
    public void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {
        events.onPrune(peer, topic, reason, backoffMs);
    }

    /** Drops what waits everywhere. */
    @Override
    public void close() {
        for (PeerOutbox outbox : outboxes) {
            if (outbox != null) {
                outbox.close();
            }
        }
    }

    private PeerOutbox filled(int slot) {
        dirty.set(slot);
        return outbox(slot);
    }
}
