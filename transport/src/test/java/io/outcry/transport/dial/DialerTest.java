package io.outcry.transport.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DialerTest {

    private static final PeerId SELF = PrivateKey.generate(KeyType.ED25519).peerId();
    private static final PeerId PEER = PrivateKey.generate(KeyType.ED25519).peerId();
    private static final PeerId OTHER = PrivateKey.generate(KeyType.ED25519).peerId();
    private static final DialLimits LIMITS = new DialLimits(16, 8, 4, 250, 5_000, 60_000);

    private final Wishes wishes = new Wishes();
    private final Set<Multiaddr> forbidden = new HashSet<>();
    private Dialer dialer = new Dialer(SELF, LIMITS, (peer, address) -> !forbidden.contains(address), wishes);
    private long nowNs;

    @Test
    void callersOfOnePeerShareOneDial() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        dialer.dial(2, PEER, List.of(address(1)), false, nowNs);
        assertThat(wishes.running).hasSize(1);
        dialer.onConnected(attempt(1), nowNs);
        assertThat(wishes.dialed).containsExactlyInAnyOrder(1L, 2L);
        assertThat(dialer.dials()).isZero();
    }

    @Test
    void cancellingOneCallerDoesNotCancelTheOthers() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        dialer.dial(2, PEER, List.of(address(1)), false, nowNs);
        dialer.cancel(1, nowNs);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.CANCELLED);
        assertThat(wishes.running).hasSize(1);
        dialer.onConnected(attempt(1), nowNs);
        assertThat(wishes.dialed).containsExactly(2L);
    }

    @Test
    void theLastCallersCancellationClosesTheSockets() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        dialer.cancel(1, nowNs);
        assertThat(wishes.running).isEmpty();
        assertThat(wishes.abandoned).hasSize(1);
    }

    @Test
    void addressesStartOneStaggerApart() {
        dialer.dial(1, PEER, List.of(address(1), address(2), address(3)), false, nowNs);
        assertThat(wishes.running).hasSize(1);
        assertThat(dialer.nextDeadlineNs()).isEqualTo(ms(250));
        tick(249);
        assertThat(wishes.running).hasSize(1);
        tick(1);
        assertThat(wishes.running).hasSize(2);
        tick(250);
        assertThat(wishes.running).hasSize(3);
    }

    @Test
    void aFailureStartsTheNextAddressAtOnce() {
        dialer.dial(1, PEER, List.of(address(1), address(2)), false, nowNs);
        fail(1, "refused", false);
        assertThat(wishes.running.values()).containsExactly(address(2));
    }

    @Test
    void oneGoodAddressAmongBlackHolesWinsAndTheLosersAreClosed() {
        List<Multiaddr> addresses =
                IntStream.rangeClosed(1, 6).mapToObj(DialerTest::address).toList();
        dialer.dial(1, PEER, addresses, false, nowNs);
        while (!wishes.running.containsValue(address(6))) {
            nowNs = dialer.nextDeadlineNs();
            dialer.onTick(nowNs);
        }
        assertThat(nowNs).isLessThanOrEqualTo(ms(5 * 250));
        dialer.onConnected(attempt(6), nowNs);
        assertThat(wishes.dialed).containsExactly(1L);
        assertThat(wishes.abandoned).hasSize(5);
        assertThat(dialer.running()).isZero();
    }

    @Test
    void whatWorkedLastIsTriedFirst() {
        dialer.dial(1, PEER, List.of(address(1), address(2)), false, nowNs);
        fail(1, "refused", false);
        dialer.onConnected(attempt(2), nowNs);
        nowNs += TimeUnit.MINUTES.toNanos(10);
        dialer.dial(2, PEER, List.of(address(1), address(2)), false, nowNs);
        assertThat(wishes.running.values()).containsExactly(address(2));
    }

    @Test
    void everyAddressFailedEndsTheDialWithTheReasons() {
        dialer.dial(1, PEER, List.of(address(1), address(2)), false, nowNs);
        fail(1, "connection refused", false);
        fail(2, "no route", false);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.FAILED);
        assertThat(wishes.lines).containsExactly(address(1) + " connection refused", address(2) + " no route");
    }

    @Test
    void backsOffForFiveSecondsPlusTheSquareOfTheFailures() {
        long[] expectedMs = {5_000, 6_000, 9_000, 14_000};
        for (int i = 0; i < expectedMs.length; i++) {
            dialer.dial(10 + i, PEER, List.of(address(1)), true, nowNs);
            fail(1, "refused", false);
            nowNs += ms(expectedMs[i]) - 1;
            dialer.dial(20 + i, PEER, List.of(address(1)), false, nowNs);
            assertThat(wishes.failed).containsEntry(20L + i, DialFailure.BACKOFF);
            nowNs += 1;
        }
        dialer.dial(99, PEER, List.of(address(1)), false, nowNs);
        assertThat(wishes.running).hasSize(1);
    }

    @Test
    void backOffIsAtMostFiveMinutes() {
        for (int i = 0; i < 40; i++) {
            dialer.dial(i + 1, PEER, List.of(address(1)), true, nowNs);
            fail(1, "refused", false);
        }
        nowNs += TimeUnit.MINUTES.toNanos(5);
        dialer.dial(99, PEER, List.of(address(1)), false, nowNs);
        assertThat(wishes.running).hasSize(1);
    }

    @Test
    void successClearsTheBackOff() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        fail(1, "refused", false);
        dialer.dial(2, PEER, List.of(address(1)), true, nowNs);
        dialer.onConnected(attempt(1), nowNs);
        dialer.dial(3, PEER, List.of(address(1)), false, nowNs);
        assertThat(wishes.running).hasSize(1);
    }

    @Test
    void atMostEightSocketsForOnePeer() {
        dialer.dial(1, PEER, addresses(0, 12), false, nowNs);
        for (int i = 0; i < 15; i++) {
            tick(250);
        }
        assertThat(wishes.running).hasSize(8);
        fail(0, "refused", false);
        assertThat(wishes.running).hasSize(8);
    }

    @Test
    void theLimitOfAllSocketsIsSharedAndTokensAreReused() {
        dialer = new Dialer(SELF, new DialLimits(1, 8, 4, 250, 5_000, 60_000), (peer, address) -> true, wishes);
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        dialer.dial(2, OTHER, List.of(address(2)), false, nowNs);
        assertThat(wishes.running.values()).containsExactly(address(1));
        fail(1, "refused", false);
        assertThat(wishes.running.values()).containsExactly(address(2));
    }

    @Test
    void tooManyDialsAreRefused() {
        for (int i = 0; i < LIMITS.dials(); i++) {
            dialer.dial(i + 1, null, List.of(address(i)), false, nowNs);
        }
        dialer.dial(99, PEER, List.of(address(99)), false, nowNs);
        assertThat(wishes.failed).containsEntry(99L, DialFailure.LIMIT);
    }

    @Test
    void dialsToOurselvesAreRefused() {
        dialer.dial(1, SELF, List.of(address(1)), false, nowNs);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.SELF);
    }

    @Test
    void anAddressThatDoesNotAnswerTimesOut() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        tick(5_000);
        assertThat(wishes.abandoned).hasSize(1);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.FAILED);
    }

    @Test
    void theDialAsAWholeTimesOut() {
        dialer = new Dialer(SELF, new DialLimits(16, 8, 4, 250, 5_000, 1_000), (peer, address) -> true, wishes);
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        tick(1_000);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.TIMEOUT);
        assertThat(dialer.running()).isZero();
    }

    @Test
    void forbiddenAddressesAreNotDialled() {
        forbidden.add(address(1));
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.GATED);
    }

    @Test
    void withoutAddressesThereIsNothingToDial() {
        dialer.dial(1, PEER, List.of(), false, nowNs);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.NO_ADDRESSES);
        dialer.dial(2, PEER, List.of(Multiaddr.parse("/ip4/1.2.3.4/udp/1/quic-v1")), false, nowNs);
        assertThat(wishes.failed).containsEntry(2L, DialFailure.NO_ADDRESSES);
    }

    @Test
    void anotherPeerAtTheAddressIsSaidSo() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        fail(1, "expected another", true);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.WRONG_PEER);
    }

    @Test
    void namesAreResolvedAndTheirAddressesDialled() {
        Multiaddr name = Multiaddr.parse("/dns4/example.org/tcp/4001");
        dialer.dial(1, PEER, List.of(name), false, nowNs);
        assertThat(wishes.resolving).containsValue(name);
        long dial = wishes.resolving.keySet().iterator().next();
        dialer.onResolved(dial, name, List.of(address(7)), "", nowNs);
        assertThat(wishes.running.values()).containsExactly(address(7));
    }

    @Test
    void aNameThatIsNotFoundFailsTheDial() {
        Multiaddr name = Multiaddr.parse("/dns4/example.org/tcp/4001");
        dialer.dial(1, PEER, List.of(name), false, nowNs);
        dialer.onResolved(wishes.resolving.keySet().iterator().next(), name, List.of(), "no such name", nowNs);
        assertThat(wishes.failed).containsEntry(1L, DialFailure.NO_ADDRESSES);
        assertThat(wishes.lines).containsExactly(name + " no such name");
    }

    @Test
    void lateAnswersOfAbandonedAttemptsAreIgnored() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        long late = attempt(1);
        dialer.cancel(1, nowNs);
        dialer.onConnected(late, nowNs);
        dialer.onFailed(late, "closed", false, nowNs);
        assertThat(wishes.dialed).isEmpty();
    }

    @Test
    void closingFailsEveryCaller() {
        dialer.dial(1, PEER, List.of(address(1)), false, nowNs);
        dialer.close();
        assertThat(wishes.failed).containsEntry(1L, DialFailure.CLOSED);
        dialer.dial(2, PEER, List.of(address(1)), false, nowNs);
        assertThat(wishes.failed).containsEntry(2L, DialFailure.CLOSED);
        assertThat(dialer.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void familiesAreTriedInTurnNearestNetworksFirst() {
        List<Multiaddr> ranked = AddressRanking.rank(
                List.of(
                        Multiaddr.parse("/ip4/8.8.8.8/tcp/1"),
                        Multiaddr.parse("/ip4/9.9.9.9/tcp/1"),
                        Multiaddr.parse("/ip6/2001:db8::1/tcp/1"),
                        Multiaddr.parse("/ip4/10.0.0.1/tcp/1"),
                        Multiaddr.parse("/ip4/127.0.0.1/tcp/1")),
                address -> false);
        assertThat(ranked.stream().map(Multiaddr::toString))
                .containsExactly(
                        "/ip4/127.0.0.1/tcp/1",
                        "/ip4/10.0.0.1/tcp/1",
                        "/ip6/2001:db8::1/tcp/1",
                        "/ip4/8.8.8.8/tcp/1",
                        "/ip4/9.9.9.9/tcp/1");
    }

    private void tick(long ms) {
        nowNs += ms(ms);
        dialer.onTick(nowNs);
    }

    private void fail(int number, String why, boolean wrongPeer) {
        long attempt = attempt(number);
        wishes.running.remove(attempt);
        dialer.onFailed(attempt, why, wrongPeer, nowNs);
    }

    private long attempt(int number) {
        return wishes.running.entrySet().stream()
                .filter(entry -> entry.getValue().equals(address(number)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private static Multiaddr address(int number) {
        return Multiaddr.parse("/ip4/8.8.0." + number + "/tcp/4001");
    }

    private static List<Multiaddr> addresses(int from, int to) {
        return IntStream.range(from, to).mapToObj(DialerTest::address).toList();
    }

    /** What the dialer wished for, and what is left of it. */
    private static final class Wishes implements DialerSink {
        final Map<Long, Multiaddr> running = new LinkedHashMap<>();
        final Map<Long, Multiaddr> resolving = new LinkedHashMap<>();
        final List<Long> abandoned = new ArrayList<>();
        final List<Long> dialed = new ArrayList<>();
        final Map<Long, DialFailure> failed = new LinkedHashMap<>();
        List<String> lines = List.of();

        @Override
        public void resolve(long dial, Multiaddr address, @Nullable PeerId peer) {
            resolving.put(dial, address);
        }

        @Override
        public void connect(long attempt, Multiaddr address, @Nullable PeerId peer) {
            running.put(attempt, address);
            assertThat(running.size()).isLessThanOrEqualTo(LIMITS.attempts());
        }

        @Override
        public void abandon(long attempt) {
            running.remove(attempt);
            abandoned.add(attempt);
        }

        @Override
        public void onDialed(long waiter, long attempt) {
            running.remove(attempt);
            dialed.add(waiter);
        }

        @Override
        public void onDialFailed(long waiter, DialFailure failure, String message, List<String> attempts) {
            failed.put(waiter, failure);
            lines = attempts;
        }
    }
}
