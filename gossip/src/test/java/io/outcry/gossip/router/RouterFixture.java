package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.MessageSigner;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.message.TopicRules;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One router whose outputs are written down as lines, and hands to act as its peers. Time is moved by hand. */
final class RouterFixture implements AutoCloseable, GossipSink {

    static final String TOPIC = "news";

    final List<String> log = new ArrayList<>();
    final List<MessageId[]> wanted = new ArrayList<>();
    final List<GossipMessage> awaiting = new ArrayList<>();
    final GossipRouter router;
    final RpcIntake intake;
    final SaltedHash hash;
    long nowNs;
    /** Thrown by the next message to a peer, once. */
    @Nullable
    Error failure;

    private final RpcWriter writer = new RpcWriter();
    private final MessageSigner signer;
    private final List<TopicRule> rules = new ArrayList<>();
    private int nextPeer = 1;

    RouterFixture(GossipParams params) {
        this(params, 42, -5_000_000_000L);
    }

    RouterFixture(GossipParams params, long seed, long startNs) {
        Salt salt = new Salt(seed, 1);
        hash = new SaltedHash(salt);
        nowNs = startNs;
        router = new GossipRouter(params, TestPeers.key(0).peerId(), new SplittableRandom(seed), salt, this);
        intake = new RpcIntake(RpcLimits.DEFAULT, TopicRules.NONE, salt, PooledByteBufAllocator.DEFAULT, router);
        signer = new MessageSigner(TestPeers.key(0), 1, PooledByteBufAllocator.DEFAULT);
    }

    // ------------------------------------------------------------------------------------------------------- inputs

    RouterFixture join(String topic, TopicParams params) {
        rules.add(rule(topic));
        intake.rules(new TopicRules(rules));
        router.join(topic, params, nowNs);
        return this;
    }

    static TopicRule rule(String topic) {
        return new TopicRule(topic, SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_TOPIC_DATA, 1 << 20);
    }

    int up(PeerProtocol protocol, boolean outbound) {
        return router.onPeerUp(TestPeers.id(nextPeer++), protocol, outbound, nowNs);
    }

    /** An inbound peer of version 1.1, subscribed to the topics. */
    int subscriber(String... topics) {
        int slot = up(PeerProtocol.MESHSUB_1_1, false);
        subscribe(slot, topics);
        return slot;
    }

    void subscribers(int count) {
        for (int i = 0; i < count; i++) {
            subscriber(TOPIC);
        }
    }

    void subscribe(int slot, String... topics) {
        rpc(slot, out -> Arrays.stream(topics).forEach(topic -> out.subscription(topic, true)));
    }

    void rpc(int slot, Consumer<RpcWriter> content) {
        content.accept(writer);
        ByteBuf frame = writer.finish(PooledByteBufAllocator.DEFAULT);
        ByteBuf received = Frames.received(frame);
        frame.release();
        if (intake.onFrame(slot, received, nowNs) != null) {
            throw new AssertionError("the frame was refused");
        }
        received.release();
    }

    void graft(int slot, String topic) {
        rpc(slot, out -> out.graft(topic));
    }

    void prune(int slot, String topic, long backoffSeconds) {
        rpc(slot, out -> out.prune(topic, backoffSeconds));
    }

    void ihave(int slot, String topic, MessageId... ids) {
        rpc(slot, out -> out.ihave(topic, ids, 0, ids.length, 1 << 20));
    }

    void iwant(int slot, MessageId... ids) {
        rpc(slot, out -> out.iwant(ids, 0, ids.length, 1 << 20));
    }

    MessageId id(int number) {
        return MessageId.of(("id" + number).getBytes(StandardCharsets.UTF_8), hash);
    }

    MessageId idOf(String topic, String text) {
        GossipMessage message = message(topic, text);
        message.release();
        return message.id();
    }

    GossipMessage message(String topic, String text) {
        return signer.sign(rule(topic), Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), hash);
    }

    /** A message from a peer. */
    void receive(int slot, String topic, String text) {
        takeAndReceive(slot, message(topic, text));
    }

    /** A message of an author from a peer. */
    void receiveSigned(int slot, TopicRule rule, PrivateKey author, String text) {
        MessageSigner theirs = new MessageSigner(author, 1, PooledByteBufAllocator.DEFAULT);
        takeAndReceive(slot, theirs.sign(rule, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), hash));
    }

    /** The same with one bit of its signature, its last field, changed. */
    void receiveForged(int slot, TopicRule rule, PrivateKey author, String text) {
        MessageSigner theirs = new MessageSigner(author, 1, PooledByteBufAllocator.DEFAULT);
        GossipMessage message = theirs.sign(rule, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), hash);
        ByteBuf frame = message.frame();
        int last = frame.writerIndex() - 1;
        frame.setByte(last, frame.getByte(last) ^ 1);
        takeAndReceive(slot, message);
    }

    private void takeAndReceive(int slot, GossipMessage message) {
        ByteBuf received = Frames.received(message.frame());
        message.release();
        intake.onFrame(slot, received, nowNs);
        received.release();
    }

    int publish(String topic, String text) {
        GossipMessage message = message(topic, text);
        try {
            return router.onPublish(message, nowNs);
        } finally {
            message.release();
        }
    }

    void advance(long ms) {
        long endNs = nowNs + ms * 1_000_000;
        while (router.nextDeadlineNs() - endNs <= 0) {
            nowNs = Math.max(nowNs, router.nextDeadlineNs());
            router.onDeadline(nowNs);
        }
        nowNs = endNs;
    }

    /** To just after the next heartbeat. */
    void heartbeat() {
        nowNs = Math.max(nowNs, router.nextDeadlineNs());
        router.onDeadline(nowNs);
    }

    void verdict(Verdict verdict) {
        router.onVerdict(awaiting.remove(0).id(), verdict, nowNs);
    }

    // ------------------------------------------------------------------------------------------------------ outputs

    /** The lines since the last call that begin with {@code what}. */
    List<String> take(String what) {
        List<String> lines = log.stream().filter(line -> line.startsWith(what)).toList();
        log.removeIf(line -> line.startsWith(what));
        return lines;
    }

    int count(String what) {
        return (int) log.stream().filter(line -> line.startsWith(what)).count();
    }

    int meshSize() {
        return router.mesh(TOPIC).size();
    }

    long counted(GossipCounter counter) {
        return router.counters().get(counter);
    }

    private static String text(GossipMessage message) {
        return new String(message.fields().data(), StandardCharsets.UTF_8);
    }

    @Override
    public void onSlotOpened(int slot, PeerId peer) {
        log.add("opened " + slot);
    }

    @Override
    public void onSlotClosed(int slot) {
        log.add("closed " + slot);
    }

    @Override
    public void sendSubscription(int slot, String topic, boolean subscribe) {
        log.add((subscribe ? "subscribe " : "unsubscribe ") + slot + " " + topic);
    }

    @Override
    public void sendGraft(int slot, String topic) {
        log.add("graft " + slot + " " + topic);
    }

    @Override
    public void sendPrune(int slot, String topic, long backoffSeconds) {
        log.add("prune " + slot + " " + topic + " " + backoffSeconds);
    }

    @Override
    public void withdrawGraft(int slot, String topic) {
        log.add("withdraw " + slot + " " + topic);
    }

    @Override
    public void sendIHave(int slot, String topic, MessageId[] ids) {
        log.add("ihave " + slot + " " + topic + " " + ids.length);
        wanted.add(ids);
    }

    @Override
    public void sendIWant(int slot, MessageId[] ids, int count) {
        log.add("iwant " + slot + " " + count);
    }

    @Override
    public void sendMessage(int slot, GossipMessage message, DataKind kind) {
        Error now = failure;
        failure = null;
        if (now != null) {
            throw now;
        }
        log.add(kind.name().toLowerCase(Locale.ROOT) + " " + slot + " " + text(message));
    }

    @Override
    public void deliver(GossipMessage message, PeerId from) {
        log.add("deliver " + text(message));
    }

    @Override
    public void validate(GossipMessage message, PeerId from) {
        log.add("validate " + text(message));
        awaiting.add(message);
    }

    @Override
    public void onSettled(GossipMessage message) {
        log.add("settled " + text(message));
    }

    @Override
    public void onSubscription(PeerId peer, String topic, boolean subscribed) {
        log.add("peer " + (subscribed ? "subscribed " : "unsubscribed ") + topic);
    }

    @Override
    public void onGraft(PeerId peer, String topic, boolean byUs) {
        log.add("grafted " + topic + " " + byUs);
    }

    @Override
    public void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {
        log.add("pruned " + topic + " " + reason + " " + backoffMs);
    }

    @Override
    public void close() {
        router.close();
    }
}
