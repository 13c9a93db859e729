package io.outcry.gossip.router;

import static io.outcry.gossip.router.RouterFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.TopicRules;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.outbox.OutboxLimits;
import io.outcry.gossip.outbox.PeerOutbox;
import io.outcry.gossip.rpc.FrameSplitter;
import io.outcry.gossip.rpc.RpcError;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcReader;
import io.outcry.gossip.rpc.RpcWriter;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The router under random and hostile input: the same log gives the same outputs, nothing throws, everything is bounded. */
@ExtendWith({LeakCheck.class, Seeds.class})
class RouterReplayTest {

    private static final int INPUTS = 6000;
    private static final int PEERS_MAX = 30;

    private static final GossipParams PARAMS = GossipParams.builder()
            .floodPublish(false)
            .topics(20, 400, 60)
            .promisesMax(50)
            .verdicts(20, Duration.ofSeconds(5))
            .history(5, 3, 20_000)
            .backoffMax(Duration.ofHours(1), 8)
            .build();

    @Test
    void theSameInputsGiveTheSameOutputs(long seed) {
        List<String> first = run(seed, 1);
        assertThat(run(seed, 1)).isEqualTo(first);
        assertThat(first).hasSizeGreaterThan(INPUTS);
        assertThat(run(seed, 2))
                .as("another seed of the router itself chooses otherwise")
                .isNotEqualTo(first);
    }

    private static List<String> run(long inputSeed, long routerSeed) {
        SplittableRandom random = new SplittableRandom(inputSeed);
        try (RouterFixture at = new RouterFixture(PARAMS, routerSeed, Long.MAX_VALUE - 3_000_000_000_000L)) {
            List<Integer> slots = new ArrayList<>();
            for (int i = 0; i < INPUTS; i++) {
                step(at, random, slots);
                check(at);
            }
            return new ArrayList<>(at.log);
        }
    }

    private static void check(RouterFixture at) {
        assertThat(at.router.topicCount()).isLessThanOrEqualTo(60 + 3);
        assertThat(at.router.history().bytes()).isLessThanOrEqualTo(20_000);
        for (int t = 0; t < 3; t++) {
            assertThat(at.router.mesh("t" + t)).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(PEERS_MAX);
        }
    }

    private static void step(RouterFixture at, RandomGenerator random, List<Integer> slots) {
        at.nowNs += random.nextInt(50_000_000);
        if (at.router.nextDeadlineNs() - at.nowNs <= 0) {
            at.router.onDeadline(at.nowNs);
        }
        if (slots.size() < 3 || (slots.size() < PEERS_MAX && random.nextInt(30) == 0)) {
            slots.add(at.up(PeerProtocol.values()[random.nextInt(3)], random.nextBoolean()));
            return;
        }
        int slot = slots.get(random.nextInt(slots.size()));
        String topic = "t" + random.nextInt(30);
        String joined = "t" + random.nextInt(3);
        switch (random.nextInt(17)) {
            case 0 -> at.router.join(joined, TopicParams.DEFAULT.withAwaitsVerdict(joined.equals("t0")), at.nowNs);
            case 1 -> {
                if (random.nextInt(20) == 0) {
                    at.router.leave(joined, at.nowNs);
                }
            }
            case 2, 3 -> at.rpc(slot, out -> out.subscription(topic, random.nextInt(4) > 0));
            case 4, 5 -> at.rpc(slot, out -> out.subscription(joined, random.nextInt(6) > 0));
            case 6 -> at.graft(slot, joined);
            case 7 -> at.prune(slot, joined, random.nextInt(100));
            case 8 -> at.ihave(slot, joined, some(at, random));
            case 9 -> at.iwant(slot, some(at, random));
            case 10, 11 -> {
                at.intake.rules(new TopicRules(
                        List.of(RouterFixture.rule("t0"), RouterFixture.rule("t1"), RouterFixture.rule("t2"))));
                at.receive(slot, joined, "m" + random.nextInt(500));
            }
            case 12 -> at.publish(topic, "p" + random.nextInt(500));
            case 13 -> {
                if (!at.awaiting.isEmpty()) {
                    at.verdict(Verdict.values()[random.nextInt(3)]);
                }
            }
            case 14 -> {
                if (random.nextInt(8) == 0) {
                    slots.remove(Integer.valueOf(slot));
                    at.router.onPeerDown(slot, at.nowNs);
                }
            }
            case 15 -> at.router.onProtocol(slot, PeerProtocol.values()[random.nextInt(3)], at.nowNs);
            default -> {
                at.router.onDirect(TestPeers.id(1 + random.nextInt(20)), random.nextBoolean(), at.nowNs);
                at.router.onStreamReopened(slot, at.nowNs);
            }
        }
    }

    private static MessageId[] some(RouterFixture at, RandomGenerator random) {
        MessageId[] ids = new MessageId[1 + random.nextInt(10)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.nextBoolean()
                    ? at.id(random.nextInt(50))
                    : at.idOf("t" + random.nextInt(3), (random.nextBoolean() ? "m" : "p") + random.nextInt(500));
        }
        return ids;
    }

    /** Whatever the bytes, the router answers with values and stays within its bounds. */
    @Test
    void hostileFramesThrowNothingAndLeakNothing(RandomGenerator random) {
        try (RouterFixture at = new RouterFixture(PARAMS)) {
            at.join(TOPIC, TopicParams.DEFAULT).join("t0", TopicParams.DEFAULT.withAwaitsVerdict(true));
            at.subscribers(5);
            List<byte[]> corpus = corpus(at);
            int refused = 0;
            for (int i = 0; i < 20_000; i++) {
                byte[] base = corpus.get(random.nextInt(corpus.size()));
                byte[] bytes = switch (random.nextInt(3)) {
                    case 0 -> Mutations.of(random, base);
                    case 1 -> Mutations.splice(random, base, corpus.get(random.nextInt(corpus.size())));
                    default -> Bytes.any(random, 80);
                };
                ByteBuf frame = Frames.received(Unpooled.wrappedBuffer(Bytes.framed(bytes)));
                RpcError error = at.intake.onFrame(random.nextInt(5), frame, at.nowNs);
                frame.release();
                refused += error == null ? 0 : 1;
                at.nowNs += 5_000_000;
                if (at.router.nextDeadlineNs() - at.nowNs <= 0) {
                    at.router.onDeadline(at.nowNs);
                }
                assertThat(at.router.topicCount()).isLessThanOrEqualTo(62);
                at.log.clear();
                at.wanted.clear();
                at.awaiting.clear();
            }
            assertThat(refused).isPositive();
        }
    }

    private static List<byte[]> corpus(RouterFixture at) {
        List<byte[]> corpus = new ArrayList<>();
        RpcWriter writer = new RpcWriter();
        PeerOutbox outbox = new PeerOutbox(
                OutboxLimits.DEFAULT, new OutboxBudget(1 << 20), writer, PooledByteBufAllocator.DEFAULT, 1 << 20);
        outbox.subscription(TOPIC, true);
        outbox.subscription("other", true);
        outbox.graft(TOPIC);
        outbox.prune("t0", 60);
        outbox.ihave(TOPIC, new MessageId[] {at.id(1), at.id(2)});
        outbox.iwant(new MessageId[] {at.id(1), at.id(2)}, 2);
        for (String topic : List.of(TOPIC, "t0", "unknown")) {
            var message = at.message(topic, "hello");
            outbox.message(message, DataKind.PUBLISH, null);
            message.release();
        }
        for (ByteBuf frame = outbox.poll(); frame != null; frame = outbox.poll()) {
            ByteBuf received = Frames.received(frame);
            byte[] body = new byte[received.readableBytes()];
            received.readBytes(body);
            corpus.add(body);
            received.release();
            frame.release();
        }
        return corpus;
    }

    @Test
    void theReaderAndTheSplitterAgreeOnTheLimit() {
        assertThat(RpcLimits.DEFAULT.withFrameLengthMax(100).frameLengthMax()).isEqualTo(100);
        RpcReader reader = new RpcReader(RpcLimits.DEFAULT.withFrameLengthMax(100));
        assertThat(reader.check(Unpooled.wrappedBuffer(new byte[101]))).isEqualTo(RpcError.FRAME_LENGTH);
        try (FrameSplitter splitter = new FrameSplitter(100, Unpooled.buffer().alloc())) {
            splitter.next(Unpooled.wrappedBuffer(new byte[] {101}));
            assertThat(splitter.failed()).isTrue();
        }
    }
}
