package io.outcry.gossip.router;

import static io.outcry.gossip.router.RouterFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.Proto;
import io.outcry.testkit.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in the mesh: GRAFT, PRUNE, backoff, subscriptions, heartbeat. */
@ExtendWith(LeakCheck.class)
class MeshTest {

    private static final TopicParams PARAMS = TopicParams.DEFAULT;
    private static final TopicParams NONE_WANTED = PARAMS.withDegrees(0, 0, 12);

    private final RouterFixture at = new RouterFixture(GossipParams.defaults());

    @AfterEach
    void close() {
        at.close();
    }

    @Test
    void anEmptyMeshIsFilledToDAtTheHeartbeat() {
        at.subscribers(20);
        at.join(TOPIC, NONE_WANTED);
        at.router.join(TOPIC, PARAMS, at.nowNs);
        at.heartbeat();
        assertThat(at.meshSize()).isEqualTo(6);
        assertThat(at.count("graft ")).isEqualTo(6);
    }

    @Test
    void joiningGraftsUpToDAndTellsEverybody() {
        at.subscribers(20);
        int other = at.up(PeerProtocol.FLOODSUB, true);
        at.join(TOPIC, PARAMS);
        assertThat(at.count("graft ")).isEqualTo(6);
        assertThat(at.count("subscribe ")).isEqualTo(21);
        assertThat(at.log).contains("subscribe " + other + " news");
    }

    @Test
    void joiningWithDegreeZeroStillCountsAsSubscribed() {
        at.join(TOPIC, TopicParams.NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.heartbeat();
        assertThat(at.meshSize()).isZero();
        at.receive(peer, TOPIC, "m");
        assertThat(at.log).contains("deliver m");
    }

    @Test
    void prunesDownToDWhenMeshExceedsDHigh() {
        at.join(TOPIC, NONE_WANTED);
        for (int i = 0; i < 13; i++) {
            at.graft(at.up(PeerProtocol.MESHSUB_1_1, true), TOPIC);
        }
        assertThat(at.meshSize()).isEqualTo(13);
        at.router.join(TOPIC, PARAMS, at.nowNs);
        at.heartbeat();
        assertThat(at.meshSize()).isEqualTo(6);
        assertThat(at.take("prune ")).hasSize(7).allMatch(line -> line.endsWith(" news 60"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 7, 12})
    void nothingChangesBetweenDLowAndDHigh(int size) {
        at.join(TOPIC, NONE_WANTED);
        for (int i = 0; i < size; i++) {
            at.graft(at.up(PeerProtocol.MESHSUB_1_1, true), TOPIC);
        }
        at.subscribers(10);
        at.router.join(TOPIC, PARAMS, at.nowNs);
        at.log.clear();
        at.advance(5000);
        assertThat(at.meshSize()).isEqualTo(size);
        assertThat(at.log).isEmpty();
    }

    @Test
    void aPruningKeepsTheOutboundQuota() {
        // Whoever is kept by chance: with one seed it could be those two.
        for (int seed = 0; seed < 20; seed++) {
            try (RouterFixture one = new RouterFixture(GossipParams.defaults(), seed, 0)) {
                one.join(TOPIC, NONE_WANTED);
                for (int i = 0; i < 12; i++) {
                    one.graft(one.up(PeerProtocol.MESHSUB_1_1, false), TOPIC);
                }
                int first = one.up(PeerProtocol.MESHSUB_1_1, true);
                int second = one.up(PeerProtocol.MESHSUB_1_1, true);
                one.graft(first, TOPIC);
                one.graft(second, TOPIC);
                one.router.join(TOPIC, PARAMS, one.nowNs);
                one.heartbeat();
                assertThat(one.meshSize()).isEqualTo(6);
                assertThat(one.count("prune " + first + " ") + one.count("prune " + second + " "))
                        .as("seed %d", seed)
                        .isZero();
            }
        }
    }

    @Test
    void aMeshWithoutEnoughOutboundPeersGraftsMoreOfThem() {
        at.join(TOPIC, PARAMS);
        at.subscribers(4);
        at.heartbeat();
        assertThat(at.meshSize()).isEqualTo(4);
        for (int i = 0; i < 5; i++) {
            at.subscribe(at.up(PeerProtocol.MESHSUB_1_1, true), TOPIC);
        }
        at.heartbeat();
        assertThat(at.meshSize()).isEqualTo(6);
    }

    @Test
    void floodsubDirectAndUnsubscribedPeersAreNeverGrafted() {
        at.router.onDirect(TestPeers.id(1), true, at.nowNs);
        at.subscribe(at.up(PeerProtocol.MESHSUB_1_1, true), TOPIC);
        at.subscribe(at.up(PeerProtocol.FLOODSUB, true), TOPIC);
        at.up(PeerProtocol.MESHSUB_1_1, true);
        at.join(TOPIC, PARAMS);
        at.advance(3000);
        assertThat(at.meshSize()).isZero();
        assertThat(at.count("graft ")).isZero();
    }

    @Test
    void aGraftIsAcceptedInSilence() {
        at.join(TOPIC, PARAMS);
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.log.clear();
        at.graft(peer, TOPIC);
        at.graft(peer, TOPIC);
        assertThat(at.meshSize()).isEqualTo(1);
        assertThat(at.log).containsExactly("grafted news false");
    }

    @Test
    void graftsForSeveralTopicsAreHandledEachForItself() {
        at.join("a", PARAMS).join("b", PARAMS);
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.rpc(peer, out -> {
            out.graft("a");
            out.graft("unknown");
            out.graft("b");
        });
        assertThat(at.router.mesh("a")).hasSize(1);
        assertThat(at.router.mesh("b")).hasSize(1);
        assertThat(at.router.topicCount()).isEqualTo(2);
    }

    @Test
    void aGraftWithoutSubscriptionIsAcceptedAndForgottenWithTheMesh() {
        at.join(TOPIC, PARAMS);
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.graft(peer, TOPIC);
        assertThat(at.meshSize()).isEqualTo(1);
        assertThat(at.router.topicPeers(TOPIC)).isEmpty();
        at.prune(peer, TOPIC, 1);
        at.advance(10_000);
        assertThat(at.meshSize()).isZero();
    }

    @Test
    void atDHighAGraftIsAcceptedFromOutboundPeersOnly() {
        at.join(TOPIC, NONE_WANTED);
        for (int i = 0; i < 12; i++) {
            at.graft(at.up(PeerProtocol.MESHSUB_1_1, false), TOPIC);
        }
        int inbound = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.graft(inbound, TOPIC);
        assertThat(at.log).contains("prune " + inbound + " news 60", "pruned news FULL 60000");
        at.graft(at.up(PeerProtocol.MESHSUB_1_1, true), TOPIC);
        assertThat(at.meshSize()).isEqualTo(13);
    }

    @Test
    void aGraftForATopicNotJoinedIsIgnored() {
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.log.clear();
        at.graft(peer, TOPIC);
        at.prune(peer, TOPIC, 9);
        assertThat(at.log).isEmpty();
        assertThat(at.router.topicCount()).isZero();
    }

    @Test
    void aPruneForATopicNotJoinedLeavesNothingBehind() {
        int peer = at.subscriber(TOPIC);
        at.log.clear();
        at.prune(peer, TOPIC, 60);
        at.prune(peer, "unheard of", 60);
        assertThat(at.log).isEmpty();
        at.router.onPeerDown(peer, at.nowNs);
        assertThat(at.router.topicCount()).as("no backoff keeps a topic").isZero();
    }

    @Test
    void aDirectPeersGraftIsAnsweredWithPrune() {
        at.join(TOPIC, PARAMS);
        at.router.onDirect(TestPeers.id(1), true, at.nowNs);
        int peer = at.subscriber(TOPIC);
        at.graft(peer, TOPIC);
        assertThat(at.meshSize()).isZero();
        assertThat(at.log).contains("prune " + peer + " news 60", "pruned news DIRECT 60000");
    }

    @Test
    void aPruneRemovesAndStartsABackoff() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        assertThat(at.meshSize()).isEqualTo(1);
        at.prune(peer, TOPIC, 5);
        assertThat(at.meshSize()).isZero();
        assertThat(at.log).contains("withdraw " + peer + " news", "pruned news BY_PEER 5000");
        at.advance(5500);
        assertThat(at.meshSize()).as("within the slack").isZero();
        at.advance(2000);
        assertThat(at.meshSize()).isEqualTo(1);
    }

    @Test
    void aPruneWithoutBackoffUsesOurOwn() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.prune(peer, TOPIC, 0);
        at.advance(60_500);
        assertThat(at.meshSize()).isZero();
        at.advance(2000);
        assertThat(at.meshSize()).isEqualTo(1);
    }

    @Test
    void theLongerOfTwoBackoffsHolds() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.prune(peer, TOPIC, 30);
        at.prune(peer, TOPIC, 3);
        at.advance(29_000);
        assertThat(at.meshSize()).isZero();
        at.advance(4000);
        assertThat(at.meshSize()).isEqualTo(1);
    }

    @Test
    void anAbsurdBackoffIsCutToAnHourAndHarmsNobody() {
        for (long seconds : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 9223372036854674580L, 9223372037L}) {
            try (RouterFixture one = new RouterFixture(GossipParams.defaults())) {
                one.join(TOPIC, PARAMS);
                int peer = one.subscriber(TOPIC);
                pruneRaw(one, peer, seconds);
                one.advance(3_599_000);
                assertThat(one.meshSize()).isZero();
                one.advance(4000);
                assertThat(one.meshSize()).isEqualTo(1);
            }
        }
    }

    /** A PRUNE with any 64 bits as backoff, which the writer refuses to write. */
    private static void pruneRaw(RouterFixture at, int peer, long backoff) {
        ByteBuf entry = Unpooled.buffer();
        entry.writeBytes(new byte[] {0x0a, 4, 'n', 'e', 'w', 's', 0x18});
        Proto.writeVarint(entry, backoff);
        int length = entry.readableBytes();
        ByteBuf frame = Unpooled.buffer();
        frame.writeBytes(new byte[] {(byte) (length + 4), 0x1a, (byte) (length + 2), 0x22, (byte) length});
        frame.writeBytes(entry);
        ByteBuf received = Frames.received(frame);
        assertThat(at.intake.onFrame(peer, received, at.nowNs)).isNull();
        received.release();
    }

    @Test
    void aGraftWithinTheBackoffIsRefusedCountedAndExtendsIt() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.prune(peer, TOPIC, 60);
        at.advance(30_000);
        at.graft(peer, TOPIC);
        assertThat(at.log).contains("prune " + peer + " news 60", "pruned news BACKOFF 60000");
        assertThat(at.counted(GossipCounter.GRAFTS_IN_BACKOFF)).isEqualTo(1);
        assertThat(at.counted(GossipCounter.GRAFTS_FLOODED)).isZero();
        at.advance(1000);
        at.graft(peer, TOPIC);
        assertThat(at.counted(GossipCounter.GRAFTS_FLOODED)).isEqualTo(1);
        at.advance(58_000);
        assertThat(at.meshSize())
                .as("the first backoff is over, the extended is not")
                .isZero();
    }

    @Test
    void aBackoffSurvivesReconnecting() {
        at.join(TOPIC, PARAMS);
        int slot = at.router.onPeerUp(TestPeers.id(77), PeerProtocol.MESHSUB_1_1, false, at.nowNs);
        at.subscribe(slot, TOPIC);
        at.prune(slot, TOPIC, 60);
        at.router.onPeerDown(slot, at.nowNs);
        slot = at.router.onPeerUp(TestPeers.id(77), PeerProtocol.MESHSUB_1_1, false, at.nowNs);
        at.subscribe(slot, TOPIC);
        assertThat(at.meshSize()).isZero();
        at.graft(slot, TOPIC);
        assertThat(at.counted(GossipCounter.GRAFTS_IN_BACKOFF)).isEqualTo(1);
    }

    @Test
    void leavingPrunesWithTheShorterBackoffAndUnsubscribes() {
        at.join(TOPIC, PARAMS);
        at.subscribers(3);
        at.log.clear();
        at.router.leave(TOPIC, at.nowNs);
        assertThat(at.take("unsubscribe ")).hasSize(3);
        assertThat(at.take("prune ")).hasSize(3).allMatch(line -> line.endsWith(" news 10"));
        at.router.join(TOPIC, PARAMS, at.nowNs);
        assertThat(at.meshSize()).as("their backoff is honoured on return").isZero();
        at.advance(12_500);
        assertThat(at.meshSize()).isEqualTo(3);
    }

    @Test
    void expiredBackoffsAndTopicsNobodyNeedsAreForgotten() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.router.leave(TOPIC, at.nowNs);
        at.router.onPeerDown(peer, at.nowNs);
        assertThat(at.router.topicCount()).isEqualTo(1);
        at.advance(30_000);
        assertThat(at.router.topicCount()).isZero();
    }

    @Test
    void aPeerOfVersionOneIsPrunedWithoutBackoff() {
        at.join(TOPIC, PARAMS);
        int peer = at.up(PeerProtocol.MESHSUB_1_0, false);
        at.subscribe(peer, TOPIC);
        at.router.leave(TOPIC, at.nowNs);
        assertThat(at.log).contains("prune " + peer + " news 0");
    }

    @Test
    void aDisconnectedPeerIsGoneFromEverything() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC, "other");
        at.router.onPeerDown(peer, at.nowNs);
        assertThat(at.meshSize()).isZero();
        assertThat(at.router.topicPeers(TOPIC)).isEmpty();
        assertThat(at.router.topicCount()).isEqualTo(1);
        assertThat(at.router.peerCount()).isZero();
        assertThat(at.subscriber()).as("the slot is given again").isEqualTo(peer);
    }

    @Test
    void anUnsubscribedPeerLeavesMeshAndFanout() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.rpc(peer, out -> out.subscription(TOPIC, false));
        assertThat(at.meshSize()).isZero();
        assertThat(at.log).contains("pruned news UNSUBSCRIBED 0", "withdraw " + peer + " news");
        try (RouterFixture one =
                new RouterFixture(GossipParams.builder().floodPublish(false).build())) {
            int other = one.subscriber(TOPIC);
            one.publish(TOPIC, "m");
            assertThat(one.router.fanout(TOPIC)).hasSize(1);
            one.rpc(other, out -> out.subscription(TOPIC, false));
            assertThat(one.router.fanout(TOPIC)).isEmpty();
            assertThat(one.publish(TOPIC, "n")).isZero();
        }
    }

    @Test
    void aLateSubscriberIsGraftedAtOnceWhileTheMeshIsBelowDLow() {
        at.join(TOPIC, PARAMS);
        at.subscribers(5);
        assertThat(at.count("graft ")).isEqualTo(4);
    }

    @Test
    void manyTopicsInOneHelloGraftInOneGo() {
        for (int i = 0; i < 10; i++) {
            at.join("t" + i, PARAMS);
        }
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.rpc(peer, out -> {
            for (int i = 0; i < 10; i++) {
                out.subscription("t" + i, true);
            }
        });
        assertThat(at.count("graft " + peer)).isEqualTo(10);
    }

    @Test
    void theHeartbeatIsSteadyHoweverLateItIsServed() {
        at.join(TOPIC, PARAMS);
        at.heartbeat();
        long first = at.router.nextDeadlineNs();
        at.nowNs = first + 300_000_000;
        at.router.onDeadline(at.nowNs);
        assertThat(at.router.nextDeadlineNs()).isEqualTo(first + 1_000_000_000);
        at.nowNs = first + 5_400_000_000L;
        at.router.onDeadline(at.nowNs);
        assertThat(at.router.nextDeadlineNs()).isEqualTo(first + 6_000_000_000L);
        assertThat(at.counted(GossipCounter.HEARTBEATS_LATE)).isEqualTo(2);
        assertThat(at.counted(GossipCounter.HEARTBEATS)).isEqualTo(3);
    }

    @Test
    void aHeartbeatIsLateWhenATenthOfItsIntervalHasPassed() {
        at.heartbeat();
        for (long lateMs : new long[] {1, 50, 100, 101, 250}) {
            at.nowNs = at.router.nextDeadlineNs() + lateMs * 1_000_000;
            at.router.onDeadline(at.nowNs);
        }
        assertThat(at.counted(GossipCounter.HEARTBEATS_LATE)).isEqualTo(2);
        assertThat(at.counted(GossipCounter.HEARTBEATS)).isEqualTo(5);
    }

    @Test
    void aReopenedStreamIsToldSubscriptionsAndMeshAgain() {
        at.join(TOPIC, PARAMS).join("b", NONE_WANTED);
        int peer = at.subscriber(TOPIC, "b");
        at.log.clear();
        at.router.onStreamReopened(peer, at.nowNs);
        assertThat(at.log).containsExactly("subscribe 0 news", "graft 0 news", "subscribe 0 b");
    }

    @Test
    void aReopenedStreamIsToldAgainWhatIsNoLongerSo() {
        at.join("a", PARAMS)
                .join("b", PARAMS)
                .join("c", PARAMS)
                .join("d", PARAMS)
                .join("e", PARAMS);
        int peer = at.subscriber("a", "b", "c", "d");
        at.prune(peer, "b", 30);
        at.router.leave("c", at.nowNs);
        at.router.leave("d", at.nowNs);
        at.router.leave("e", at.nowNs);
        at.router.join("d", PARAMS, at.nowNs);
        int later = at.subscriber("a");
        at.nowNs += 5_000_000_000L;
        at.log.clear();
        at.router.onStreamReopened(peer, at.nowNs);
        assertThat(at.log)
                .containsExactly(
                        "subscribe 0 a",
                        "graft 0 a",
                        "subscribe 0 b",
                        "prune 0 b 25",
                        "subscribe 0 d",
                        "prune 0 d 5",
                        "unsubscribe 0 c",
                        "prune 0 c 5",
                        "unsubscribe 0 e");
        at.log.clear();
        at.router.onStreamReopened(later, at.nowNs);
        assertThat(at.log).as("one who came later was never told").noneMatch(line -> line.startsWith("unsubscribe"));
        at.log.clear();
        at.nowNs += 60_000_000_000L;
        at.router.onStreamReopened(peer, at.nowNs);
        assertThat(at.log).as("a backoff that is over is not told").noneMatch(line -> line.startsWith("prune"));
    }

    @Test
    void ofManyTopicsLeftTheLatestAreRemembered() {
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        for (int i = 0; i < Topics.LEFT_MAX + 10; i++) {
            at.router.join("t" + i, PARAMS, at.nowNs);
            at.router.leave("t" + i, at.nowNs);
        }
        at.log.clear();
        at.router.onStreamReopened(peer, at.nowNs);
        assertThat(at.log)
                .hasSize(Topics.LEFT_MAX)
                .contains("unsubscribe 0 t" + (Topics.LEFT_MAX + 9))
                .doesNotContain("unsubscribe 0 t9");
    }

    @Test
    void aPeerThatTurnsOutToBeFloodsubLeavesTheMesh() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.router.onProtocol(peer, PeerProtocol.FLOODSUB, at.nowNs);
        assertThat(at.meshSize()).isZero();
        at.receive(at.subscriber(TOPIC), TOPIC, "m");
        assertThat(at.log).contains("forward " + peer + " m");
    }

    @Test
    void aMeshPeerThatBecomesDirectIsBackedOffLikeAnyOtherAndHearsOnlyWhatItSubscribedTo() {
        at.join(TOPIC, PARAMS);
        int subscribed = at.subscriber(TOPIC);
        int graftedOnly = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.graft(graftedOnly, TOPIC);
        for (int peer = 1; peer <= 2; peer++) {
            at.router.onDirect(TestPeers.id(peer), true, at.nowNs);
        }
        assertThat(at.take("prune ")).hasSize(2);
        at.receive(at.up(PeerProtocol.MESHSUB_1_1, false), TOPIC, "m");
        assertThat(at.take("forward ")).containsExactly("forward " + subscribed + " m");
        at.router.onDirect(TestPeers.id(1), false, at.nowNs);
        at.advance(60_500);
        assertThat(at.meshSize())
                .as("the backoff we announced holds for us too")
                .isZero();
        at.advance(2000);
        assertThat(at.meshSize()).isEqualTo(1);
    }

    @Test
    void topicsOfAPeerAreBoundedInNumberAndBytes() {
        int peer = at.up(PeerProtocol.MESHSUB_1_1, false);
        at.rpc(peer, out -> {
            for (int i = 0; i < 1100; i++) {
                out.subscription("t" + i, true);
            }
        });
        assertThat(at.router.topicCount()).isEqualTo(1024);
        assertThat(at.counted(GossipCounter.SUBSCRIPTIONS_REFUSED)).isEqualTo(76);
        at.rpc(peer, out -> out.subscription("t0", false));
        at.rpc(peer, out -> out.subscription("another", true));
        assertThat(at.router.topicPeers("another")).hasSize(1);
        int second = at.up(PeerProtocol.MESHSUB_1_1, false);
        for (int i = 0; i < 200; i++) {
            int n = i;
            at.rpc(second, out -> out.subscription("x".repeat(1000) + n, true));
        }
        assertThat(at.router.topicCount()).isLessThan(1024 + 132);
        at.router.onPeerDown(peer, at.nowNs);
        at.router.onPeerDown(second, at.nowNs);
        assertThat(at.router.topicCount()).isZero();
    }

    @Test
    void topicsThatTheFilterDoesNotKnowAreNotHeardOf() {
        GossipParams filtering = GossipParams.builder()
                .topicFilter(topic -> {
                    if (topic.equals("odd")) {
                        throw new IllegalArgumentException("a filter of the user's");
                    }
                    return topic.startsWith("n");
                })
                .topics(2, 100, 100)
                .build();
        try (RouterFixture one = new RouterFixture(filtering)) {
            int peer = one.subscriber("a", "odd", "b", "c", TOPIC);
            assertThat(one.counted(GossipCounter.SUBSCRIPTIONS_REFUSED)).isEqualTo(4);
            assertThat(one.router.topicPeers(TOPIC)).hasSize(1);
            assertThat(one.router.topicCount()).isEqualTo(1);
            one.rpc(peer, out -> out.subscription("a", false));
            assertThat(one.take("peer ")).containsExactly("peer subscribed news");
        }
    }

    @Test
    void subscribingTwiceCountsOnce() {
        at.join(TOPIC, NONE_WANTED);
        int peer = at.subscriber(TOPIC, TOPIC);
        at.subscribe(peer, TOPIC);
        assertThat(at.take("peer ")).containsExactly("peer subscribed news");
    }

    @Test
    void perTopicDegreesAreKeptApart() {
        at.join("wide", PARAMS.withDegrees(8, 6, 12)).join("thin", PARAMS.withDegrees(2, 1, 3));
        for (int i = 0; i < 20; i++) {
            at.subscriber("wide", "thin");
        }
        at.heartbeat();
        assertThat(at.router.mesh("wide")).hasSizeBetween(6, 8);
        assertThat(at.router.mesh("thin")).hasSizeBetween(1, 2);
    }

    @Test
    void aSinkThatCallsBackIsStopped() {
        assertThatThrownBy(() -> at.router.onPeerDown(3, at.nowNs)).isInstanceOf(IllegalArgumentException.class);
        at.up(PeerProtocol.MESHSUB_1_1, true);
        assertThatThrownBy(() -> at.router.onPeerUp(TestPeers.id(1), PeerProtocol.FLOODSUB, true, at.nowNs))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("up already");
    }
}
