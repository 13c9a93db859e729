package io.outcry.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.message.TopicRules;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.outbox.OutboxLimits;
import io.outcry.gossip.outbox.OutboxSink;
import io.outcry.gossip.router.GossipEvents;
import io.outcry.gossip.router.GossipParams;
import io.outcry.gossip.router.GossipRouter;
import io.outcry.gossip.router.PeerProtocol;
import io.outcry.gossip.router.RpcIntake;
import io.outcry.gossip.router.TopicParams;
import io.outcry.gossip.rpc.FrameSplitter;
import io.outcry.gossip.rpc.RpcError;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The real router with real outboxes in the middle of peers that exist only as their frames, on a clock of its own: what a
 * message costs between the stream it comes from and the streams it goes to.
 */
final class RouterRig implements AutoCloseable {

    static final String TOPIC = "bench";
    static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    private final OutboxSink outboxes = new OutboxSink(
            OutboxLimits.DEFAULT,
            new OutboxBudget(OutboxBudget.BYTES_MAX_DEFAULT),
            ALLOCATOR,
            RpcLimits.DEFAULT.frameLengthMax(),
            new GossipEvents() {
                @Override
                public void deliver(GossipMessage message, PeerId from) {
                    delivered++;
                }
            });
    private final GossipRouter router;
    private final RpcIntake intake;
    private final FrameSplitter splitter = new FrameSplitter(RpcLimits.DEFAULT.frameLengthMax(), ALLOCATOR);
    private final int topics;
    private long delivered;
    private long nowNs;

    RouterRig(int peers, int grafted, int topics) {
        this.topics = topics;
        SplittableRandom random = new SplittableRandom(7);
        Salt salt = Salt.from(random);
        router = new GossipRouter(GossipParams.defaults(), peer(0), random, salt, outboxes);
        List<TopicRule> rules = new ArrayList<>();
        for (int t = 0; t < topics; t++) {
            rules.add(new TopicRule(
                    topic(t),
                    SignaturePolicy.STRICT_NO_SIGN,
                    MessageIds.SHA256_DATA,
                    RpcLimits.DEFAULT.frameLengthMax()));
        }
        intake = new RpcIntake(RpcLimits.DEFAULT, new TopicRules(rules), salt, ALLOCATOR, router);
        for (int t = 0; t < topics; t++) {
            router.join(topic(t), TopicParams.DEFAULT, nowNs);
        }
        RpcWriter writer = new RpcWriter();
        for (int p = 1; p <= peers; p++) {
            int slot = router.onPeerUp(peer(p), PeerProtocol.MESHSUB_1_1, true, nowNs);
            for (int t = 0; t < topics; t++) {
                writer.subscription(topic(t), true);
                if (p <= grafted) {
                    writer.graft(topic(t));
                }
            }
            receiveAndRelease(slot, writer.finish(ALLOCATOR));
        }
        drain();
    }

    static String topic(int number) {
        return number == 0 ? TOPIC : TOPIC + number;
    }

    private static PeerId peer(int number) {
        ByteBuffer multihash = ByteBuffer.wrap(new byte[34]);
        multihash.put((byte) 0x12).put((byte) 0x20).putInt(number);
        return PeerId.fromBytes(multihash.array());
    }

    int meshSize() {
        return router.mesh(TOPIC).size();
    }

    long delivered() {
        return delivered;
    }

    /** A frame as a stream delivers it; {@code bytes} is borrowed. */
    void receive(int slot, ByteBuf bytes) {
        ByteBuf frame = splitter.next(bytes);
        if (frame == null) {
            throw new IllegalStateException("not one whole frame");
        }
        RpcError error = intake.onFrame(slot, frame, nowNs);
        frame.release();
        if (error != null) {
            throw new IllegalStateException("refused: " + error);
        }
    }

    private void receiveAndRelease(int slot, ByteBuf bytes) {
        receive(slot, bytes);
        bytes.release();
    }

    /** Lets time pass; a heartbeat runs when it is due. */
    void pass(long ns) {
        nowNs += ns;
        if (router.nextDeadlineNs() <= nowNs) {
            router.onDeadline(nowNs);
        }
    }

    /** A heartbeat, and what it had to say. */
    int heartbeat() {
        nowNs += TimeUnit.SECONDS.toNanos(1);
        router.onDeadline(nowNs);
        return drain();
    }

    /** Takes what the outboxes hold, as writable streams would; returns its bytes. */
    int drain() {
        int bytes = 0;
        for (int slot = outboxes.nextDirty(); slot >= 0; slot = outboxes.nextDirty()) {
            for (ByteBuf frame = outboxes.outbox(slot).poll();
                    frame != null;
                    frame = outboxes.outbox(slot).poll()) {
                bytes += frame.readableBytes();
                frame.release();
            }
        }
        return bytes;
    }

    int topics() {
        return topics;
    }

    @Override
    public void close() {
        splitter.close();
        outboxes.close();
        router.close();
    }
}
