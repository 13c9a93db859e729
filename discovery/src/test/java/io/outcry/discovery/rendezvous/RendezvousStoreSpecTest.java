package io.outcry.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import io.outcry.testkit.Seeds;
import io.outcry.testkit.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RendezvousStoreSpecTest {

    private static final byte[] NO_COOKIE = {};
    private static final RandomGenerator OLDEST_FIRST = () -> 0;
    private static final List<PrivateKey> KEYS = IntStream.range(0, 12)
            .mapToObj(i -> PrivateKey.generate(KeyType.ED25519))
            .toList();

    private final VirtualClock clock = new VirtualClock(-1);
    private final RendezvousLimits limits = new RendezvousLimits(60, 7_200, 72 * 3600, 3, 10, 1 << 20, 4);
    private final RendezvousStore store = new RendezvousStore(limits, new byte[32], OLDEST_FIRST, clock.nowNs());

    private static byte[] record(PrivateKey key, int port) {
        return new PeerRecord(key.peerId(), 1, List.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/" + port)))
                .toEnvelope(key)
                .encoded();
    }

    private RegisterResponse register(PrivateKey key, String namespace, long ttlS) {
        return store.onRegister(
                key.peerId(), namespace, CheckedRecord.check(record(key, 1), key.peerId()), ttlS, clock.nowNs());
    }

    private DiscoverResponse discover(String namespace, long limit, byte[] cookie) {
        return store.onDiscover(namespace, limit, cookie, clock.nowNs());
    }

    private List<String> found(DiscoverResponse response) {
        assertThat(response.status()).isEqualTo(RendezvousStatus.OK);
        return response.registrations().stream()
                .map(Register::signedRecord)
                .map(PeerRecord::fromEnvelope)
                .map(record -> record.peer().toString())
                .toList();
    }

    private static List<String> names(int... keys) {
        return IntStream.of(keys).mapToObj(i -> KEYS.get(i).peerId().toString()).toList();
    }

    @Test
    void whoRegistersIsFoundWithItsRecordAndTheTimeLeft() {
        assertThat(register(KEYS.get(0), "m", 600)).isEqualTo(new RegisterResponse(RendezvousStatus.OK, "", 600));
        clock.advanceMs(100_000);
        DiscoverResponse response = discover("m", 0, NO_COOKIE);
        assertThat(found(response)).isEqualTo(names(0));
        assertThat(response.registrations().get(0).ttlS()).isEqualTo(500);
        assertThat(response.registrations().get(0).namespace()).isEqualTo("m");
        assertThat(found(discover("other", 0, NO_COOKIE))).isEmpty();
    }

    @Test
    void aTtlThatIsNotNamedIsTwoHours() {
        assertThat(register(KEYS.get(0), "m", RendezvousMessage.UNSET).ttlS()).isEqualTo(7_200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 59, 72 * 3600 + 1, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void aTtlOutsideTheBoundsIsInvalid(long ttlS) {
        assertThat(register(KEYS.get(0), "m", ttlS).status()).isEqualTo(RendezvousStatus.INVALID_TTL);
        assertThat(store.size()).isZero();
    }

    @Test
    void ttlsAtTheBoundsAreGranted() {
        assertThat(register(KEYS.get(0), "m", 60).status()).isEqualTo(RendezvousStatus.OK);
        assertThat(register(KEYS.get(0), "m", 72 * 3600).status()).isEqualTo(RendezvousStatus.OK);
    }

    @Test
    void namespacesHave1To255Bytes() {
        assertThat(register(KEYS.get(0), "", 60).status()).isEqualTo(RendezvousStatus.INVALID_NAMESPACE);
        assertThat(register(KEYS.get(0), "n".repeat(256), 60).status()).isEqualTo(RendezvousStatus.INVALID_NAMESPACE);
        assertThat(register(KEYS.get(0), "\u00e9".repeat(128), 60).status())
                .isEqualTo(RendezvousStatus.INVALID_NAMESPACE);
        assertThat(register(KEYS.get(0), "n".repeat(255), 60).status()).isEqualTo(RendezvousStatus.OK);
        assertThat(discover("n".repeat(256), 0, NO_COOKIE).status()).isEqualTo(RendezvousStatus.INVALID_NAMESPACE);
    }

    @Test
    void onlyTheSendersOwnSignedRecordIsTaken() {
        PrivateKey sender = KEYS.get(0);
        PrivateKey other = KEYS.get(1);
        assertThat(CheckedRecord.check(record(other, 1), sender.peerId())).isNull();
        byte[] spoiled = record(sender, 1);
        spoiled[spoiled.length - 1] ^= 1;
        assertThat(CheckedRecord.check(spoiled, sender.peerId())).isNull();
        assertThat(CheckedRecord.check(new byte[0], sender.peerId())).isNull();
        assertThat(CheckedRecord.check(new byte[RendezvousLimits.RECORD_LENGTH_MAX + 1], sender.peerId()))
                .isNull();
        assertThat(store.onRegister(sender.peerId(), "m", null, 60, clock.nowNs())
                        .status())
                .isEqualTo(RendezvousStatus.INVALID_SIGNED_PEER_RECORD);
        CheckedRecord ofOther = CheckedRecord.check(record(other, 1), other.peerId());
        assertThat(store.onRegister(sender.peerId(), "m", ofOther, 60, clock.nowNs())
                        .status())
                .isEqualTo(RendezvousStatus.INVALID_SIGNED_PEER_RECORD);
    }

    @Test
    void registeringAgainReplacesAndIsNewToThoseWithACookie() {
        register(KEYS.get(0), "m", 60);
        byte[] cookie = discover("m", 0, NO_COOKIE).cookie();
        assertThat(found(discover("m", 0, cookie))).isEmpty();
        register(KEYS.get(0), "m", 600);
        assertThat(store.size()).isEqualTo(1);
        DiscoverResponse again = discover("m", 0, cookie);
        assertThat(found(again)).isEqualTo(names(0));
        assertThat(again.registrations().get(0).ttlS()).isEqualTo(600);
    }

    @Test
    void unregisterEndsOneRegistrationAndIsSilentOtherwise() {
        register(KEYS.get(0), "a", 60);
        register(KEYS.get(0), "b", 60);
        store.onUnregister(KEYS.get(0).peerId(), "a");
        store.onUnregister(KEYS.get(0).peerId(), "a");
        store.onUnregister(KEYS.get(1).peerId(), "b");
        assertThat(found(discover("a", 0, NO_COOKIE))).isEmpty();
        assertThat(found(discover("b", 0, NO_COOKIE))).isEqualTo(names(0));
        assertThat(store.namespaces()).isEqualTo(1);
    }

    @Test
    void registrationsExpire() {
        assertThat(store.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        register(KEYS.get(0), "m", 100);
        register(KEYS.get(1), "m", 60);
        clock.advanceToNs(store.nextDeadlineNs() - 1);
        assertThat(store.onTick(clock.nowNs())).isZero();
        clock.advanceToNs(store.nextDeadlineNs());
        assertThat(found(discover("m", 0, NO_COOKIE))).isEqualTo(names(0));
        clock.advanceToNs(store.nextDeadlineNs());
        assertThat(store.onTick(clock.nowNs())).isEqualTo(1);
        assertThat(store.size() + store.namespaces()).isZero();
        assertThat(store.recordBytes()).isZero();
        assertThat(store.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void pagesFollowOneAnotherByCookie() {
        for (int i = 0; i < 10; i++) {
            register(KEYS.get(i), "m", 60);
        }
        DiscoverResponse first = discover("m", 0, NO_COOKIE);
        assertThat(found(first)).as("a page of the point").isEqualTo(names(0, 1, 2, 3));
        DiscoverResponse second = discover("m", 3, first.cookie());
        assertThat(found(second)).as("a page of the asker").isEqualTo(names(4, 5, 6));
        store.onUnregister(KEYS.get(7).peerId(), "m");
        DiscoverResponse third = discover("m", Long.MIN_VALUE, second.cookie());
        assertThat(found(third)).as("an unsigned, huge limit").isEqualTo(names(8, 9));
        assertThat(found(discover("m", 1_000_000, third.cookie()))).isEmpty();
        register(KEYS.get(10), "m", 60);
        assertThat(found(discover("m", 0, third.cookie()))).isEqualTo(names(10));
    }

    @Test
    @ExtendWith(Seeds.class)
    void whoAsksAnewIsBegunWithSomewhereAndComesToEverybodyOnce(RandomGenerator random) {
        RendezvousLimits wide = new RendezvousLimits(60, 60, 60, 3, 1_000, 1 << 20, 4);
        for (int round = 0; round < 100; round++) {
            RendezvousStore one = new RendezvousStore(wide, new byte[32], random, 0);
            int registered = 1 + random.nextInt(10);
            for (int i = 0; i < registered; i++) {
                PrivateKey key = KEYS.get(i);
                CheckedRecord checked = CheckedRecord.check(record(key, 1), key.peerId());
                one.onRegister(key.peerId(), "m", checked, 60, 0);
                one.onRegister(key.peerId(), "another", checked, 60, 0);
            }
            List<String> met = new ArrayList<>();
            byte[] cookie = NO_COOKIE;
            boolean newcomer = false;
            for (int page = 0; page < 20; page++) {
                DiscoverResponse answer = one.onDiscover("m", random.nextInt(4), cookie, 0);
                met.addAll(found(answer));
                cookie = answer.cookie();
                assertThat(new String(cookie, StandardCharsets.UTF_8))
                        .as("what rust-libp2p takes for a cookie")
                        .matches("[0-9a-f]{8,263}");
                if (page < 8 && !newcomer && random.nextInt(3) == 0) {
                    newcomer = true;
                    CheckedRecord checked = CheckedRecord.check(
                            record(KEYS.get(11), 1), KEYS.get(11).peerId());
                    one.onRegister(KEYS.get(11).peerId(), "m", checked, 60, 0);
                }
            }
            List<String> all =
                    new ArrayList<>(names(IntStream.range(0, registered).toArray()));
            all.addAll(newcomer ? names(11) : List.of());
            assertThat(met).containsExactlyInAnyOrderElementsOf(all);
        }
        RendezvousStore one = new RendezvousStore(wide, new byte[32], random, 0);
        for (PrivateKey key : KEYS) {
            one.onRegister(key.peerId(), "m", CheckedRecord.check(record(key, 1), key.peerId()), 60, 0);
        }
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            first.addAll(found(one.onDiscover("m", 1, NO_COOKIE, 0)));
        }
        assertThat(first).as("everybody is somebody's first").hasSize(KEYS.size());
    }

    @Test
    void noNamespaceMeansEverywhere() {
        register(KEYS.get(0), "a", 60);
        register(KEYS.get(1), "b", 60);
        DiscoverResponse all = discover("", 0, NO_COOKIE);
        assertThat(found(all)).isEqualTo(names(0, 1));
        register(KEYS.get(2), "c", 60);
        assertThat(found(discover("", 0, all.cookie()))).isEqualTo(names(2));
    }

    @Test
    void cookiesThatAreNotOursAreInvalid() {
        register(KEYS.get(0), "a", 60);
        byte[] cookie = discover("a", 0, NO_COOKIE).cookie();
        for (int bit = 0; bit < cookie.length * 8; bit++) {
            byte[] forged = cookie.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(discover("a", 0, forged).status()).isEqualTo(RendezvousStatus.INVALID_COOKIE);
        }
        assertThat(discover("b", 0, cookie).status()).isEqualTo(RendezvousStatus.INVALID_COOKIE);
        assertThat(discover("", 0, cookie).status()).isEqualTo(RendezvousStatus.INVALID_COOKIE);
        assertThat(discover("a", 0, new byte[1]).status()).isEqualTo(RendezvousStatus.INVALID_COOKIE);
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        RendezvousStore restarted = new RendezvousStore(limits, otherKey, OLDEST_FIRST, clock.nowNs());
        assertThat(restarted.onDiscover("a", 0, cookie, clock.nowNs()).status())
                .isEqualTo(RendezvousStatus.INVALID_COOKIE);
    }

    @Test
    void onePeerHasItsShareAndTheWholeHasItsBound() {
        for (int i = 0; i < 3; i++) {
            assertThat(register(KEYS.get(0), "n" + i, 60).status()).isEqualTo(RendezvousStatus.OK);
        }
        assertThat(register(KEYS.get(0), "n3", 60).status()).isEqualTo(RendezvousStatus.NOT_AUTHORIZED);
        assertThat(register(KEYS.get(0), "n2", 60).status()).as("a renewal").isEqualTo(RendezvousStatus.OK);
        for (int i = 1; i < 8; i++) {
            assertThat(register(KEYS.get(i), "m", 60).status()).isEqualTo(RendezvousStatus.OK);
        }
        assertThat(store.size()).isEqualTo(10);
        assertThat(register(KEYS.get(9), "m", 60).status()).isEqualTo(RendezvousStatus.UNAVAILABLE);
        assertThat(register(KEYS.get(1), "m", 60).status()).as("a renewal").isEqualTo(RendezvousStatus.OK);
    }

    @Test
    void theRecordsOfAllHaveABoundInBytes() {
        RendezvousLimits tight =
                new RendezvousLimits(60, 60, 60, 1_000, 1_000, RendezvousLimits.RECORD_LENGTH_MAX, 1_000);
        RendezvousStore small = new RendezvousStore(tight, new byte[32], OLDEST_FIRST, 0);
        CheckedRecord checked =
                CheckedRecord.check(record(KEYS.get(0), 1), KEYS.get(0).peerId());
        List<RendezvousStatus> statuses = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            statuses.add(small.onRegister(KEYS.get(0).peerId(), "n" + i, checked, 60, 0)
                    .status());
        }
        assertThat(statuses).containsOnly(RendezvousStatus.OK, RendezvousStatus.UNAVAILABLE);
        assertThat(small.recordBytes()).isLessThanOrEqualTo(RendezvousLimits.RECORD_LENGTH_MAX);
    }

    @Test
    void anAnswerIsBoundedInBytes() {
        RendezvousLimits wide = new RendezvousLimits(60, 60, 60, 1_000, 2_000, 64 << 20, 1_000);
        RendezvousStore large = new RendezvousStore(wide, new byte[32], OLDEST_FIRST, 0);
        List<Multiaddr> many = IntStream.rangeClosed(1, 100)
                .mapToObj(port -> Multiaddr.parse("/dns4/a-rather-long-name.example.com/tcp/" + port))
                .toList();
        PrivateKey key = KEYS.get(0);
        byte[] envelope = new PeerRecord(key.peerId(), 1, many).toEnvelope(key).encoded();
        CheckedRecord checked = CheckedRecord.check(envelope, key.peerId());
        for (int i = 0; i < 200; i++) {
            large.onRegister(key.peerId(), "n" + i, checked, 60, 0);
        }
        int seen = 0;
        byte[] cookie = NO_COOKIE;
        while (seen < 200) {
            DiscoverResponse page = large.onDiscover("", 0, cookie, 0);
            assertThat(page.registrations()).isNotEmpty();
            assertThat(RendezvousCodec.encode(page).length).isLessThanOrEqualTo(RendezvousStore.ANSWER_LENGTH_MAX + 64);
            seen += page.registrations().size();
            cookie = page.cookie();
        }
        assertThat(seen).isEqualTo(200);
    }

    @Test
    void limitsMustMakeSense() {
        assertThatThrownBy(() -> new RendezvousLimits(0, 1, 2, 1, 1, 1 << 20, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RendezvousLimits(1, 2, 72 * 3600 + 1, 1, 1, 1 << 20, 1))
                .hasMessageContaining("72 h");
        assertThatThrownBy(() -> new RendezvousLimits(1, 2, 3, 2, 1, 1 << 20, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(RendezvousLimits.DEFAULT.withTtlMinS(60).ttlMinS()).isEqualTo(60);
        assertThatThrownBy(() -> new RendezvousStore(limits, new byte[3], OLDEST_FIRST, 0))
                .hasMessageContaining("32 bytes");
    }
}
