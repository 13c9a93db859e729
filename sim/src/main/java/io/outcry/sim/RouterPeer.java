package io.outcry.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.message.TopicRules;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.outbox.OutboxLimits;
import io.outcry.gossip.outbox.OutboxSink;
import io.outcry.gossip.router.GossipCounter;
import io.outcry.gossip.router.GossipEvents;
import io.outcry.gossip.router.GossipParams;
import io.outcry.gossip.router.GossipRouter;
import io.outcry.gossip.router.PeerProtocol;
import io.outcry.gossip.router.RpcIntake;
import io.outcry.gossip.router.TopicParams;
import io.outcry.gossip.router.Verdict;
import io.outcry.gossip.rpc.RpcError;
import io.outcry.gossip.rpc.RpcLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One life of a peer: the real router and the real outboxes, on simulated links. What a node's shell does with sockets and
 * threads is done here with events.
 *
 * <p><b>Threading</b>: the world's thread.
 */
final class RouterPeer implements Endpoint {

    /** A run publishes so few messages that a node's usual memory for ids would only cost the simulator's. */
    private static final int SEEN_ENTRIES_MAX = 1 << 16;

    /** The specification's parameters. */
    static final GossipParams PARAMS =
            GossipParams.builder().seen(Duration.ofMinutes(2), SEEN_ENTRIES_MAX).build();

    /** What all peers of a run share. */
    record Surroundings(
            World world,
            Network network,
            ByteBufAllocator allocator,
            GossipParams params,
            TopicRule rule,
            DeliveryStatistics statistics) {}

    private final Surroundings around;
    private final int place;
    private final PeerId id;
    private final long bornNs;
    private final SaltedHash hash;
    private final GossipRouter router;
    private final OutboxSink outboxes;
    private final RpcIntake intake;
    private final List<@Nullable Link> linkOfSlot = new ArrayList<>();
    private long wakeUpNs = Long.MAX_VALUE;
    private boolean alive = true;
    private boolean silent;

    RouterPeer(Surroundings around, int place, PeerId id, RandomGenerator random, GossipEvents events) {
        this.around = around;
        this.place = place;
        this.id = id;
        this.bornNs = around.world().nowNs();
        Salt salt = Salt.from(random);
        this.hash = new SaltedHash(salt);
        this.outboxes = new OutboxSink(
                OutboxLimits.DEFAULT,
                new OutboxBudget(OutboxBudget.BYTES_MAX_DEFAULT),
                around.allocator(),
                RpcLimits.DEFAULT.frameLengthMax(),
                events);
        this.router = new GossipRouter(around.params(), id, random, salt, outboxes);
        this.intake = new RpcIntake(
                RpcLimits.DEFAULT, new TopicRules(List.of(around.rule())), salt, around.allocator(), router);
    }

    int place() {
        return place;
    }

    PeerId id() {
        return id;
    }

    long ageNs() {
        return around.world().nowNs() - bornNs;
    }

    boolean isAlive() {
        return alive;
    }

    long count(GossipCounter counter) {
        return router.counters().get(counter);
    }

    int meshSize() {
        return router.mesh(around.rule().topic()).size();
    }

    void join(TopicParams params) {
        router.join(around.rule().topic(), params, nowNs());
        flush();
    }

    /** Publishes; returns how many peers it was sent to. */
    int publish(byte[] data) {
        GossipMessage message = Messages.of(around.rule(), data, hash, around.allocator());
        try {
            return router.onPublish(message, nowNs());
        } finally {
            message.release();
            flush();
        }
    }

    void verdict(GossipMessage message, Verdict verdict) {
        if (alive) {
            router.onVerdict(message.id(), verdict, nowNs());
            flush();
        }
    }

    /** From now on takes messages and passes none on, not even its own. */
    void fallSilent() {
        silent = true;
    }

    boolean isSilent() {
        return silent;
    }

    /** Ends this life; whoever ends it tells the network. */
    void die() {
        alive = false;
        outboxes.close();
        router.close();
    }

    @Override
    public void onConnected(Link link, boolean outbound) {
        PeerId other = ((RouterPeer) around.network().endpoint(link.remote)).id;
        int slot = router.onPeerUp(other, PeerProtocol.MESHSUB_1_1, outbound, nowNs());
        while (linkOfSlot.size() <= slot) {
            linkOfSlot.add(null);
        }
        linkOfSlot.set(slot, link);
        link.attachment = slot;
        flush();
    }

    @Override
    public void onDisconnected(Link link) {
        int slot = slotOf(link);
        router.onPeerDown(slot, nowNs());
        linkOfSlot.set(slot, null);
        flush();
    }

    @Override
    public void onFrame(Link link, ByteBuf frame) {
        int slot = slotOf(link);
        // Neighbours share the bytes; only the indices are this peer's.
        ByteBuf own = frame.duplicate();
        skipPrefix(own);
        RpcError error = intake.onFrame(slot, own, nowNs());
        if (error != null) {
            throw new IllegalStateException("peer " + link.remote + " sent a frame its neighbours refuse: " + error);
        }
        flush();
    }

    private static void skipPrefix(ByteBuf frame) {
        int at = frame.readerIndex();
        while (frame.getByte(at) < 0) {
            at++;
        }
        frame.readerIndex(at + 1);
    }

    @Override
    public void onWritable(Link link) {
        pump(slotOf(link));
    }

    private static int slotOf(Link link) {
        if (link.attachment instanceof Integer slot) {
            return slot;
        }
        throw new IllegalStateException("link " + link + " has no slot");
    }

    private void flush() {
        for (int slot = outboxes.nextDirty(); slot >= 0; slot = outboxes.nextDirty()) {
            pump(slot);
        }
        long dueNs = router.nextDeadlineNs();
        if (dueNs < wakeUpNs) {
            wakeUpNs = dueNs;
            around.world().at(dueNs, this::wakeUp);
        }
    }

    private void pump(int slot) {
        Link link = linkOfSlot.size() > slot ? linkOfSlot.get(slot) : null;
        if (link == null) {
            return;
        }
        while (around.network().hasRoom(link)) {
            ByteBuf frame = outboxes.outbox(slot).poll();
            if (frame == null) {
                return;
            }
            boolean isMessage = Messages.isMessageFrame(frame);
            if (silent && isMessage) {
                frame.release();
                continue;
            }
            around.statistics().sent(frame.readableBytes(), !isMessage);
            around.network().takeFrame(link, frame);
        }
    }

    private void wakeUp() {
        wakeUpNs = Long.MAX_VALUE;
        if (alive) {
            router.onDeadline(nowNs());
            flush();
        }
    }

    private long nowNs() {
        return around.world().nowNs();
    }
}
