package io.outcry.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.PeerAddresses;
import io.outcry.discovery.PeerDiscovery;
import io.outcry.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FinderTest {

    private static final String TOPIC = "/outcry/1/M/00";

    private final VirtualClock clock = new VirtualClock(-50);
    private final PeerId self = FakeStreams.somebody();
    private final PeerId anna = FakeStreams.somebody();
    private final PeerId bert = FakeStreams.somebody();
    private final Set<PeerId> subscribed = new HashSet<>();
    private final Set<PeerId> connected = new HashSet<>();
    private final Map<PeerId, CompletableFuture<Object>> dials = new LinkedHashMap<>();
    private final List<List<PeerId>> told = new ArrayList<>();
    private boolean full;

    /** A rendezvous point whose answers the test gives. */
    private static final class Point implements PeerDiscovery {
        private final List<CompletableFuture<List<PeerAddresses>>> asked = new ArrayList<>();
        private int advertised;

        @Override
        public CompletableFuture<Duration> advertise(String namespace, Duration ttl) {
            assertThat(namespace).isEqualTo(TOPIC);
            advertised++;
            return new CompletableFuture<>();
        }

        @Override
        public void withdraw(String namespace) {}

        @Override
        public CompletableFuture<List<PeerAddresses>> findPeers(String namespace, int limit) {
            assertThat(limit).isEqualTo(Finder.FIND_LIMIT);
            asked.add(new CompletableFuture<>());
            return asked.get(asked.size() - 1);
        }

        private void answers(PeerId... peers) {
            asked.get(asked.size() - 1)
                    .complete(Arrays.stream(peers)
                            .map(peer -> new PeerAddresses(peer, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/1"))))
                            .toList());
        }

        private void fails() {
            asked.get(asked.size() - 1).completeExceptionally(new IllegalStateException("away"));
        }

        @Override
        public void close() {}
    }

    private Finder finder(Point... points) {
        Finder finder = new Finder(
                self,
                new Finder.Ways() {
                    @Override
                    public Set<PeerId> subscribed(String topic) {
                        return subscribed;
                    }

                    @Override
                    public boolean isConnected(PeerId peer) {
                        return connected.contains(peer);
                    }

                    @Override
                    public CompletableFuture<?> connect(PeerAddresses peer) {
                        return dials.computeIfAbsent(peer.peer(), id -> new CompletableFuture<>());
                    }
                },
                List.of(points));
        assertThat(finder.add(TOPIC, peers -> !full && told.add(peers))).isTrue();
        finder.doWork(clock.nowNs());
        return finder;
    }

    /** Lets time pass as the agent's runner would. */
    private void pass(Finder finder, long ns) {
        long untilNs = clock.nowNs() + ns;
        finder.doWork(clock.nowNs());
        while (finder.nextDeadlineNs() - untilNs <= 0) {
            clock.advanceToNs(finder.nextDeadlineNs());
            finder.doWork(clock.nowNs());
        }
        clock.advanceToNs(untilNs);
    }

    @Test
    void aNodeWithoutPointsIsReadyAtOnceAndHearsOfThoseWhoCome() {
        Finder finder = finder();
        assertThat(told).containsExactly(List.of());
        subscribed.add(anna);
        pass(finder, Finder.PEERS_NS);
        assertThat(told).containsExactly(List.of(), List.of(anna));
        pass(finder, 10 * Finder.PEERS_NS);
        assertThat(told).as("told again only if it changed").hasSize(2);
        subscribed.clear();
        pass(finder, Finder.PEERS_NS);
        assertThat(told).endsWith(List.of());
    }

    @Test
    void aMarketThatHadNoRoomIsToldAgain() {
        full = true;
        Finder finder = finder();
        assertThat(told).isEmpty();
        full = false;
        pass(finder, Finder.ROUND_NS);
        assertThat(told).as("the join begins all the same").containsExactly(List.of());
        full = true;
        subscribed.add(anna);
        pass(finder, Finder.PEERS_NS);
        full = false;
        pass(finder, Finder.PEERS_NS);
        assertThat(told).containsExactly(List.of(), List.of(anna));
    }

    @Test
    void noMoreAreDialledThanAreWanted() {
        for (int i = 0; i < Finder.FIND_LIMIT - 1; i++) {
            subscribed.add(FakeStreams.somebody());
        }
        Point point = new Point();
        connected.add(anna);
        Finder finder = finder(point);
        point.answers(anna, bert, FakeStreams.somebody());
        pass(finder, Finder.ROUND_NS);
        assertThat(dials).containsOnlyKeys(bert);
    }

    @Test
    void theJoinBeginsWhenAllWhoWereNamedAreSubscribed() {
        Point point = new Point();
        Finder finder = finder(point);
        assertThat(point.advertised).isEqualTo(1);
        point.answers(anna, bert, self);
        pass(finder, Finder.ROUND_NS);
        assertThat(dials).containsOnlyKeys(anna, bert);
        assertThat(told).isEmpty();
        subscribed.add(anna);
        pass(finder, Finder.ROUND_NS);
        assertThat(told).isEmpty();
        subscribed.add(bert);
        pass(finder, Finder.ROUND_NS);
        assertThat(told).singleElement().satisfies(peers -> assertThat(peers).containsExactlyInAnyOrder(anna, bert));
    }

    @Test
    void everyPointIsHeardBeforeTheJoin() {
        Point fresh = new Point();
        Point old = new Point();
        Finder finder = finder(fresh, old);
        fresh.answers();
        pass(finder, Finder.ROUND_NS);
        assertThat(told).as("the other may know somebody").isEmpty();
        old.answers(anna);
        pass(finder, Finder.ROUND_NS);
        assertThat(told).isEmpty();
        subscribed.add(anna);
        pass(finder, Finder.ROUND_NS);
        assertThat(told).containsExactly(List.of(anna));
    }

    @Test
    void aPointThatIsAwayIsAskedAgainSoonAndHoldsNobodyUpForLong() {
        Point point = new Point();
        Finder finder = finder(point);
        point.fails();
        pass(finder, Finder.ROUND_NS);
        assertThat(point.asked).hasSize(1);
        assertThat(told).isEmpty();
        pass(finder, Finder.FIND_AGAIN_NS);
        assertThat(point.asked).as("asked again within a second").hasSize(2);
        point.answers(anna);
        subscribed.add(anna);
        pass(finder, Finder.ROUND_NS);
        assertThat(told).containsExactly(List.of(anna));
    }

    @Test
    void withoutAnyWordTheJoinBeginsAfterThreeSeconds() {
        Point point = new Point();
        Finder finder = finder(point);
        pass(finder, Finder.JOIN_PATIENCE_NS - 1);
        assertThat(told).isEmpty();
        pass(finder, Finder.ROUND_NS);
        assertThat(told).containsExactly(List.of());
    }

    @Test
    void whoIsRegisteredAndGoneHoldsNobodyUp() {
        Point point = new Point();
        Finder finder = finder(point);
        point.answers(anna, bert);
        pass(finder, Finder.ROUND_NS);
        dials.getOrDefault(anna, new CompletableFuture<>())
                .completeExceptionally(new IllegalStateException("connection refused"));
        subscribed.add(bert);
        pass(finder, 2 * Finder.ROUND_NS);
        assertThat(told).containsExactly(List.of(bert));
    }

    @Test
    void pointsAreAskedEveryTenSecondsOneQuestionAtATimeAndNotWhenEnoughAreThere() {
        Point point = new Point();
        Finder finder = finder(point);
        pass(finder, 2 * Finder.FIND_NS);
        assertThat(point.asked).as("the first has no answer yet").hasSize(1);
        point.answers();
        pass(finder, Finder.FIND_NS + Finder.PEERS_NS);
        assertThat(point.asked).hasSize(2);
        point.answers();
        while (subscribed.size() < Finder.FIND_LIMIT) {
            subscribed.add(FakeStreams.somebody());
        }
        pass(finder, 3 * Finder.FIND_NS);
        assertThat(point.asked).hasSize(2);
        assertThat(point.advertised).isEqualTo(1);
    }

    @Test
    void whoIsConnectedIsNotDialled() {
        connected.add(anna);
        Point point = new Point();
        Finder finder = finder(point);
        point.answers(anna);
        pass(finder, Finder.ROUND_NS);
        assertThat(dials).isEmpty();
    }
}
