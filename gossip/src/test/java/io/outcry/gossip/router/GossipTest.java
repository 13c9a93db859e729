package io.outcry.gossip.router;

import static io.outcry.gossip.router.RouterFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.gossip.message.MessageId;
import io.outcry.testkit.LeakCheck;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lazy gossip: IHAVE, IWANT, their limits, and promises. */
@ExtendWith(LeakCheck.class)
class GossipTest {

    private static final TopicParams NO_MESH = TopicParams.DEFAULT.withDegrees(0, 0, 12);

    private RouterFixture at =
            new RouterFixture(GossipParams.builder().floodPublish(false).build());

    @AfterEach
    void close() {
        at.close();
    }

    private void with(GossipParams.Builder params) {
        at.close();
        at = new RouterFixture(params.build());
    }

    @Test
    void theHeartbeatTellsAQuarterOfTheOthersWhatIsNew() {
        at.join(TOPIC, NO_MESH);
        at.subscribers(40);
        at.publish(TOPIC, "m");
        at.log.clear();
        at.heartbeat();
        assertThat(at.take("ihave ")).hasSize(10).allMatch(line -> line.endsWith(" news 1"));
    }

    @Test
    void atLeastDLazyPeersAreTold() {
        at.join(TOPIC, NO_MESH);
        at.subscribers(10);
        at.publish(TOPIC, "m");
        at.heartbeat();
        assertThat(at.count("ihave ")).isEqualTo(6);
    }

    @Test
    void withoutFactorAndDLazyNobodyIsTold() {
        at.join(TOPIC, NO_MESH.withGossip(0, 0));
        at.subscribers(10);
        at.publish(TOPIC, "m");
        at.advance(5000);
        assertThat(at.count("ihave ")).isZero();
    }

    @Test
    void nothingNewMeansNoIHave() {
        at.join(TOPIC, NO_MESH);
        at.subscribers(10);
        at.advance(5000);
        assertThat(at.count("ihave ")).isZero();
    }

    @Test
    void anIdIsAnnouncedInThreeHeartbeatsAndServedInFive() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.publish(TOPIC, "m");
        at.log.clear();
        for (int i = 0; i < 6; i++) {
            at.heartbeat();
        }
        assertThat(at.take("ihave ")).hasSize(3);
        at.iwant(peer, at.idOf(TOPIC, "m"));
        assertThat(at.take("reply ")).isEmpty();
        at.publish(TOPIC, "n");
        for (int i = 0; i < 4; i++) {
            at.heartbeat();
        }
        at.iwant(peer, at.idOf(TOPIC, "n"));
        assertThat(at.take("reply ")).containsExactly("reply " + peer + " n");
    }

    @Test
    void meshDirectAndFloodsubPeersHearNoIHave() {
        at.join(TOPIC, TopicParams.DEFAULT);
        int meshed = at.subscriber(TOPIC);
        at.router.onDirect(TestPeers.id(2), true, at.nowNs);
        int direct = at.subscriber(TOPIC);
        int floodsub = at.up(PeerProtocol.FLOODSUB, false);
        at.subscribe(floodsub, TOPIC);
        at.publish(TOPIC, "m");
        assertThat(at.take("publish ")).hasSize(3);
        at.advance(2000);
        assertThat(at.count("ihave ")).isZero();
        assertThat(at.router.mesh(TOPIC)).containsExactly(TestPeers.id(1));
        assertThat(Set.of(meshed, direct, floodsub)).hasSize(3);
    }

    @Test
    void whenThereAreTooManyIdsPeersHearOfDifferentOnes() {
        with(GossipParams.builder().floodPublish(false).ihave(10, 20));
        at.join(TOPIC, NO_MESH);
        at.subscribers(2);
        for (int i = 0; i < 40; i++) {
            at.publish(TOPIC, "m" + i);
        }
        at.heartbeat();
        assertThat(at.take("ihave ")).hasSize(2).allMatch(line -> line.endsWith(" 20"));
        assertThat(new HashSet<>(Arrays.asList(at.wanted.get(0))))
                .hasSize(20)
                .isNotEqualTo(new HashSet<>(Arrays.asList(at.wanted.get(1))));
    }

    @Test
    void unknownIdsOfAJoinedTopicAreAskedFor() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.ihave(peer, TOPIC, at.id(1), at.id(2), at.id(1));
        assertThat(at.take("iwant ")).containsExactly("iwant " + peer + " 2");
    }

    @Test
    void knownIdsAndThoseOfOtherTopicsAreNotAskedFor() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.publish(TOPIC, "m");
        at.ihave(peer, TOPIC, at.idOf(TOPIC, "m"));
        at.ihave(peer, "other", at.id(1));
        assertThat(at.count("iwant ")).isZero();
    }

    @Test
    void theSameIdInTwoTopicsIsAskedForOnce() {
        at.join(TOPIC, NO_MESH).join("b", NO_MESH);
        int peer = at.subscriber(TOPIC, "b");
        at.rpc(peer, out -> {
            out.ihave(TOPIC, new MessageId[] {at.id(1)}, 0, 1, 1000);
            out.ihave("b", new MessageId[] {at.id(1), at.id(2)}, 0, 2, 1000);
        });
        assertThat(at.take("iwant ")).containsExactly("iwant " + peer + " 2");
    }

    @Test
    void oneIdIsAskedOfThreePeersAtATime() {
        at.join(TOPIC, NO_MESH);
        at.subscribers(5);
        for (int peer = 0; peer < 5; peer++) {
            at.ihave(peer, TOPIC, at.id(1));
        }
        assertThat(at.take("iwant ")).hasSize(3);
        at.advance(4200);
        assertThat(at.counted(GossipCounter.PROMISES_BROKEN)).isEqualTo(3);
        at.ihave(4, TOPIC, at.id(1));
        assertThat(at.take("iwant ")).hasSize(1);
    }

    @Test
    void tenIHaveRpcsAreHeardInAHeartbeat() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        for (int i = 0; i < 15; i++) {
            at.ihave(peer, TOPIC, at.id(i));
        }
        assertThat(at.take("iwant ")).hasSize(10);
        at.heartbeat();
        at.ihave(peer, TOPIC, at.id(14));
        assertThat(at.take("iwant ")).hasSize(1);
    }

    @Test
    void controlWithoutIHaveDoesNotUseUpTheShareOfIHaves() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        for (int i = 0; i < 30; i++) {
            at.prune(peer, TOPIC, 1);
        }
        at.ihave(peer, TOPIC, at.id(1));
        assertThat(at.take("iwant ")).hasSize(1);
    }

    @Test
    void fiveThousandIdsAreAskedOfAPeerInAHeartbeat() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        MessageId[] ids = new MessageId[4000];
        for (int rpc = 0; rpc < 2; rpc++) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = at.id(rpc * ids.length + i);
            }
            at.ihave(peer, TOPIC, ids);
        }
        assertThat(at.take("iwant ")).containsExactly("iwant " + peer + " 4000", "iwant " + peer + " 1000");
        at.heartbeat();
        at.ihave(peer, TOPIC, at.id(100_000));
        assertThat(at.take("iwant ")).hasSize(1);
    }

    @Test
    void lookUpsForIHavesAreBoundedInAHeartbeat() {
        with(GossipParams.builder().ihave(10, 5));
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.publish(TOPIC, "m");
        MessageId[] ids = new MessageId[21];
        Arrays.fill(ids, at.idOf(TOPIC, "m"));
        ids[20] = at.id(1);
        at.ihave(peer, TOPIC, ids);
        at.ihave(peer, TOPIC, at.id(2));
        assertThat(at.count("iwant ")).isZero();
        at.heartbeat();
        at.ihave(peer, TOPIC, at.id(1));
        assertThat(at.take("iwant ")).hasSize(1);
    }

    @Test
    void aMessageIsServedToAPeerThreeTimes() {
        at.join(TOPIC, NO_MESH);
        int greedy = at.subscriber(TOPIC);
        int other = at.subscriber(TOPIC);
        at.publish(TOPIC, "m");
        MessageId id = at.idOf(TOPIC, "m");
        for (int i = 0; i < 10; i++) {
            at.iwant(greedy, id, id);
        }
        at.iwant(other, id);
        assertThat(at.take("reply " + greedy)).hasSize(3);
        assertThat(at.take("reply " + other)).hasSize(1);
    }

    @Test
    void lookUpsForIWantsAreBoundedInAHeartbeat() {
        with(GossipParams.builder().iwant(10, 3, 3, Duration.ofSeconds(3)));
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.publish(TOPIC, "m");
        MessageId[] ids = new MessageId[20];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = at.id(i);
        }
        ids[19] = at.idOf(TOPIC, "m");
        at.iwant(peer, ids);
        assertThat(at.count("reply ")).isZero();
        assertThat(at.counted(GossipCounter.IWANTS_IGNORED)).isEqualTo(10);
        at.heartbeat();
        at.iwant(peer, ids[19]);
        assertThat(at.count("reply ")).isEqualTo(1);
    }

    @Test
    void anIWantForAnUnknownIdIsMetWithSilence() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.log.clear();
        at.iwant(peer, at.id(1));
        assertThat(at.log).isEmpty();
    }

    @Test
    void aMessageNotYetValidatedIsNeitherAnnouncedNorServed() {
        at.join(TOPIC, NO_MESH.withAwaitsVerdict(true));
        int from = at.subscriber(TOPIC);
        int peer = at.subscriber(TOPIC);
        at.receive(from, TOPIC, "m");
        at.heartbeat();
        at.iwant(peer, at.idOf(TOPIC, "m"));
        assertThat(at.count("ihave ") + at.count("reply ")).isZero();
        at.verdict(Verdict.ACCEPT);
        at.heartbeat();
        at.iwant(peer, at.idOf(TOPIC, "m"));
        assertThat(at.count("ihave ")).isPositive();
        assertThat(at.count("reply ")).isEqualTo(1);
    }

    @Test
    void refusedMessagesNeverReachTheCache() {
        at.join(TOPIC, NO_MESH.withAwaitsVerdict(true));
        int from = at.subscriber(TOPIC);
        int peer = at.subscriber(TOPIC);
        at.receive(from, TOPIC, "bad");
        at.receive(from, TOPIC, "dull");
        at.verdict(Verdict.REJECT);
        at.verdict(Verdict.IGNORE);
        at.heartbeat();
        at.iwant(peer, at.idOf(TOPIC, "bad"), at.idOf(TOPIC, "dull"));
        assertThat(at.count("ihave ") + at.count("reply ")).isZero();
        assertThat(at.counted(GossipCounter.MESSAGES_REJECTED)).isEqualTo(1);
        assertThat(at.counted(GossipCounter.MESSAGES_IGNORED)).isEqualTo(1);
    }

    @Test
    void aPromiseIsKeptByWhoeverBringsTheMessage() {
        at.join(TOPIC, NO_MESH);
        at.subscribers(2);
        at.ihave(0, TOPIC, at.idOf(TOPIC, "m"));
        at.receive(1, TOPIC, "m");
        at.advance(5000);
        assertThat(at.counted(GossipCounter.PROMISES_KEPT)).isEqualTo(1);
        assertThat(at.counted(GossipCounter.PROMISES_BROKEN)).isZero();
    }

    @Test
    void aPeerThatIsGoneBreaksNoPromise() {
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        at.ihave(peer, TOPIC, at.id(1));
        at.router.onPeerDown(peer, at.nowNs);
        at.advance(5000);
        assertThat(at.counted(GossipCounter.PROMISES_BROKEN)).isZero();
    }

    @Test
    void promisesAreBoundedAndAskingGoesOn() {
        with(GossipParams.builder().promisesMax(10));
        at.join(TOPIC, NO_MESH);
        int peer = at.subscriber(TOPIC);
        MessageId[] ids = new MessageId[100];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = at.id(i);
        }
        at.ihave(peer, TOPIC, ids);
        assertThat(at.take("iwant ")).containsExactly("iwant " + peer + " 100");
        at.advance(5000);
        assertThat(at.counted(GossipCounter.PROMISES_BROKEN)).isEqualTo(10);
    }

    @Test
    void fanoutTopicsAreGossipedToThoseOutsideTheFanout() {
        at.subscribers(12);
        at.publish(TOPIC, "m");
        assertThat(at.take("publish ")).hasSize(6);
        at.heartbeat();
        assertThat(at.take("ihave ")).hasSize(6);
    }
}
