package io.outcry.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.gossip.router.GossipCounter;
import io.outcry.gossip.router.GossipParams;
import io.outcry.gossip.router.Verdict;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.AddressBook;
import io.outcry.transport.ConnectionManager;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PubSub over real hosts on loopback. */
@ExtendWith(LeakCheck.class)
class PubSubIT {

    private static final String TOPIC = "news";
    private static final int MESSAGES = 1000;
    private static final int MESSAGE_BYTES = 1024;

    private final Swarm swarm = new Swarm();

    @AfterEach
    void close() {
        swarm.close();
    }

    private static PubSubOptions.Builder options(TopicOptions topic) {
        return PubSubOptions.builder().topic(TOPIC, topic);
    }

    /** Counts messages by author and number; a thousand of each other node must come, each once. */
    private static final class Tally {
        final Map<String, BitSet> seen = new ConcurrentHashMap<>();
        final AtomicInteger twice = new AtomicInteger();
        final CountDownLatch left;

        Tally(int expected) {
            left = new CountDownLatch(expected);
        }

        void on(Message message) {
            ByteBuffer data = ByteBuffer.wrap(message.data());
            BitSet numbers = seen.computeIfAbsent("from " + data.getInt(), key -> new BitSet());
            int number = data.getInt();
            if (numbers.get(number)) {
                twice.incrementAndGet();
            }
            numbers.set(number);
            left.countDown();
        }
    }

    private static byte[] payload(int author, int number) {
        return ByteBuffer.allocate(MESSAGE_BYTES).putInt(author).putInt(number).array();
    }

    private static TopicOptions policy(String name) {
        return name.equals("sign") ? TopicOptions.SIGNED : TopicOptions.UNSIGNED;
    }

    @ParameterizedTest
    @CsvSource({"ED25519, sign", "SECP256K1, sign", "RSA, sign", "ED25519, bare"})
    void aLineOfThreeCarriesAThousandMessagesEachWayNoneLostNoneTwice(KeyType key, String policy) throws Exception {
        Tally[] tallies = new Tally[3];
        for (int i = 0; i < 3; i++) {
            Tally tally = tallies[i] = new Tally(i == 1 ? 2 * MESSAGES : MESSAGES);
            swarm.add(key, options(policy(policy))).subscribe(TOPIC, tally::on);
        }
        swarm.connect(0, 1);
        swarm.connect(2, 1);
        swarm.await(
                "the middle meshes with both ends",
                () -> swarm.pubsubs.get(1).mesh(TOPIC).size() == 2
                        && swarm.pubsubs.get(0).mesh(TOPIC).size() == 1
                        && swarm.pubsubs.get(2).mesh(TOPIC).size() == 1);
        List<Publication> published = new ArrayList<>();
        for (int n = 0; n < MESSAGES; n++) {
            for (int author = 0; author < 3; author += 2) {
                published.add(swarm.pubsubs.get(author).publish(TOPIC, payload(author, n)));
            }
        }
        for (Tally tally : tallies) {
            Swarm.await(tally.left);
            assertThat(tally.twice).hasValue(0);
            tally.seen.forEach(
                    (from, numbers) -> assertThat(numbers.cardinality()).isEqualTo(MESSAGES));
        }
        for (Publication publication : published) {
            assertThat(publication.outcome().join()).isEqualTo(new Outcome(Outcome.Status.WRITTEN, 1, 1, 0));
        }
    }

    @Test
    void aPublishToNobodySaysSo() {
        PubSub alone = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        assertThat(alone.publish(TOPIC, new byte[1]).outcome().join().status()).isEqualTo(Outcome.Status.NO_PEERS);
    }

    @Test
    void aMessageLongerThanItsTopicAllowsIsRefusedHere() {
        PubSub pubsub = swarm.add(KeyType.ED25519, options(TopicOptions.UNSIGNED.withMessageLengthMax(100)));
        assertThat(pubsub.publish(TOPIC, new byte[101]).outcome().join().status())
                .isEqualTo(Outcome.Status.TOO_LONG);
        assertThat(pubsub.publish(TOPIC, new byte[98]).outcome().join().status())
                .isEqualTo(Outcome.Status.TOO_LONG);
        assertThat(pubsub.publish(TOPIC, new byte[50]).outcome().join().accepted())
                .isTrue();
    }

    @Test
    void aTopicThatTheFilterDoesNotKnowIsRefusedHere() {
        GossipParams filtering =
                GossipParams.builder().topicFilter(TOPIC::equals).build();
        PubSub pubsub = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED).params(filtering));
        assertThatThrownBy(() -> pubsub.subscribe("other", message -> {})).hasMessageContaining("topic filter");
        assertThatThrownBy(() -> pubsub.publish("other", new byte[1])).hasMessageContaining("topic filter");
        assertThat(pubsub.publish(TOPIC, new byte[1]).outcome().join().accepted())
                .isTrue();
    }

    @Test
    void theSameUnsignedMessageIsPublishedOnce() {
        PubSub pubsub = swarm.add(KeyType.ED25519, options(TopicOptions.UNSIGNED));
        assertThat(pubsub.publish(TOPIC, new byte[7]).outcome().join().accepted())
                .isTrue();
        assertThat(pubsub.publish(TOPIC, new byte[7]).outcome().join().status()).isEqualTo(Outcome.Status.DUPLICATE);
    }

    @Test
    void ownMessagesComeBackOnlyIfAskedFor() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        CountDownLatch one = new CountDownLatch(1);
        PubSub loud = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED).selfDelivery(true));
        loud.subscribe(TOPIC, message -> {
            heard.add(message.author().orElseThrow() + " " + message.receivedFrom());
            one.countDown();
        });
        loud.publish(TOPIC, new byte[1]);
        Swarm.await(one);
        String self = swarm.hosts.get(0).peerId().toString();
        assertThat(heard).containsExactly(self + " " + self);
        List<String> quietHeard = new CopyOnWriteArrayList<>();
        PubSub quiet = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        quiet.subscribe(TOPIC, message -> {
            quietHeard.add(message.author().orElseThrow().toString());
            swarm.wake();
        });
        quiet.publish(TOPIC, new byte[1]).outcome().get(Swarm.PATIENCE_S, TimeUnit.SECONDS);
        swarm.connect(0, 1);
        swarm.await("the subscription is known", () -> loud.topicPeers(TOPIC).size() == 1);
        loud.publish(TOPIC, new byte[1]);
        swarm.await("another's message comes", () -> !quietHeard.isEmpty());
        assertThat(quietHeard).containsExactly(self);
    }

    @Test
    void aValidatorAnsweringLaterDecidesWhatIsDelivered() throws Exception {
        List<Validator.VerdictCallback> waiting = new CopyOnWriteArrayList<>();
        Validator byFirstByte = (message, callback) -> {
            if (message.data()[0] == 'l') {
                waiting.add(callback);
                swarm.wake();
            } else {
                callback.onVerdict(message.data()[0] == 'a' ? Verdict.ACCEPT : Verdict.REJECT);
            }
        };
        List<String> heard = new CopyOnWriteArrayList<>();
        PubSub publisher = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PubSub careful = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED.withValidator(byFirstByte)));
        careful.subscribe(TOPIC, message -> {
            heard.add(new String(message.data(), StandardCharsets.UTF_8));
            swarm.wake();
        });
        swarm.connect(0, 1);
        swarm.await(
                "the subscription is known", () -> publisher.topicPeers(TOPIC).size() == 1);
        for (String text : List.of("later", "reject", "accept")) {
            publisher.publish(TOPIC, text.getBytes(StandardCharsets.UTF_8));
        }
        swarm.await("one is accepted and one waits", () -> heard.size() == 1 && waiting.size() == 1);
        waiting.get(0).onVerdict(Verdict.ACCEPT);
        waiting.get(0).onVerdict(Verdict.REJECT);
        swarm.await("both are delivered", () -> heard.size() == 2);
        assertThat(heard).containsExactly("accept", "later");
    }

    @Test
    void eachTopicHasItsOwnValidatorAndOwnMessagesAreAskedOfNone() throws Exception {
        List<String> judged = new CopyOnWriteArrayList<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        Map<String, Verdict> verdicts = Map.of("strict", Verdict.REJECT, "kind", Verdict.ACCEPT);
        PubSubOptions.Builder judging = PubSubOptions.builder();
        verdicts.forEach((topic, verdict) ->
                judging.topic(topic, TopicOptions.SIGNED.withValidator((message, callback) -> {
                    judged.add(verdict + " " + message.topic());
                    callback.onVerdict(verdict);
                })));
        Validator never = (message, callback) -> judged.add("own " + message.topic());
        PubSub publisher = swarm.add(
                KeyType.ED25519,
                PubSubOptions.builder().selfDelivery(true).defaultTopic(TopicOptions.SIGNED.withValidator(never)));
        PubSub reader = swarm.add(KeyType.ED25519, judging);
        List<String> topics = List.of("strict", "free", "kind");
        for (String topic : topics) {
            reader.subscribe(topic, message -> {
                heard.add(topic);
                swarm.wake();
            });
        }
        swarm.connect(0, 1);
        swarm.await(
                "the subscriptions are known",
                () -> topics.stream()
                        .allMatch(topic -> publisher.topicPeers(topic).size() == 1));
        for (String topic : topics) {
            publisher.publish(topic, new byte[1]);
        }
        swarm.await("two are heard", () -> heard.size() == 2);
        assertThat(heard).containsExactlyInAnyOrder("free", "kind");
        assertThat(judged).as("in the order of the peer").containsExactly("REJECT strict", "ACCEPT kind");
    }

    /** A restart is a later time of day. */
    @Test
    void sequenceNumbersGrowOverRestarts() {
        PrivateKey key = PrivateKey.generate(KeyType.ED25519);
        long last = 0;
        for (long epochMs : new long[] {1_700_000_000_000L, 1_700_000_000_001L}) {
            Host host = Host.start(HostOptions.builder()
                    .privateKey(key)
                    .epochClock(() -> epochMs)
                    .build());
            swarm.hosts.add(host);
            PubSub pubsub = PubSub.start(host, PubSubOptions.defaults());
            swarm.pubsubs.add(pubsub);
            for (int n = 0; n < 3; n++) {
                byte[] id =
                        pubsub.publish(TOPIC, new byte[1]).id().orElseThrow().bytes();
                long seqno = ByteBuffer.wrap(id).getLong(id.length - Long.BYTES);
                assertThat(seqno).isGreaterThan(last).isGreaterThanOrEqualTo(epochMs * 1_000_000);
                last = seqno;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/floodsub/1.0.0, /floodsub/1.0.0",
        "/meshsub/1.0.0 /floodsub/1.0.0, /meshsub/1.0.0",
        "/floodsub/1.0.0 /meshsub/1.1.0 /meshsub/1.0.0 /meshsub/1.9.0, /meshsub/1.1.0"
    })
    void theHighestCommonVersionIsSpoken(String theirs, String spoken) throws Exception {
        swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        Host other = swarm.host(KeyType.ED25519);
        List<String> opened = new CopyOnWriteArrayList<>();
        for (String protocol : theirs.split(" ")) {
            other.handle(protocol, stream -> {
                opened.add(stream.protocol());
                swarm.wake();
            });
        }
        swarm.connect(0, 1);
        swarm.await("a stream is opened", () -> !opened.isEmpty());
        assertThat(opened).containsExactly(spoken);
    }

    @Test
    void userCodeThatThrowsErrorsHarmsNothingElse() throws Exception {
        PubSubListener broken = new PubSubListener() {
            @Override
            public void onSubscribed(PeerId peer, String topic) {
                throw new AssertionError("a listener");
            }

            @Override
            public void onGraft(PeerId peer, String topic, boolean byUs) {
                throw new AssertionError("a listener");
            }
        };
        Validator hatesX = (message, callback) -> {
            if (message.data()[0] == 'x') {
                throw new AssertionError("a validator");
            }
            callback.onVerdict(Verdict.ACCEPT);
        };
        List<String> heard = new CopyOnWriteArrayList<>();
        PubSub publisher = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PubSub reader = swarm.add(
                KeyType.ED25519,
                options(TopicOptions.SIGNED.withValidator(hatesX)).listener(broken));
        reader.subscribe(TOPIC, message -> {
            heard.add(new String(message.data(), StandardCharsets.UTF_8));
            swarm.wake();
            throw new AssertionError("a subscriber");
        });
        publisher.subscribe(TOPIC, message -> {});
        swarm.connect(0, 1);
        swarm.await("both mesh", () -> publisher.mesh(TOPIC).size() == 1);
        for (String text : List.of("x", "one", "two")) {
            publisher.publish(TOPIC, text.getBytes(StandardCharsets.UTF_8));
        }
        swarm.await("what follows is heard", () -> heard.size() == 2);
        assertThat(heard).containsExactly("one", "two");
        assertThat(reader.routerCounters().get(GossipCounter.MESSAGES_IGNORED)).isEqualTo(1);
    }

    @Test
    void aSlowSubscriberLosesItsOldestMessagesAndDelaysNobody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch fast = new CountDownLatch(200);
        CountDownLatch slowDone = new CountDownLatch(9);
        List<Integer> slowHeard = new CopyOnWriteArrayList<>();
        PubSub publisher = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PubSub reader = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        Subscription slow = reader.subscribe(TOPIC, 8, Overflow.DROP_OLDEST, message -> {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            slowHeard.add(ByteBuffer.wrap(message.data()).getInt(4));
            slowDone.countDown();
        });
        reader.subscribe(TOPIC, message -> fast.countDown());
        swarm.connect(0, 1);
        swarm.await(
                "the subscription is known", () -> publisher.topicPeers(TOPIC).size() == 1);
        publisher.publish(TOPIC, payload(0, 0));
        Swarm.await(entered);
        for (int n = 1; n < 200; n++) {
            publisher.publish(TOPIC, payload(0, n));
        }
        Swarm.await(fast);
        release.countDown();
        Swarm.await(slowDone);
        assertThat(slow.dropped()).isEqualTo(191);
        assertThat(slowHeard).containsExactly(0, 192, 193, 194, 195, 196, 197, 198, 199);
    }

    @Test
    void aTopicLeftIsUnsubscribedAndAPeerThatGoesIsForgotten() throws Exception {
        PubSub a = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PubSub b = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        a.subscribe(TOPIC, message -> {});
        Subscription first = b.subscribe(TOPIC, message -> {});
        Subscription second = b.subscribe(TOPIC, message -> {});
        swarm.connect(0, 1);
        swarm.await(
                "both mesh", () -> a.mesh(TOPIC).size() == 1 && b.mesh(TOPIC).size() == 1);
        first.close();
        assertThat(b.topics()).containsExactly(TOPIC);
        second.close();
        swarm.await("a knows", () -> a.topicPeers(TOPIC).isEmpty());
        b.subscribe(TOPIC, message -> {});
        swarm.await("a knows again", () -> a.topicPeers(TOPIC).size() == 1);
        swarm.hosts.get(1).close();
        swarm.await("a forgets", () -> a.topicPeers(TOPIC).isEmpty());
    }

    @Test
    void hostsConnectedBeforePubSubStartsFindEachOther() throws Exception {
        swarm.host(KeyType.ED25519);
        swarm.host(KeyType.ED25519);
        swarm.connect(0, 1);
        swarm.hosts.get(0).identify(swarm.hosts.get(1).peerId()).join();
        CountDownLatch heard = new CountDownLatch(1);
        PubSub[] both = new PubSub[2];
        for (int i = 0; i < 2; i++) {
            both[i] = PubSub.start(
                    swarm.hosts.get(i),
                    PubSubOptions.builder()
                            .listener(new PubSubListener() {
                                @Override
                                public void onSubscribed(PeerId peer, String topic) {
                                    swarm.wake();
                                }
                            })
                            .build());
            swarm.pubsubs.add(both[i]);
        }
        both[1].subscribe(TOPIC, message -> heard.countDown());
        swarm.await("the subscription is known", () -> both[0].topicPeers(TOPIC).size() == 1);
        both[0].publish(TOPIC, new byte[1]);
        Swarm.await(heard);
    }

    @Test
    void directPeersAreDialledByThemselvesAndHearEverythingWithoutAMesh() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        Host one = swarm.host(KeyType.ED25519);
        Host other = swarm.host(KeyType.ED25519);
        one.addressBook().add(other.peerId(), other.listenAddresses(), AddressBook.PERMANENT_TTL);
        PubSubListener wakes = new PubSubListener() {
            @Override
            public void onSubscribed(PeerId peer, String topic) {
                swarm.wake();
            }
        };
        for (Host host : List.of(other, one)) {
            PeerId friend = host == one ? other.peerId() : one.peerId();
            PubSub pubsub = PubSub.start(
                    host,
                    PubSubOptions.builder().directPeer(friend).listener(wakes).build());
            swarm.pubsubs.add(pubsub);
            pubsub.subscribe(TOPIC, message -> heard.countDown());
        }
        PubSub second = swarm.pubsubs.get(0);
        PubSub first = swarm.pubsubs.get(1);
        swarm.await(
                "they know of each other",
                () -> first.topicPeers(TOPIC).size() == 1
                        && second.topicPeers(TOPIC).size() == 1);
        first.publish(TOPIC, new byte[1]);
        Swarm.await(heard);
        assertThat(first.mesh(TOPIC)).isEmpty();
        assertThat(second.mesh(TOPIC)).isEmpty();
    }

    @Test
    void connectionsOfMeshPeersAreClosedLastAndOfDirectPeersNever() throws Exception {
        PubSub a = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PeerId other = PrivateKey.generate(KeyType.ED25519).peerId();
        PubSub b = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED).directPeer(other));
        ConnectionManager manager = swarm.hosts.get(1).connectionManager();
        PeerId mesh = swarm.hosts.get(0).peerId();
        a.subscribe(TOPIC, message -> {});
        a.subscribe("more", message -> {});
        Subscription first = b.subscribe(TOPIC, message -> {});
        b.subscribe("more", message -> {});
        swarm.connect(0, 1);
        swarm.await("it is in both meshes", () -> manager.value(mesh) == 200);
        assertThat(manager.isProtected(other)).isTrue();
        assertThat(manager.isProtected(mesh)).isFalse();
        first.close();
        swarm.await("it is in one", () -> manager.value(mesh) == 100);
        b.close();
        assertThat(manager.value(mesh)).isZero();
        assertThat(manager.isProtected(other)).isFalse();
    }

    @Test
    void aPeerThatReconnectsIsMeshedAgain() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        PubSub a = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PubSub b = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        a.subscribe(TOPIC, message -> {});
        b.subscribe(TOPIC, message -> {
            heard.add(new String(message.data(), StandardCharsets.UTF_8));
            swarm.wake();
        });
        for (int round = 0; round < 3; round++) {
            swarm.connect(round % 2, 1 - round % 2);
            swarm.await(
                    "both mesh",
                    () -> a.mesh(TOPIC).size() == 1 && b.mesh(TOPIC).size() == 1);
            a.publish(TOPIC, ("round " + round).getBytes(StandardCharsets.UTF_8));
            int rounds = round + 1;
            swarm.await("it is heard", () -> heard.size() == rounds);
            swarm.hosts.get(0).disconnect(swarm.hosts.get(1).peerId());
            swarm.await(
                    "both forget",
                    () -> a.topicPeers(TOPIC).isEmpty() && b.topicPeers(TOPIC).isEmpty());
        }
        assertThat(heard).containsExactly("round 0", "round 1", "round 2");
    }

    @Test
    void twoConnectionsWithOnePeerAreOnePeer() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        PubSub a = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        PubSub b = swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED));
        b.subscribe(TOPIC, message -> {
            heard.add(new String(message.data(), StandardCharsets.UTF_8));
            swarm.wake();
        });
        CompletableFuture.allOf(
                        swarm.hosts
                                .get(0)
                                .connect(swarm.hosts.get(1).peerAddresses().get(0)),
                        swarm.hosts
                                .get(1)
                                .connect(swarm.hosts.get(0).peerAddresses().get(0)))
                .get(Swarm.PATIENCE_S, TimeUnit.SECONDS);
        swarm.await("the subscription is known", () -> a.topicPeers(TOPIC).size() == 1);
        Outcome outcome = a.publish(TOPIC, new byte[] {'x'}).outcome().get(Swarm.PATIENCE_S, TimeUnit.SECONDS);
        assertThat(outcome.peers()).isEqualTo(1);
        swarm.await("it is heard", () -> heard.size() == 1);
        assertThat(heard).containsExactly("x");
    }

    @Test
    void theCallerMayDriveTheRouter() {
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.INVOKER, "test", NanoClock.system(), (agent, failure) -> {
                    throw new AssertionError(failure);
                })) {
            PubSub pubsub =
                    swarm.add(KeyType.ED25519, options(TopicOptions.SIGNED).agents(group));
            Publication publication = pubsub.publish(TOPIC, new byte[1]);
            assertThat(publication.outcome()).isNotDone();
            assertThat(group.invoke()).isPositive();
            assertThat(publication.outcome().join().status()).isEqualTo(Outcome.Status.NO_PEERS);
            Publication late = pubsub.publish(TOPIC, new byte[1]);
            pubsub.close();
            group.invoke();
            assertThat(late.outcome().join().status()).isEqualTo(Outcome.Status.CLOSED);
        }
    }
}
