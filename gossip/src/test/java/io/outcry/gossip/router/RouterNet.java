package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.MessageSigner;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.message.TopicRules;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.outbox.OutboxLimits;
import io.outcry.gossip.outbox.OutboxSink;
import io.outcry.gossip.rpc.RpcLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Routers joined by wires without delay or loss, in virtual time. */
final class RouterNet implements AutoCloseable {

    static final String TOPIC = "news";
    static final TopicRule RULE = new TopicRule(TOPIC, SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_DATA, 1 << 20);

    final List<Node> nodes = new ArrayList<>();
    long nowNs = 1_000_000_000L;
    private final long seed;

    RouterNet(long seed) {
        this.seed = seed;
    }

    Node add(GossipParams params) {
        Node node = new Node(nodes.size(), params);
        nodes.add(node);
        return node;
    }

    /** Wires two nodes, the first as the dialler. */
    void connect(Node dialler, Node other) {
        dialler.up(other, true);
        other.up(dialler, false);
        settle();
    }

    void disconnect(Node a, Node b) {
        a.down(b);
        b.down(a);
        settle();
    }

    /** Delivers until nothing is on its way. */
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Node node : nodes) {
                moved |= node.flush();
            }
        }
    }

    /** Lets time pass, heartbeats included. */
    void advance(long ms) {
        long endNs = nowNs + ms * 1_000_000;
        while (true) {
            long next = Long.MAX_VALUE;
            for (Node node : nodes) {
                next = Math.min(next, node.router.nextDeadlineNs());
            }
            if (next > endNs) {
                nowNs = endNs;
                return;
            }
            nowNs = Math.max(nowNs, next);
            for (Node node : nodes) {
                if (node.router.nextDeadlineNs() <= nowNs) {
                    node.router.onDeadline(nowNs);
                }
            }
            settle();
        }
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.sink.close();
            node.router.close();
        }
    }

    final class Node implements GossipEvents {
        final int number;
        final PeerId id;
        final OutboxSink sink;
        final GossipRouter router;
        final RpcIntake intake;
        final List<String> delivered = new ArrayList<>();
        final SaltedHash hash;
        private final MessageSigner signer;
        private final Map<Integer, Node> bySlot = new HashMap<>();
        private final Map<Node, Integer> slots = new HashMap<>();

        Node(int number, GossipParams params) {
            this.number = number;
            id = TestPeers.id(number);
            Salt salt = new Salt(seed, number);
            hash = new SaltedHash(salt);
            sink = new OutboxSink(
                    OutboxLimits.DEFAULT,
                    new OutboxBudget(OutboxBudget.BYTES_MAX_DEFAULT),
                    PooledByteBufAllocator.DEFAULT,
                    1 << 20,
                    this);
            router = new GossipRouter(params, id, new SplittableRandom(seed + number), salt, sink);
            intake = new RpcIntake(RpcLimits.DEFAULT, TopicRules.NONE, salt, PooledByteBufAllocator.DEFAULT, router);
            signer = new MessageSigner(TestPeers.key(number), 1, PooledByteBufAllocator.DEFAULT);
        }

        void join(TopicParams params) {
            intake.rules(new TopicRules(List.of(RULE)));
            router.join(TOPIC, params, nowNs);
            settle();
        }

        void leave() {
            router.leave(TOPIC, nowNs);
            settle();
        }

        int publish(String text) {
            ByteBuf data = PooledByteBufAllocator.DEFAULT.buffer();
            data.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            GossipMessage message = signer.sign(RULE, data, hash);
            data.release();
            int sent = router.onPublish(message, nowNs);
            message.release();
            settle();
            return sent;
        }

        @Nullable
        Integer slot(Node other) {
            return slots.get(other);
        }

        MessageId idOf(byte[] bytes) {
            return MessageId.of(bytes, hash);
        }

        private void up(Node other, boolean outbound) {
            int slot = router.onPeerUp(other.id, PeerProtocol.MESHSUB_1_1, outbound, nowNs);
            bySlot.put(slot, other);
            slots.put(other, slot);
        }

        private void down(Node other) {
            int slot = Objects.requireNonNull(slots.remove(other));
            bySlot.remove(slot);
            router.onPeerDown(slot, nowNs);
        }

        private boolean flush() {
            boolean moved = false;
            for (int slot = sink.nextDirty(); slot >= 0; slot = sink.nextDirty()) {
                Node other = Objects.requireNonNull(bySlot.get(slot));
                for (ByteBuf frame = sink.outbox(slot).poll();
                        frame != null;
                        frame = sink.outbox(slot).poll()) {
                    moved = true;
                    ByteBuf copy = Frames.received(frame);
                    frame.release();
                    Integer back = other.slots.get(this);
                    if (back != null) {
                        other.intake.onFrame(back, copy, nowNs);
                    }
                    copy.release();
                }
            }
            return moved;
        }

        @Override
        public void deliver(GossipMessage message, PeerId from) {
            delivered.add(new String(message.fields().data(), StandardCharsets.UTF_8));
        }
    }
}
