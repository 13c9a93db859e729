package io.outcry.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.rendezvous.RendezvousMessage.Discover;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.Unregister;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import io.outcry.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class RendezvousFuzz {

    private static final List<PrivateKey> KEYS = IntStream.range(0, 6)
            .mapToObj(i -> PrivateKey.generate(KeyType.ED25519))
            .toList();
    private static final Map<PrivateKey, byte[]> RECORDS = new HashMap<>();

    static {
        KEYS.forEach(key -> RECORDS.put(
                key,
                new PeerRecord(key.peerId(), 1, List.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/1")))
                        .toEnvelope(key)
                        .encoded()));
    }

    private static final Map<PrivateKey, CheckedRecord> CHECKED = new HashMap<>();

    static {
        KEYS.forEach(key -> CHECKED.put(key, Objects.requireNonNull(CheckedRecord.check(recordOf(key), key.peerId()))));
    }

    private static byte[] recordOf(PrivateKey key) {
        return Objects.requireNonNull(RECORDS.get(key));
    }

    /** Frames of a hostile peer, as they come, through decoder and store. */
    @Test
    void nothingAPeerSendsThrowsOrPassesABound(RandomGenerator random) {
        VirtualClock clock = new VirtualClock(Long.MAX_VALUE - 1_000_000_000L);
        RendezvousLimits limits = new RendezvousLimits(1, 10, 1_000, 3, 12, 1 << 20, 5);
        RendezvousStore store = new RendezvousStore(limits, new byte[32], random, clock.nowNs());
        List<byte[]> cookies = new ArrayList<>(List.of(new byte[0]));
        for (int i = 0; i < 20_000; i++) {
            PrivateKey key = KEYS.get(random.nextInt(KEYS.size()));
            String namespace = "n".repeat(random.nextInt(3)) + random.nextInt(3);
            RendezvousMessage request = switch (random.nextInt(4)) {
                case 0, 1 -> new Register(namespace, recordOf(key), random.nextInt(12));
                case 2 -> new Unregister(namespace);
                default ->
                    new Discover(
                            random.nextInt(4) == 0 ? "" : namespace,
                            random.nextInt(8),
                            cookies.get(random.nextInt(cookies.size())));
            };
            byte[] frame = RendezvousCodec.encode(request);
            if (random.nextInt(4) == 0) {
                frame = random.nextInt(8) == 0 ? Bytes.any(random, 400) : Mutations.of(random, frame);
            }
            RendezvousMessage heard = RendezvousCodec.decode(frame);
            if (heard instanceof Register register) {
                // The honest record was checked once; spoiled ones are checked now and then, to keep the test quick.
                CheckedRecord checked = Arrays.equals(register.signedRecord(), recordOf(key))
                        ? CHECKED.get(key)
                        : i % 16 == 0 ? CheckedRecord.check(register.signedRecord(), key.peerId()) : null;
                store.onRegister(key.peerId(), register.namespace(), checked, register.ttlS(), clock.nowNs());
            } else if (heard instanceof Unregister unregister) {
                store.onUnregister(key.peerId(), unregister.namespace());
            } else if (heard instanceof Discover discover) {
                DiscoverResponse answer =
                        store.onDiscover(discover.namespace(), discover.limit(), discover.cookie(), clock.nowNs());
                assertThat(answer.registrations().size()).isLessThanOrEqualTo(limits.pageSize());
                if (cookies.size() < 50) {
                    cookies.add(answer.cookie());
                }
            }
            clock.advanceMs(random.nextInt(200));
            assertThat(store.size()).isLessThanOrEqualTo(limits.total());
            assertThat(store.namespaces()).isLessThanOrEqualTo(store.size());
        }
        clock.advanceMs(2_000_000);
        store.onTick(clock.nowNs());
        assertThat(store.size()).isZero();
        assertThat(store.recordBytes()).isZero();
    }

    /** The store against the plainest one that could be written. */
    @Test
    void agreesWithAPlainModel(RandomGenerator random) {
        VirtualClock clock = new VirtualClock();
        RendezvousLimits limits = new RendezvousLimits(1, 10, 1_000, 100, 1_000, 1 << 20, 1_000);
        RendezvousStore store = new RendezvousStore(limits, new byte[32], random, clock.nowNs());
        Map<String, Long> expiresNs = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            PrivateKey key = KEYS.get(random.nextInt(KEYS.size()));
            String namespace = "n" + random.nextInt(4);
            String id = key.peerId() + " " + namespace;
            if (random.nextInt(3) == 0) {
                store.onUnregister(key.peerId(), namespace);
                expiresNs.remove(id);
            } else {
                long ttlS = 1L + random.nextInt(30);
                store.onRegister(key.peerId(), namespace, CHECKED.get(key), ttlS, clock.nowNs());
                expiresNs.put(id, clock.nowNs() + ttlS * 1_000_000_000L);
            }
            clock.advanceMs(random.nextInt(1_500));
            expiresNs.values().removeIf(expires -> expires <= clock.nowNs());
            TreeSet<String> found = new TreeSet<>();
            for (Register register :
                    store.onDiscover("", 0, new byte[0], clock.nowNs()).registrations()) {
                PrivateKey owner = KEYS.stream()
                        .filter(k -> Arrays.equals(recordOf(k), register.signedRecord()))
                        .findFirst()
                        .orElseThrow();
                found.add(owner.peerId() + " " + register.namespace());
            }
            assertThat(found).isEqualTo(new TreeSet<>(expiresNs.keySet()));
        }
    }
}
