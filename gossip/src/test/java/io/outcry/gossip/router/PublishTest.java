package io.outcry.gossip.router;

import static io.outcry.gossip.router.RouterFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.message.TopicRules;
import io.outcry.testkit.LeakCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Publishing, fanout, forwarding, verdicts, and the parameters. */
@ExtendWith(LeakCheck.class)
class PublishTest {

    private static final TopicParams PARAMS = TopicParams.DEFAULT;

    private RouterFixture at = new RouterFixture(GossipParams.defaults());

    @AfterEach
    void close() {
        at.close();
    }

    private void with(GossipParams.Builder params) {
        at.close();
        at = new RouterFixture(params.build());
    }

    @Test
    void floodPublishSendsOwnMessagesToAllPeersOfTheTopic() {
        at.join(TOPIC, PARAMS);
        at.subscribers(20);
        at.subscriber("other");
        assertThat(at.publish(TOPIC, "m")).isEqualTo(20);
        assertThat(at.take("publish ")).hasSize(20);
    }

    @Test
    void foreignMessagesGoToTheMeshOnly() {
        at.join(TOPIC, PARAMS);
        at.subscribers(20);
        at.log.clear();
        at.receive(19, TOPIC, "m");
        assertThat(at.meshSize()).isEqualTo(4);
        assertThat(at.take("forward ")).hasSize(4);
        assertThat(at.take("deliver ")).containsExactly("deliver m");
    }

    @Test
    void withoutFloodPublishTheMeshIsToppedUpToD() {
        with(GossipParams.builder().floodPublish(false));
        at.join(TOPIC, PARAMS);
        at.subscribers(20);
        assertThat(at.meshSize()).isEqualTo(4);
        assertThat(at.publish(TOPIC, "m")).isEqualTo(6);
    }

    @Test
    void theSameMessageIsPublishedOnce() {
        at.join(TOPIC, PARAMS);
        at.subscribers(3);
        assertThat(at.publish(TOPIC, "m")).isEqualTo(3);
        assertThat(at.publish(TOPIC, "m")).isEqualTo(GossipRouter.DUPLICATE);
        assertThat(at.take("publish ")).hasSize(3);
    }

    @Test
    void ownMessagesAreSeenAndCachedAtOnce() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.publish(TOPIC, "m");
        at.receive(peer, TOPIC, "m");
        assertThat(at.counted(GossipCounter.MESSAGES_DUPLICATE)).isEqualTo(1);
        at.iwant(peer, at.idOf(TOPIC, "m"));
        assertThat(at.take("reply ")).hasSize(1);
    }

    @Test
    void aPublishToATopicNotJoinedPicksAFanoutAndKeepsIt() {
        with(GossipParams.builder().floodPublish(false));
        at.subscribers(20);
        at.publish(TOPIC, "a");
        var first = at.take("publish ").stream().map(line -> line.split(" ")[1]).toList();
        at.publish(TOPIC, "b");
        assertThat(at.take("publish ").stream().map(line -> line.split(" ")[1])).containsExactlyElementsOf(first);
        assertThat(first).hasSize(6);
    }

    @Test
    void aFanoutIsReplenishedWhenItsMembersLeave() {
        with(GossipParams.builder().floodPublish(false));
        at.subscribers(8);
        at.publish(TOPIC, "a");
        var gone = at.router.fanout(TOPIC).get(0);
        for (int slot = 0; slot < 8; slot++) {
            if (TestPeers.id(slot + 1).equals(gone)) {
                at.router.onPeerDown(slot, at.nowNs);
            }
        }
        assertThat(at.router.fanout(TOPIC)).hasSize(5);
        at.heartbeat();
        assertThat(at.router.fanout(TOPIC)).hasSize(6);
    }

    @Test
    void aFanoutExpiresWithoutPublishesAndAPublishRefreshesIt() {
        with(GossipParams.builder().floodPublish(false).fanoutTtl(Duration.ofSeconds(10)));
        at.subscribers(3);
        at.publish(TOPIC, "a");
        at.advance(9000);
        at.publish(TOPIC, "b");
        at.advance(9000);
        assertThat(at.router.fanout(TOPIC)).hasSize(3);
        at.advance(3000);
        assertThat(at.router.fanout(TOPIC)).isEmpty();
    }

    @Test
    void anEmptyFanoutIsFilledWhenPeersAppear() {
        with(GossipParams.builder().floodPublish(false));
        assertThat(at.publish(TOPIC, "a")).isZero();
        at.subscribers(3);
        assertThat(at.publish(TOPIC, "b")).isEqualTo(3);
    }

    @Test
    void subscribingTurnsTheFanoutIntoTheMeshWithoutThoseInBackoff() {
        with(GossipParams.builder().floodPublish(false));
        at.join(TOPIC, PARAMS);
        at.subscribers(1);
        at.router.leave(TOPIC, at.nowNs);
        at.subscribers(5);
        at.publish(TOPIC, "a");
        assertThat(at.router.fanout(TOPIC)).hasSize(6);
        at.log.clear();
        at.router.join(TOPIC, PARAMS, at.nowNs);
        assertThat(at.router.mesh(TOPIC)).hasSize(5).doesNotContain(TestPeers.id(1));
        assertThat(at.count("graft ")).isEqualTo(5);
        assertThat(at.router.fanout(TOPIC)).isEmpty();
    }

    @Test
    void directAndFloodsubPeersAreSentToButNotKeptInTheFanout() {
        with(GossipParams.builder().floodPublish(false));
        at.router.onDirect(TestPeers.id(1), true, at.nowNs);
        at.subscriber(TOPIC);
        at.subscribe(at.up(PeerProtocol.FLOODSUB, true), TOPIC);
        assertThat(at.publish(TOPIC, "a")).isEqualTo(2);
        assertThat(at.router.fanout(TOPIC)).isEmpty();
    }

    @Test
    void publishingAfterLeavingStillWorks() {
        with(GossipParams.builder().floodPublish(false));
        at.join(TOPIC, PARAMS);
        at.subscribers(3);
        at.router.leave(TOPIC, at.nowNs);
        assertThat(at.publish(TOPIC, "a")).isEqualTo(3);
    }

    @Test
    void aMessageGoesBackNeitherToItsSenderNorToThoseWhoSentItMeanwhile() {
        at.join(TOPIC, PARAMS.withAwaitsVerdict(true));
        at.subscribers(4);
        at.receive(0, TOPIC, "m");
        at.receive(1, TOPIC, "m");
        at.verdict(Verdict.ACCEPT);
        assertThat(at.take("forward ")).containsExactlyInAnyOrder("forward 2 m", "forward 3 m");
    }

    @Test
    void aSignedMessageDoesNotGoToItsAuthorAndAnOwnOneFromOutsideGoesNowhere() {
        TopicRule signed = new TopicRule(TOPIC, SignaturePolicy.STRICT_SIGN, MessageIds.FROM_SEQNO, 1 << 20);
        at.join(TOPIC, PARAMS);
        at.intake.rules(new TopicRules(List.of(signed)));
        at.subscribers(2);
        int author = at.router.onPeerUp(TestPeers.key(9).peerId(), PeerProtocol.MESHSUB_1_1, false, at.nowNs);
        at.subscribe(author, TOPIC);
        assertThat(at.meshSize()).isEqualTo(3);
        at.receiveSigned(0, signed, TestPeers.key(9), "theirs");
        assertThat(at.take("forward ")).containsExactly("forward 1 theirs");
        at.receiveSigned(0, signed, TestPeers.key(0), "ours");
        assertThat(at.take("forward ")).isEmpty();
        assertThat(at.take("deliver ")).containsExactly("deliver theirs");
        assertThat(at.counted(GossipCounter.MESSAGES_SELF_ORIGIN)).isEqualTo(1);
    }

    @Test
    void aForgeryAheadOfTheGenuineMessageDoesNotKeepItOut() {
        TopicRule signed = new TopicRule(TOPIC, SignaturePolicy.STRICT_SIGN, MessageIds.FROM_SEQNO, 1 << 20);
        at.join(TOPIC, PARAMS);
        at.intake.rules(new TopicRules(List.of(signed)));
        at.subscribers(2);
        at.receiveForged(0, signed, TestPeers.key(9), "m");
        assertThat(at.count("deliver ") + at.count("forward ")).isZero();
        assertThat(at.counted(GossipCounter.MESSAGES_INVALID)).isEqualTo(1);
        at.receiveSigned(0, signed, TestPeers.key(9), "m");
        assertThat(at.take("deliver ")).containsExactly("deliver m");
        assertThat(at.take("forward ")).containsExactly("forward 1 m");
        at.receiveForged(1, signed, TestPeers.key(9), "m");
        assertThat(at.counted(GossipCounter.MESSAGES_DUPLICATE))
                .as("a known id is not verified again")
                .isEqualTo(1);
    }

    @Test
    void directPeersHearEveryValidMessage() {
        at.join(TOPIC, PARAMS);
        at.router.onDirect(TestPeers.id(1), true, at.nowNs);
        int direct = at.subscriber(TOPIC);
        at.receive(at.subscriber(TOPIC), TOPIC, "m");
        assertThat(at.take("forward ")).containsExactly("forward " + direct + " m");
    }

    @Test
    void aDuplicateIsDroppedWithinTheTimeToLiveAndTakenAfterIt() {
        at.join(TOPIC, PARAMS);
        int peer = at.subscriber(TOPIC);
        at.receive(peer, TOPIC, "m");
        at.advance(119_000);
        at.receive(peer, TOPIC, "m");
        assertThat(at.take("deliver ")).hasSize(1);
        at.advance(60_000);
        at.receive(peer, TOPIC, "m");
        assertThat(at.take("deliver ")).hasSize(1);
    }

    @Test
    void aMessageOfATopicNotJoinedIsNotDeliveredAndNotRemembered() {
        int peer = at.subscriber(TOPIC);
        at.intake.rules(new TopicRules(List.of(RouterFixture.rule(TOPIC))));
        at.receive(peer, TOPIC, "m");
        assertThat(at.counted(GossipCounter.MESSAGES_NOT_JOINED)).isEqualTo(1);
        at.join(TOPIC, PARAMS);
        at.receive(peer, TOPIC, "m");
        assertThat(at.take("deliver ")).hasSize(1);
    }

    @Test
    void messagesBeyondThoseThatMayWaitForAVerdictAreDroppedUnseen() {
        with(GossipParams.builder().verdicts(2, Duration.ofSeconds(30)));
        at.join(TOPIC, PARAMS.withAwaitsVerdict(true));
        int peer = at.subscriber(TOPIC);
        for (String text : new String[] {"a", "b", "c"}) {
            at.receive(peer, TOPIC, text);
        }
        assertThat(at.take("validate ")).hasSize(2);
        assertThat(at.counted(GossipCounter.MESSAGES_THROTTLED)).isEqualTo(1);
        at.verdict(Verdict.ACCEPT);
        assertThat(at.take("settled ")).containsExactly("settled a");
        at.receive(peer, TOPIC, "c");
        assertThat(at.take("validate ")).containsExactly("validate c");
    }

    @Test
    void aVerdictThatDoesNotComeIsIgnoreAndALateOneChangesNothing() {
        with(GossipParams.builder().verdicts(10, Duration.ofSeconds(5)));
        at.join(TOPIC, PARAMS.withAwaitsVerdict(true));
        int peer = at.subscriber(TOPIC);
        at.receive(peer, TOPIC, "m");
        at.advance(7000);
        assertThat(at.counted(GossipCounter.VERDICTS_TIMED_OUT)).isEqualTo(1);
        assertThat(at.take("settled ")).containsExactly("settled m");
        at.router.onVerdict(at.idOf(TOPIC, "m"), Verdict.ACCEPT, at.nowNs);
        assertThat(at.take("deliver ")).isEmpty();
        assertThat(at.counted(GossipCounter.MESSAGES_IGNORED)).isEqualTo(1);
    }

    @Test
    void aMessageThatWaitsLongerThanItsIdIsRememberedIsJudgedOnce() {
        with(GossipParams.builder().seen(Duration.ofSeconds(3), 100).verdicts(10, Duration.ofSeconds(30)));
        at.join(TOPIC, PARAMS.withAwaitsVerdict(true));
        at.subscribers(2);
        at.receive(0, TOPIC, "m");
        at.advance(10_000);
        at.receive(1, TOPIC, "m");
        assertThat(at.take("validate ")).containsExactly("validate m");
        assertThat(at.counted(GossipCounter.MESSAGES_DUPLICATE)).isEqualTo(1);
        at.verdict(Verdict.ACCEPT);
        assertThat(at.take("settled ")).containsExactly("settled m");
        assertThat(at.count("forward ")).as("both have it").isZero();
    }

    @Test
    void aVerdictAfterThePeerIsGoneStillCounts() {
        at.join(TOPIC, PARAMS.withAwaitsVerdict(true));
        at.subscribers(2);
        at.receive(0, TOPIC, "m");
        at.router.onPeerDown(0, at.nowNs);
        at.verdict(Verdict.ACCEPT);
        at.router.onVerdict(at.idOf(TOPIC, "m"), Verdict.ACCEPT, at.nowNs);
        assertThat(at.take("deliver ")).containsExactly("deliver m");
        assertThat(at.take("forward ")).containsExactly("forward 1 m");
    }

    @Test
    void wrongParametersAreNamed() {
        assertThatThrownBy(() -> PARAMS.withDegrees(3, 4, 12)).hasMessageContaining("dLow <= d");
        assertThatThrownBy(() -> PARAMS.withDegrees(6, 4, 5)).hasMessageContaining("d <= dHigh");
        assertThatThrownBy(() -> PARAMS.withDOut(4)).hasMessageContaining("dOut < dLow");
        assertThatThrownBy(() -> PARAMS.withGossip(-1, 0)).hasMessageContaining("dLazy");
        assertThatThrownBy(() -> PARAMS.withGossip(1, 1.5)).hasMessageContaining("gossipFactor");
        assertThatThrownBy(() -> PARAMS.withGossip(1, Double.NaN)).hasMessageContaining("gossipFactor");
        assertThatThrownBy(() -> GossipParams.builder().history(3, 4, 1).build())
                .hasMessageContaining("historyGossip");
        assertThatThrownBy(() -> GossipParams.builder()
                        .heartbeat(Duration.ZERO, Duration.ZERO)
                        .build())
                .hasMessageContaining("heartbeatMs");
        assertThatThrownBy(() ->
                        GossipParams.builder().seen(Duration.ofDays(9999), 9).build())
                .hasMessageContaining("seenTtlMs");
        assertThat(TopicParams.NO_MESH.d()).isZero();
    }

    @Test
    void anErrorOfTheSinkEndsItsInputAndNotTheRouter() {
        at.join(TOPIC, PARAMS);
        at.subscribers(3);
        at.failure = new OutOfMemoryError("on purpose");
        assertThatThrownBy(() -> at.publish(TOPIC, "lost")).isInstanceOf(OutOfMemoryError.class);
        assertThat(at.publish(TOPIC, "next")).isEqualTo(3);
    }
}
