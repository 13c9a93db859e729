package io.outcry.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.router.GossipCounter;
import io.outcry.gossip.router.GossipParams;
import io.outcry.gossip.router.Verdict;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Threads;
import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import io.outcry.transport.IdentifyInfo;
import io.outcry.transport.Stream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers that behave otherwise than they should, on loopback: they harm themselves only. */
@ExtendWith(LeakCheck.class)
class PubSubAbuseIT {

    private static final String TOPIC = "T";
    private static final String SUBSCRIBE_T = "070a050801120154";

    private final Swarm swarm = new Swarm();
    private PubSub pubsub;
    private Host host;
    private FakePeer fake;
    private PeerId fakeId;

    @BeforeEach
    void start() {
        pubsub = swarm.add(KeyType.ED25519, PubSubOptions.builder().topic(TOPIC, TopicOptions.UNSIGNED));
        host = swarm.hosts.get(0);
        fake = new FakePeer(swarm.host(KeyType.ED25519), swarm::wake);
        fakeId = fake.host.peerId();
    }

    @AfterEach
    void close() {
        swarm.close();
    }

    private static byte[] payload(int number, int size) {
        return ByteBuffer.allocate(size).putInt(number).array();
    }

    /** Returns after all that was written before on the connection has come, both ways. */
    private static void ping(Host from, Host to) {
        from.ping(to.peerId()).orTimeout(Swarm.PATIENCE_S, TimeUnit.SECONDS).join();
    }

    private Stream subscribedStream() throws InterruptedException {
        Stream stream = fake.open(host);
        FakePeer.writeHex(stream, SUBSCRIBE_T);
        swarm.await(
                "the fake peer is subscribed", () -> pubsub.topicPeers(TOPIC).contains(fakeId));
        return stream;
    }

    @Test
    void aPeerThatStopsReadingLosesMessagesAndNobodyElseDoes() throws Exception {
        fake.stopReading();
        PubSub healthy = swarm.add(KeyType.ED25519, PubSubOptions.builder().topic(TOPIC, TopicOptions.UNSIGNED));
        int count = 300;
        CountDownLatch heard = new CountDownLatch(count);
        healthy.subscribe(TOPIC, message -> {
            heard.countDown();
            swarm.wake();
        });
        swarm.connect(1, 0);
        swarm.connect(2, 0);
        subscribedStream();
        swarm.await("both are subscribed", () -> pubsub.topicPeers(TOPIC).size() == 2);
        List<Publication> published = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            published.add(pubsub.publish(TOPIC, payload(n, 64 << 10)));
            int unheardMax = count - n + 15;
            swarm.await("the healthy peer keeps up", () -> heard.getCount() < unheardMax);
        }
        Swarm.await(heard);
        Outcome last = published.get(count - 1).outcome().get(Swarm.PATIENCE_S, TimeUnit.SECONDS);
        assertThat(last).isEqualTo(new Outcome(Outcome.Status.WRITTEN, 2, 1, 1));
        assertThat(published.get(count / 2).outcome()).isCompleted();
        assertThat(pubsub.outboxBudget().peak()).isBetween(3L << 20, 6L << 20);
        fake.host.close();
        swarm.await("its budget is given back", () -> pubsub.outboxBudget().used() == 0);
    }

    @Test
    void garbageEndsItsOwnStreamOnly() throws Exception {
        swarm.connect(1, 0);
        for (String garbage : List.of("03ffffff", "ffffffff7f", "050a03080112", "021a05")) {
            int before = fake.ended.get();
            FakePeer.writeHex(fake.open(host), garbage);
            swarm.await("the stream is reset", () -> fake.ended.get() > before);
        }
        assertThat(pubsub.counters().framesRefused()).isEqualTo(4);
        assertThat(host.isConnected(fakeId)).isTrue();
        subscribedStream();
    }

    @Test
    void theNewestInboundStreamReplacesTheOldOneAndThePeerStays() throws Exception {
        swarm.connect(1, 0);
        pubsub.subscribe(TOPIC, message -> {});
        subscribedStream();
        Stream second = fake.open(host);
        swarm.await("the first is reset", () -> fake.ended.get() == 1);
        FakePeer.write(second, out -> out.subscription("U", true));
        swarm.await("the second is heard", () -> pubsub.topicPeers("U").contains(fakeId));
        assertThat(pubsub.topicPeers(TOPIC)).contains(fakeId);
        assertThat(pubsub.mesh(TOPIC)).contains(fakeId);
    }

    @Test
    void anOutboundStreamThatEndsIsOpenedAgainAndSaysHelloAgain() throws Exception {
        swarm.connect(1, 0);
        pubsub.subscribe(TOPIC, message -> {});
        subscribedStream();
        for (int round = 1; round <= 2; round++) {
            int streams = round;
            swarm.await(
                    "it heard " + round + " hellos",
                    () -> fake.heard.stream()
                                    .filter(frame -> frame.startsWith("0a050801120154"))
                                    .count()
                            >= streams);
            // In the same frame or in the next one: the graft follows the peer's own subscription.
            swarm.await(
                    "it was grafted " + round + " times",
                    () -> fake.heard.stream()
                                    .filter(frame -> frame.contains("1a051a030a0154"))
                                    .count()
                            >= streams);
            fake.inbound.get(round - 1).reset();
        }
        swarm.await("a third stream", () -> fake.inbound.size() == 3);
        assertThat(pubsub.counters().streamsOpened()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aTopicLeftIsToldAgainOnTheStreamThatReplacesABrokenOne() throws Exception {
        swarm.connect(1, 0);
        Subscription subscription = pubsub.subscribe(TOPIC, message -> {});
        subscribedStream();
        swarm.await("it was grafted", () -> fake.heard.stream().anyMatch(frame -> frame.contains("1a051a030a0154")));
        subscription.close();
        for (int round = 1; round <= 3; round++) {
            int times = round;
            swarm.await(
                    "it heard " + round + " times that we left",
                    () -> fake.heard.stream()
                                    .filter(frame -> frame.startsWith("0a050800120154"))
                                    .count()
                            == times);
            fake.inbound.get(round - 1).reset();
        }
    }

    @Test
    void aPeerThatNeverTakesOurStreamIsHeardAndToldWhenItShowsItselfAgain() throws Exception {
        Set<Integer> heard = ConcurrentHashMap.newKeySet();
        pubsub.subscribe(TOPIC, message -> {
            heard.add(message.data().length);
            swarm.wake();
        });
        fake.host.unhandle("/meshsub/1.1.0");
        swarm.connect(1, 0);
        Stream stream = fake.open(host);
        FakePeer.writeHex(stream, SUBSCRIBE_T);
        swarm.await("it is given up", () -> pubsub.counters().streamsGivenUp() == 1);
        swarm.await("its topics are forgotten", () -> pubsub.topicPeers(TOPIC).isEmpty());
        FakePeer.writeHex(stream, SUBSCRIBE_T);
        FakePeer.writeHex(stream, "081206120179220154");
        swarm.await("its message is heard", () -> heard.size() == 1);
        assertThat(pubsub.topicPeers(TOPIC)).as("nothing can be sent to it").isEmpty();
        assertThat(pubsub.publish(TOPIC, new byte[9])
                        .outcome()
                        .get(Swarm.PATIENCE_S, TimeUnit.SECONDS)
                        .status())
                .isEqualTo(Outcome.Status.NO_PEERS);
        assertThat(fake.ended).as("and its stream lives").hasValue(0);
        FakePeer before = fake;
        fake = new FakePeer(fake.host, swarm::wake);
        subscribedStream();
        swarm.await("we reach it", () -> fake.heard.stream().anyMatch(frame -> frame.startsWith("0a050801120154")));
        swarm.await("its old stream is replaced", () -> before.ended.get() == 1);
        assertThat(fake.ended).as("its new one lives").hasValue(0);
    }

    @Test
    void unwantedMessagesAreNotDelivered() throws Exception {
        Set<Integer> heard = ConcurrentHashMap.newKeySet();
        pubsub.subscribe(TOPIC, message -> {
            heard.add(message.data().length);
            swarm.wake();
        });
        swarm.connect(1, 0);
        Stream stream = subscribedStream();
        FakePeer.writeHex(stream, "0b12090a0178120179220154");
        FakePeer.writeHex(stream, "081206120179220154");
        swarm.await("the bare one is heard", () -> heard.size() == 1);
        assertThat(pubsub.routerCounters().get(GossipCounter.MESSAGES_INVALID)).isEqualTo(1);
    }

    @Test
    void aSmallShareOfTheWayInSlowsAPeerAndLosesNothing() throws Exception {
        int count = 1500;
        CountDownLatch heard = new CountDownLatch(count);
        Set<Integer> numbers = ConcurrentHashMap.newKeySet();
        PubSub narrow = swarm.add(
                KeyType.ED25519,
                PubSubOptions.builder().topic(TOPIC, TopicOptions.SIGNED).inbound(4, 8 << 10, 1 << 20));
        PubSub publisher = swarm.add(KeyType.ED25519, PubSubOptions.builder().topic(TOPIC, TopicOptions.SIGNED));
        narrow.subscribe(TOPIC, message -> {
            numbers.add(ByteBuffer.wrap(message.data()).getInt());
            heard.countDown();
        });
        swarm.connect(3, 2);
        swarm.await(
                "the subscription is known", () -> publisher.topicPeers(TOPIC).size() == 1);
        for (int n = 0; n < count; n++) {
            publisher.publish(TOPIC, payload(n, 1500));
        }
        Swarm.await(heard);
        assertThat(numbers).hasSize(count);
        assertThat(narrow.counters().pauses()).isPositive();
        assertThat(narrow.counters().messagesThrottled()).isZero();
    }

    @Test
    void whoSendsMoreThanCanBeJudgedIsSlowedDownAndLosesNothing() throws Exception {
        int count = 60;
        BlockingQueue<Validator.VerdictCallback> unjudged = new LinkedBlockingQueue<>();
        AtomicInteger inValidation = new AtomicInteger();
        AtomicInteger inValidationPeak = new AtomicInteger();
        Validator slow = (message, verdict) -> {
            inValidationPeak.accumulateAndGet(inValidation.incrementAndGet(), Math::max);
            unjudged.add(verdict);
        };
        CountDownLatch heard = new CountDownLatch(count);
        PubSub judge = swarm.add(
                KeyType.ED25519,
                PubSubOptions.builder()
                        .params(GossipParams.builder()
                                .verdicts(count, Duration.ofHours(1))
                                .build())
                        .topic(TOPIC, TopicOptions.SIGNED.withValidator(slow))
                        .inbound(4, 1 << 20, 1 << 20));
        PubSub publisher = swarm.add(KeyType.ED25519, PubSubOptions.builder().topic(TOPIC, TopicOptions.SIGNED));
        judge.subscribe(TOPIC, message -> heard.countDown());
        swarm.connect(3, 2);
        swarm.await(
                "the subscription is known", () -> publisher.topicPeers(TOPIC).size() == 1);
        for (int n = 0; n < count; n++) {
            publisher.publish(TOPIC, payload(n, 100)).outcome().get(Swarm.PATIENCE_S, TimeUnit.SECONDS);
        }
        ping(swarm.hosts.get(3), swarm.hosts.get(2));
        for (int n = 0; n < count; n++) {
            Validator.VerdictCallback verdict = unjudged.poll(Swarm.PATIENCE_S, TimeUnit.SECONDS);
            assertThat(verdict).as("message %d", n).isNotNull();
            inValidation.decrementAndGet();
            verdict.onVerdict(Verdict.ACCEPT);
        }
        Swarm.await(heard);
        assertThat(inValidationPeak).hasValueLessThanOrEqualTo(4);
        assertThat(judge.counters().messagesThrottled()).isZero();
    }

    @Test
    void controlCountsByItsEntriesSoThatOfAFloodLittleIsOnItsWay() {
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.INVOKER, "test", NanoClock.system(), (agent, failure) -> {
                    throw new AssertionError(failure);
                })) {
            PubSub idle = swarm.add(KeyType.ED25519, PubSubOptions.builder().agents(group));
            Host its = swarm.hosts.get(2);
            swarm.connect(1, 2);
            Stream stream = fake.open(its);
            for (int frame = 0; frame < 2; frame++) {
                FakePeer.write(stream, out -> {
                            for (int i = 0; i < 5000; i++) {
                                out.subscription("T", i % 2 == 0);
                            }
                        })
                        .orTimeout(Swarm.PATIENCE_S, TimeUnit.SECONDS)
                        .join();
            }
            ping(fake.host, its);
            assertThat(idle.counters().framesIn()).isEqualTo(2);
            assertThat(idle.counters().pauses()).as("the second waits").isEqualTo(1);
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Swarm.PATIENCE_S);
            while (idle.routerCounters().get(GossipCounter.RPCS_IN) < 2) {
                assertThat(System.nanoTime() - endNs).as("both are heard").isNegative();
                group.invoke();
            }
        }
    }

    @Test
    void aPeerThatIsBackBeforeItIsForgottenIsSpokenTo() throws Exception {
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.INVOKER, "test", NanoClock.system(), (agent, failure) -> {
                    throw new AssertionError(failure);
                })) {
            CountDownLatch identified = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            CompletableFuture<Void> back = new CompletableFuture<>();
            PubSub its = swarm.add(
                    KeyType.ED25519, PubSubOptions.builder().agents(group).listener(new PubSubListener() {
                        @Override
                        public void onPeerDown(PeerId peer) {
                            if (!back.isDone()) {
                                swarm.connect(1, 2);
                                back.orTimeout(Swarm.PATIENCE_S, TimeUnit.SECONDS)
                                        .join();
                            }
                        }
                    }));
            Host itsHost = swarm.hosts.get(2);
            itsHost.addListener(new HostListener() {
                @Override
                public void onConnected(Connection connection) {
                    if (gone.getCount() == 0) {
                        back.complete(null);
                    }
                }

                @Override
                public void onIdentified(Connection connection, IdentifyInfo info) {
                    identified.countDown();
                }

                @Override
                public void onDisconnected(Connection connection, DisconnectReason reason) {
                    gone.countDown();
                }
            });
            swarm.connect(1, 2);
            Swarm.await(identified);
            FakePeer.writeHex(fake.open(itsHost), SUBSCRIBE_T);
            ping(fake.host, itsHost);
            group.invoke();
            assertThat(its.topicPeers(TOPIC)).containsExactly(fakeId);
            swarm.await("our stream comes", () -> fake.inbound.size() == 1);
            ping(itsHost, fake.host);
            fake.host
                    .disconnect(itsHost.peerId())
                    .orTimeout(Swarm.PATIENCE_S, TimeUnit.SECONDS)
                    .join();
            Swarm.await(gone);
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Swarm.PATIENCE_S);
            while (fake.inbound.size() < 2) {
                assertThat(System.nanoTime() - endNs)
                        .as("it is spoken to again")
                        .isNegative();
                group.invoke();
            }
        }
    }

    @Test
    void closingEndsWithWorkInEveryQueue() throws Exception {
        PubSub other = swarm.add(KeyType.ED25519, PubSubOptions.builder().topic(TOPIC, TopicOptions.SIGNED));
        other.subscribe(TOPIC, message -> {});
        swarm.connect(2, 0);
        swarm.await("the subscription is known", () -> pubsub.topicPeers(TOPIC).size() == 1);
        for (int n = 0; n < 500; n++) {
            pubsub.publish(TOPIC, payload(n, 10_000));
        }
        Threads.run(() -> {
                    other.close();
                    pubsub.close();
                })
                .get(Swarm.PATIENCE_S, TimeUnit.SECONDS);
        assertThat(pubsub.publish(TOPIC, new byte[1]).outcome().join().status()).isEqualTo(Outcome.Status.CLOSED);
        pubsub.close();
    }
}
