package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressBookTest {

    private static final PeerId PEER = peer();
    private static final byte[] ENVELOPE = "signed".getBytes(StandardCharsets.UTF_8);

    private long nowNs = -5;
    private final AddressBook book = new AddressBook(() -> nowNs);

    @Test
    void addressesExpire() {
        book.add(PEER, address(1), Duration.ofMinutes(2));
        pass(Duration.ofSeconds(119));
        assertThat(book.addresses(PEER)).containsExactly(address(1));
        pass(Duration.ofSeconds(1));
        assertThat(book.addresses(PEER)).isEmpty();
    }

    @Test
    void theLongerOfTwoTtlsStays() {
        book.add(PEER, address(1), Duration.ofHours(1));
        book.add(PEER, address(1), Duration.ofMinutes(1));
        pass(Duration.ofMinutes(59));
        assertThat(book.addresses(PEER)).hasSize(1);
    }

    @Test
    void setMayShortenAndForget() {
        book.add(PEER, List.of(address(1), address(2)), Duration.ofHours(1));
        book.set(PEER, List.of(address(1)), Duration.ofMinutes(1));
        book.set(PEER, List.of(address(2)), Duration.ZERO);
        assertThat(book.addresses(PEER)).containsExactly(address(1));
        pass(Duration.ofMinutes(1));
        assertThat(book.addresses(PEER)).isEmpty();
    }

    @Test
    void aTtlThatIsNotPositiveAddsNothing() {
        book.add(PEER, address(1), Duration.ZERO);
        book.add(PEER, address(1), Duration.ofSeconds(-1));
        assertThat(book.addresses(PEER)).isEmpty();
        assertThat(book.peerCount()).isZero();
    }

    @Test
    void updateTouchesThoseOfOneTtl() {
        book.add(PEER, address(1), Duration.ofHours(1));
        book.add(PEER, address(2), Duration.ofHours(2));
        book.update(PEER, Duration.ofHours(1), Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(book.addresses(PEER)).containsExactly(address(2));
    }

    @Test
    void anAddressIsThereOnceWithOrWithoutItsPeer() {
        book.add(PEER, List.of(address(1), address(1).withPeer(PEER), address(1)), Duration.ofHours(1));
        assertThat(book.addresses(PEER)).containsExactly(address(1));
    }

    @Test
    void aNewerRecordReplacesWhatAnOlderCertified() {
        book.add(PEER, address(9), Duration.ofHours(1));
        assertThat(book.addCertified(record(5, 1, 2), ENVELOPE, Duration.ofHours(1)))
                .isTrue();
        assertThat(book.addCertified(record(6, 2, 3), ENVELOPE, Duration.ofHours(1)))
                .isTrue();
        assertThat(book.addresses(PEER)).containsExactlyInAnyOrder(address(9), address(2), address(3));
        assertThat(book.certifiedRecord(PEER)).contains(ENVELOPE);
    }

    @Test
    void anOlderRecordIsIgnored() {
        book.addCertified(record(5, 1), ENVELOPE, Duration.ofHours(1));
        byte[] another = "signed as well".getBytes(StandardCharsets.UTF_8);
        assertThat(book.addCertified(record(5, 2), another, Duration.ofHours(1)))
                .isFalse();
        assertThat(book.addCertified(record(4, 2), ENVELOPE, Duration.ofHours(1)))
                .isFalse();
        assertThat(book.addresses(PEER)).containsExactly(address(1));
    }

    @Test
    void recordsAreCapped() {
        for (int i = 0; i < AddressBook.RECORDS_MAX; i++) {
            assertThat(book.addCertified(new PeerRecord(smallPeer(i), 1, List.of()), ENVELOPE, Duration.ofHours(1)))
                    .isTrue();
        }
        assertThat(book.addCertified(record(1, 1), ENVELOPE, Duration.ofHours(1)))
                .isFalse();
        assertThat(book.refused()).isEqualTo(1);
    }

    @Test
    void aPeerHasSixtyFourAddressesAndTheShortestLivedGoesFirst() {
        book.add(PEER, address(1), Duration.ofMinutes(1));
        book.add(PEER, addresses(2, 65), Duration.ofHours(1));
        book.add(PEER, address(100), Duration.ofHours(2));
        assertThat(book.addresses(PEER))
                .hasSize(AddressBook.ADDRESSES_PER_PEER_MAX)
                .contains(address(100))
                .doesNotContain(address(1));
        book.add(PEER, address(101), Duration.ofSeconds(1));
        assertThat(book.addresses(PEER)).doesNotContain(address(101));
        assertThat(book.refused()).isEqualTo(1);
    }

    @Test
    void addressesOfStrangersAreCappedInAll() {
        int peers = AddressBook.ADDRESSES_MAX / AddressBook.ADDRESSES_PER_PEER_MAX + 10;
        for (int i = 0; i < peers; i++) {
            book.add(smallPeer(i), addresses(0, 64), Duration.ofHours(1));
        }
        assertThat(book.addressCount()).isEqualTo(AddressBook.ADDRESSES_MAX);
        pass(Duration.ofHours(2));
        assertThat(book.collect()).isEqualTo(AddressBook.ADDRESSES_MAX);
        assertThat(book.addressCount()).isZero();
        assertThat(book.peerCount()).isZero();
    }

    @Test
    void protocolsAreCapped() {
        List<String> many = new ArrayList<>();
        IntStream.range(0, 500).forEach(i -> many.add("/p/" + i));
        many.add(0, "x".repeat(5_000));
        book.protocols(PEER, many);
        assertThat(book.protocols(PEER))
                .hasSize(AddressBook.PROTOCOLS_PER_PEER_MAX)
                .startsWith("/p/0");
        assertThat(book.firstSupported(PEER, List.of("/no", "/p/7", "/p/1"))).contains("/p/7");
    }

    @Test
    void connectedAddressesLiveOnForAWhileAfterTheLastConnection() {
        book.onConnected(PEER);
        book.onConnected(PEER);
        book.add(PEER, addresses(0, 30), AddressBook.CONNECTED_TTL);
        pass(Duration.ofDays(100));
        book.onDisconnected(PEER);
        assertThat(book.addresses(PEER)).hasSize(30);
        book.onDisconnected(PEER);
        assertThat(book.addresses(PEER)).hasSize(AddressBook.ADDRESSES_AFTER_DISCONNECT_MAX);
        pass(AddressBook.RECENTLY_CONNECTED_TTL);
        book.collect();
        assertThat(book.addresses(PEER)).isEmpty();
        assertThat(book.peerCount()).isZero();
    }

    @Test
    void aPeerThatComesBackWithItsOldRecordHasItsAddressesAsLongAsItIsConnected() {
        book.onConnected(PEER);
        book.addCertified(record(5, 1), ENVELOPE, AddressBook.CONNECTED_TTL);
        book.onDisconnected(PEER);
        book.onConnected(PEER);
        assertThat(book.addCertified(record(5, 1), ENVELOPE, AddressBook.CONNECTED_TTL))
                .isTrue();
        pass(Duration.ofDays(1));
        book.collect();
        assertThat(book.addresses(PEER)).containsExactly(address(1));
    }

    @Test
    void whatIsLearntOfAPeerThatJustLeftDoesNotOutliveIt() {
        book.onConnected(PEER);
        book.onDisconnected(PEER);
        book.add(PEER, address(1), AddressBook.CONNECTED_TTL);
        pass(AddressBook.RECENTLY_CONNECTED_TTL);
        book.collect();
        assertThat(book.peerCount()).isZero();
    }

    @Test
    void namesOfProtocolsAreBoundedByTheirLength() {
        List<String> long1 =
                IntStream.range(0, 100).mapToObj(i -> i + "x".repeat(1_000)).toList();
        book.protocols(PEER, long1);
        assertThat(String.join("", book.protocols(PEER))).hasSizeLessThanOrEqualTo(AddressBook.PROTOCOLS_LENGTH_MAX);
        assertThat(book.protocols(PEER)).startsWith(long1.get(0));
        int peers = 2 * AddressBook.PROTOCOLS_LENGTH_TOTAL_MAX / AddressBook.PROTOCOLS_LENGTH_MAX;
        long total = 0;
        for (int i = 0; i < peers; i++) {
            book.onConnected(smallPeer(i));
            book.protocols(smallPeer(i), long1);
            book.onDisconnected(smallPeer(i));
        }
        for (PeerId peer : book.peers()) {
            total += String.join("", book.protocols(peer)).length();
        }
        assertThat(total).isLessThanOrEqualTo(AddressBook.PROTOCOLS_LENGTH_TOTAL_MAX);
        book.onConnected(smallPeer(peers));
        book.protocols(smallPeer(peers), List.of("/at/hand"));
        assertThat(book.protocols(smallPeer(peers))).containsExactly("/at/hand");
        pass(AddressBook.RECENTLY_CONNECTED_TTL);
        book.collect();
        book.protocols(smallPeer(0), List.of("/room/again"));
        assertThat(book.protocols(smallPeer(0))).containsExactly("/room/again");
    }

    @Test
    void aPermanentAddressStays() {
        book.add(PEER, address(1), AddressBook.PERMANENT_TTL);
        book.onConnected(PEER);
        book.onDisconnected(PEER);
        pass(Duration.ofDays(3_650));
        book.collect();
        assertThat(book.addresses(PEER)).containsExactly(address(1));
    }

    @Test
    void clearForgetsAddressesAndRecord() {
        book.addCertified(record(5, 1), ENVELOPE, Duration.ofHours(1));
        book.clear(PEER);
        assertThat(book.addresses(PEER)).isEmpty();
        assertThat(book.certifiedRecord(PEER)).isEmpty();
        assertThat(book.addressCount()).isZero();
        assertThat(book.peerCount()).isZero();
    }

    private void pass(Duration duration) {
        nowNs += TimeUnit.SECONDS.toNanos(duration.getSeconds());
    }

    private static PeerRecord record(long seq, int... addresses) {
        return new PeerRecord(
                PEER,
                seq,
                IntStream.of(addresses).mapToObj(AddressBookTest::address).toList());
    }

    private static Multiaddr address(int number) {
        return Multiaddr.parse("/ip4/8.8.0." + number + "/tcp/4001");
    }

    private static List<Multiaddr> addresses(int from, int to) {
        return IntStream.range(from, to).mapToObj(AddressBookTest::address).toList();
    }

    private static PeerId peer() {
        return PrivateKey.generate(KeyType.ED25519).peerId();
    }

    /** A peer id that costs no key: any 32 bytes are a SHA-256. */
    private static PeerId smallPeer(int number) {
        byte[] digest = new byte[34];
        digest[0] = 0x12;
        digest[1] = 0x20;
        digest[30] = (byte) (number >> 24);
        digest[31] = (byte) (number >> 16);
        digest[32] = (byte) (number >> 8);
        digest[33] = (byte) number;
        return PeerId.fromBytes(digest);
    }
}
