package io.outcry.gossip.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.Proto;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.oracle.GossipRpc;
import io.outcry.gossip.router.DataKind;
import io.outcry.gossip.rpc.RpcWriter;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What waits for one peer, what leaves first, and what gives way. */
@ExtendWith({LeakCheck.class, Seeds.class})
class PeerOutboxTest {

    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    private final SaltedHash hash = new SaltedHash(new Salt(1, 1));
    private final OutboxBudget budget = new OutboxBudget(100_000);
    private final PeerOutbox outbox =
            new PeerOutbox(new OutboxLimits(20_000, 4096, 100, 100), budget, new RpcWriter(), ALLOCATOR, 1 << 20);
    private final List<GossipMessage> made = new ArrayList<>();

    @AfterEach
    void close() {
        outbox.close();
        made.forEach(GossipMessage::release);
        assertThat(budget.used()).isZero();
    }

    private MessageId id(int number) {
        return MessageId.of(ByteBuffer.allocate(32).putInt(number).array(), hash);
    }

    private MessageId[] ids(int count) {
        MessageId[] ids = new MessageId[count];
        for (int i = 0; i < count; i++) {
            ids[i] = id(i);
        }
        return ids;
    }

    private GossipMessage message(int number, int size) {
        ByteBuf bytes = Unpooled.buffer().writeByte(0x12);
        Proto.writeVarint(bytes, size);
        bytes.writeInt(number).writeZero(size - 4);
        MessageFields fields = new MessageFields();
        assertThat(fields.wrap(bytes, 0, bytes.readableBytes())).isTrue();
        GossipMessage message = GossipMessage.copying(fields, "t", id(number), ALLOCATOR);
        made.add(message);
        return message;
    }

    private static GossipRpc.Rpc parse(ByteBuf frame) throws Exception {
        Proto proto = new Proto();
        proto.wrap(frame, 0, frame.readableBytes());
        long length = proto.varint();
        assertThat(length).isEqualTo(frame.readableBytes() - proto.position());
        return GossipRpc.Rpc.parseFrom(ByteBufUtil.getBytes(frame, proto.position(), (int) length));
    }

    private List<GossipRpc.Rpc> drain() throws Exception {
        List<GossipRpc.Rpc> frames = new ArrayList<>();
        for (ByteBuf frame = outbox.poll(); frame != null; frame = outbox.poll()) {
            frames.add(parse(frame));
            frame.release();
        }
        assertThat(outbox.isEmpty()).isTrue();
        return frames;
    }

    private List<Integer> drainMessages() throws Exception {
        return drain().stream()
                .map(rpc -> rpc.getPublish(0).getData().asReadOnlyByteBuffer().getInt())
                .toList();
    }

    /** Counts what a ticket hears. */
    private static final class Ticket implements WriteTicket {
        int dropped;

        @Override
        public void onWritten() {}

        @Override
        public void onDropped() {
            dropped++;
        }
    }

    @Test
    void theHelloIsOneFrameWithSubscriptionsAndGrafts() throws Exception {
        outbox.graft("a");
        outbox.subscription("a", true);
        outbox.subscription("b", true);
        List<GossipRpc.Rpc> frames = drain();
        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).getSubscriptionsCount()).isEqualTo(2);
        assertThat(frames.get(0).getControl().getGraftCount()).isEqualTo(1);
    }

    @Test
    void aHelloWithThousandsOfTopicsIsCutIntoFramesAndComplete() throws Exception {
        Set<String> topics = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            topics.add("a/rather/long/name/of/a/topic/" + i);
        }
        for (int i = 0; i < 3000; i++) {
            topics.add("t" + i);
        }
        topics.forEach(topic -> outbox.subscription(topic, true));
        Set<String> told = new HashSet<>();
        for (GossipRpc.Rpc frame : drain()) {
            assertThat(frame.getSerializedSize()).isLessThanOrEqualTo(4096);
            assertThat(frame.getSubscriptionsCount())
                    .as("rust-libp2p takes no more at once")
                    .isLessThanOrEqualTo(100);
            frame.getSubscriptionsList().forEach(s -> told.add(s.getTopicId().toStringUtf8()));
        }
        assertThat(told).isEqualTo(topics);
    }

    @Test
    void theLastWordAboutATopicIsTheOneThatLeaves() throws Exception {
        outbox.subscription("a", true);
        outbox.subscription("a", false);
        outbox.graft("a");
        outbox.prune("a", 10);
        outbox.prune("b", 60);
        outbox.graft("b");
        GossipRpc.Rpc frame = drain().get(0);
        assertThat(frame.getSubscriptionsList()).singleElement().matches(s -> !s.getSubscribe());
        assertThat(frame.getControl().getPruneList()).singleElement().matches(p -> p.getBackoff() == 10);
        assertThat(frame.getControl().getGraftList())
                .singleElement()
                .matches(g -> g.getTopicId().toStringUtf8().equals("b"));
    }

    @Test
    void aStaleGraftIsWithdrawnAndAPruneIsNot() throws Exception {
        outbox.graft("a");
        outbox.withdrawGraft("a");
        outbox.prune("b", 5);
        outbox.withdrawGraft("b");
        GossipRpc.Rpc frame = drain().get(0);
        assertThat(frame.getControl().getGraftCount()).isZero();
        assertThat(frame.getControl().getPruneCount()).isEqualTo(1);
    }

    @Test
    void controlOvertakesDataAndDataOvertakesGossip() throws Exception {
        outbox.ihave("a", ids(3));
        outbox.message(message(1, 100), DataKind.FORWARD, null);
        outbox.message(message(2, 100), DataKind.PUBLISH, null);
        outbox.iwant(ids(2), 2);
        List<GossipRpc.Rpc> frames = drain();
        assertThat(frames).hasSize(3);
        assertThat(frames.get(2).getControl().getIhave(0).getMessageIdsCount()).isEqualTo(3);
        assertThat(frames.get(2).getControl().getIwant(0).getMessageIdsCount()).isEqualTo(2);
        outbox.message(message(3, 100), DataKind.FORWARD, null);
        outbox.ihave("a", ids(3));
        outbox.subscription("a", true);
        frames = drain();
        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).getSubscriptionsCount()).isEqualTo(1);
        assertThat(frames.get(0).getControl().getIhaveCount())
                .as("gossip rides along")
                .isEqualTo(1);
    }

    @Test
    void messagesLeaveInTheOrderTheyCameWhateverTheirKind() throws Exception {
        DataKind[] kinds = {DataKind.FORWARD, DataKind.PUBLISH, DataKind.REPLY};
        for (int i = 0; i < 60; i++) {
            outbox.message(message(i, 100), kinds[i % 3], null);
        }
        assertThat(drainMessages()).hasSize(60).isSorted();
    }

    @Test
    void forwardsGiveWayToRepliesAndBothToOwnMessages() throws Exception {
        for (int i = 0; i < 18; i++) {
            assertThat(outbox.message(message(i, 1000), DataKind.FORWARD, null)).isTrue();
        }
        assertThat(outbox.message(message(18, 1000), DataKind.FORWARD, null))
                .as("full")
                .isFalse();
        assertThat(outbox.message(message(100, 1000), DataKind.REPLY, null)).isTrue();
        assertThat(outbox.message(message(101, 17_000), DataKind.PUBLISH, null)).isTrue();
        assertThat(drainMessages()).containsExactly(17, 100, 101);
        assertThat(outbox.droppedMessages()).isEqualTo(1 + 17);
    }

    @Test
    void nothingGivesWayToWhatWouldNotFitAllTheSame() throws Exception {
        assertThat(outbox.message(message(0, 10_000), DataKind.PUBLISH, null)).isTrue();
        assertThat(outbox.message(message(1, 5_000), DataKind.FORWARD, null)).isTrue();
        assertThat(outbox.message(message(2, 12_000), DataKind.PUBLISH, null)).isFalse();
        assertThat(drainMessages()).containsExactly(0, 1);
    }

    @Test
    void aDroppedMessageIsToldToItsTicketOnce() {
        Ticket refused = new Ticket();
        Ticket closed = new Ticket();
        assertThat(outbox.message(message(1, 19_000), DataKind.PUBLISH, closed)).isTrue();
        assertThat(outbox.message(message(2, 19_000), DataKind.PUBLISH, refused))
                .isFalse();
        outbox.close();
        assertThat(closed.dropped).isEqualTo(1);
        assertThat(refused.dropped).as("the caller was told by the answer").isZero();
    }

    @Test
    void theGlobalBudgetRefusesAndIsGivenBack() {
        List<PeerOutbox> others = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            PeerOutbox other =
                    new PeerOutbox(new OutboxLimits(20_000, 4096, 10, 10), budget, new RpcWriter(), ALLOCATOR, 1 << 20);
            others.add(other);
            for (int n = 0; n < 18; n++) {
                other.message(message(n, 1000), DataKind.FORWARD, null);
            }
        }
        assertThat(budget.used()).isLessThanOrEqualTo(100_000);
        assertThat(budget.refused()).isPositive();
        others.forEach(PeerOutbox::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aMessageThatWaitsForManyCountsOnceInTheGlobalBudget() {
        List<PeerOutbox> others = new ArrayList<>();
        GossipMessage shared = message(1, 15_000);
        for (int i = 0; i < 100; i++) {
            PeerOutbox other =
                    new PeerOutbox(new OutboxLimits(20_000, 4096, 10, 10), budget, new RpcWriter(), ALLOCATOR, 1 << 20);
            others.add(other);
            assertThat(other.message(shared, DataKind.PUBLISH, null)).isTrue();
        }
        assertThat(budget.used()).isEqualTo(shared.frameLength() + 100 * OutboxBudget.ENTRY_BYTES);
        others.forEach(PeerOutbox::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aFrameOverTheLimitIsRefused() {
        PeerOutbox narrow = new PeerOutbox(OutboxLimits.DEFAULT, budget, new RpcWriter(), ALLOCATOR, 500);
        assertThat(narrow.message(message(1, 600), DataKind.PUBLISH, null)).isFalse();
        narrow.close();
    }

    @Test
    void waitingIdsAreBoundedAndTheOldestAnnouncementsGo() throws Exception {
        for (int i = 0; i < 10; i++) {
            outbox.ihave("t" + i, ids(30));
        }
        outbox.iwant(ids(80), 80);
        outbox.iwant(ids(80), 80);
        assertThat(outbox.droppedIds()).isEqualTo(7 * 30 + 60);
        int announced = 0;
        int asked = 0;
        for (GossipRpc.Rpc frame : drain()) {
            assertThat(frame.getSerializedSize()).isLessThanOrEqualTo(4096);
            for (GossipRpc.ControlIHave ihave : frame.getControl().getIhaveList()) {
                announced += ihave.getMessageIdsCount();
            }
            for (GossipRpc.ControlIWant iwant : frame.getControl().getIwantList()) {
                asked += iwant.getMessageIdsCount();
            }
        }
        assertThat(announced).isEqualTo(90);
        assertThat(asked).isEqualTo(100);
    }

    @Test
    void oneFrameIsSharedByAllWhoWaitForIt() {
        GossipMessage message = message(1, 100);
        outbox.message(message, DataKind.FORWARD, null);
        assertThat(message.frame().refCnt()).isEqualTo(2);
        ByteBuf polled = outbox.poll();
        assertThat(polled).isSameAs(message.frame());
        message.frame().release();
    }

    @Test
    void aClosedOutboxTakesNothing() {
        outbox.close();
        outbox.subscription("a", true);
        outbox.graft("a");
        outbox.ihave("a", ids(1));
        outbox.iwant(ids(1), 1);
        assertThat(outbox.message(message(1, 100), DataKind.PUBLISH, null)).isFalse();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.poll()).isNull();
    }

    @Test
    void nothingIsLostOrInventedUnderRandomUse(RandomGenerator random) throws Exception {
        int queued = 0;
        int drained = 0;
        for (int i = 0; i < 3000; i++) {
            switch (random.nextInt(6)) {
                case 0 -> outbox.graft("t" + random.nextInt(5));
                case 1 -> outbox.prune("t" + random.nextInt(5), random.nextInt(100));
                case 2 -> outbox.ihave("t", ids(1 + random.nextInt(60)));
                case 3 -> outbox.iwant(ids(10), 10);
                case 4 -> {
                    DataKind kind = DataKind.values()[random.nextInt(3)];
                    queued += outbox.message(message(i, 4 + random.nextInt(2000)), kind, null) ? 1 : 0;
                }
                default -> {
                    ByteBuf frame = outbox.poll();
                    if (frame != null) {
                        drained += parse(frame).getPublishCount();
                        frame.release();
                    }
                }
            }
            assertThat(outbox.bytes()).isLessThanOrEqualTo(20_000).isEqualTo(budget.used());
        }
        int waiting = outbox.messages();
        long pushedOut = queued - drained - waiting;
        assertThat(pushedOut).isNotNegative().isLessThanOrEqualTo(outbox.droppedMessages());
    }
}
