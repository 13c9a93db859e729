package io.outcry.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.EnvelopeException.Fault;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnvelopeSpecTest {

    private static final PrivateKey KEY = Vectors.key(KeyType.ED25519);
    private static final byte[] TYPE = {1, 2};
    private static final byte[] PAYLOAD = {9, 8, 7};

    /** Made by another implementation: number 7, two addresses, the specification's Ed25519 key. */
    private static final String RECORD = "0a24080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
            + "120203011a4e0a260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
            + "10071a0a0a08047f000001060fa11a160a142900000000000000000000000000000001060fa1"
            + "2a404aa86caa5f842c2ee9c42c2e8d533256edab6c6fa149a0b4c4c08217cfa1e9f8d665acd15e0c06e374e7c2426e05a6f"
            + "ad7a8af65a649e7d6a29072ce65522800";

    private static PeerRecord record() {
        return new PeerRecord(
                KEY.peerId(),
                7,
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"), Multiaddr.parse("/ip6/::1/tcp/4001")));
    }

    private static void fails(Fault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EnvelopeException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void sealsAndOpens(KeyType type) {
        PrivateKey key = Vectors.key(type);
        SignedEnvelope sealed = SignedEnvelope.seal(key, "domain", TYPE, PAYLOAD);
        SignedEnvelope opened = SignedEnvelope.open(sealed.encoded(), "domain");
        assertThat(opened).isEqualTo(sealed).hasSameHashCodeAs(sealed);
        assertThat(opened.signer()).isEqualTo(key.peerId());
        assertThat(opened.key()).isEqualTo(key.publicKey());
        assertThat(opened.payload()).isEqualTo(PAYLOAD);
        assertThat(opened.isOfType(TYPE)).isTrue();
        assertThat(opened.payloadType()).isEqualTo(TYPE);
    }

    @Test
    void anotherDomainFails() {
        byte[] sealed = SignedEnvelope.seal(KEY, "domain", TYPE, PAYLOAD).encoded();
        fails(Fault.SIGNATURE, () -> SignedEnvelope.open(sealed, "Domain"));
        // The lengths are signed, so that a byte cannot move from the domain to the type.
        fails(Fault.SIGNATURE, () -> SignedEnvelope.open(sealed, "domai"));
    }

    @Test
    void anAlteredTypePayloadOrSignatureFails() {
        byte[] sealed = SignedEnvelope.seal(KEY, "domain", TYPE, PAYLOAD).encoded();
        int typeAt = 2 + 36 + 2;
        int payloadAt = typeAt + TYPE.length + 2;
        for (int at : new int[] {typeAt, payloadAt, payloadAt + PAYLOAD.length + 2, sealed.length - 30}) {
            fails(Fault.SIGNATURE, () -> SignedEnvelope.open(Mutations.flipBit(sealed, at * 8), "domain"));
        }
    }

    @Test
    void anEmptyDomainOrTypeIsNotSealed() {
        assertThatThrownBy(() -> SignedEnvelope.seal(KEY, "", TYPE, PAYLOAD))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SignedEnvelope.seal(KEY, "domain", new byte[0], PAYLOAD))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void formAndSizeAreCheckedFirst() {
        fails(Fault.TOO_LARGE, () -> SignedEnvelope.open(new byte[SignedEnvelope.LENGTH_MAX + 1], "domain"));
        fails(Fault.MALFORMED, () -> SignedEnvelope.open(new byte[0], "domain"));
        fails(Fault.MALFORMED, () -> SignedEnvelope.open(Hex.bytes("0a7f00"), "domain"));
        fails(Fault.MALFORMED, () -> SignedEnvelope.open(Hex.bytes("0c"), "domain"));
        byte[] sealed = SignedEnvelope.seal(KEY, "domain", TYPE, PAYLOAD).encoded();
        fails(Fault.MALFORMED, () -> SignedEnvelope.open(Bytes.concat(sealed, Hex.bytes("12020102")), "domain"));
        byte[] badKey = sealed.clone();
        badKey[3] = 9;
        fails(Fault.KEY, () -> SignedEnvelope.open(badKey, "domain"));
    }

    @Test
    void unknownFieldsArePassedOver() {
        byte[] sealed = SignedEnvelope.seal(KEY, "domain", TYPE, PAYLOAD).encoded();
        assertThat(SignedEnvelope.open(Bytes.concat(sealed, Hex.bytes("300132020102")), "domain")
                        .payload())
                .isEqualTo(PAYLOAD);
    }

    @Test
    void aRecordIsWrittenByteForByteAsOthersDo() {
        assertThat(HexFormat.of().formatHex(record().toEnvelope(KEY).encoded())).isEqualTo(RECORD);
        assertThat(PeerRecord.fromEnvelope(Hex.bytes(RECORD))).isEqualTo(record());
        assertThat(PeerRecord.fromEnvelope(Hex.bytes(RECORD), KEY.peerId())).isEqualTo(record());
    }

    @Test
    void theOlderDomainAndTypeAreReadAsWell() {
        byte[] payload = SignedEnvelope.decode(Hex.bytes(RECORD)).payload();
        byte[] type = "/libp2p/routing-state-record".getBytes(StandardCharsets.US_ASCII);
        assertThat(PeerRecord.fromEnvelope(SignedEnvelope.seal(KEY, "libp2p-routing-state", type, payload)
                        .encoded()))
                .isEqualTo(record());
        fails(
                Fault.SIGNATURE,
                () -> PeerRecord.fromEnvelope(SignedEnvelope.seal(KEY, "libp2p-peer-record", type, payload)
                        .encoded()));
    }

    @Test
    void anotherPayloadTypeIsNoRecord() {
        fails(
                Fault.PAYLOAD_TYPE,
                () -> PeerRecord.fromEnvelope(SignedEnvelope.seal(KEY, "libp2p-peer-record", TYPE, PAYLOAD)
                        .encoded()));
    }

    @Test
    void aRecordOfAnotherPeerIsRefused() {
        PrivateKey other = PrivateKey.generate(KeyType.ED25519);
        assertThatThrownBy(() -> record().toEnvelope(other)).isInstanceOf(IllegalArgumentException.class);
        byte[] payload = SignedEnvelope.decode(Hex.bytes(RECORD)).payload();
        byte[] forged = SignedEnvelope.seal(other, "libp2p-peer-record", new byte[] {3, 1}, payload)
                .encoded();
        fails(Fault.WRONG_PEER, () -> PeerRecord.fromEnvelope(forged));
        fails(Fault.WRONG_PEER, () -> PeerRecord.fromEnvelope(Hex.bytes(RECORD), other.peerId()));
    }

    @Test
    void emptyUnknownAndRepeatedAddressesAreDropped() {
        byte[] peer = KEY.peerId().bytes();
        byte[] payload = Bytes.concat(
                Bytes.concat(new byte[] {0x0a, (byte) peer.length}, peer),
                Hex.bytes("1007" + "1a00" + "1a020a00" + "1a060a04ff7f0001" + "1a0a0a08047f000001060fa1"
                        + "1a0a0a08047f000001060fa1"));
        byte[] sealed = SignedEnvelope.seal(KEY, "libp2p-peer-record", new byte[] {3, 1}, payload)
                .encoded();
        assertThat(PeerRecord.fromEnvelope(sealed).addresses())
                .containsExactly(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"));
    }

    @Test
    void addressesAreCountedBeforeTheyAreKept() {
        byte[] peer = KEY.peerId().bytes();
        byte[] payload = Bytes.concat(
                Bytes.concat(new byte[] {0x0a, (byte) peer.length}, peer),
                Hex.bytes("1a00".repeat(PeerRecord.ADDRESSES_MAX + 1)));
        byte[] sealed = SignedEnvelope.seal(KEY, "libp2p-peer-record", new byte[] {3, 1}, payload)
                .encoded();
        fails(Fault.TOO_LARGE, () -> PeerRecord.fromEnvelope(sealed));
        List<Multiaddr> many = IntStream.rangeClosed(0, PeerRecord.ADDRESSES_MAX)
                .mapToObj(port -> Multiaddr.parse("/tcp/" + port))
                .toList();
        assertThatThrownBy(() -> new PeerRecord(KEY.peerId(), 1, many)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersGrowEvenIfTheClockStepsBack() {
        long first = PeerRecord.nextSeq(0, 1_000_000);
        long second = PeerRecord.nextSeq(first, 500_000);
        long third = PeerRecord.nextSeq(second, 2_000_000);
        assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
        PeerRecord low = new PeerRecord(KEY.peerId(), 5, List.of());
        PeerRecord huge = new PeerRecord(KEY.peerId(), -1, List.of());
        assertThat(huge.isNewerThan(low)).isTrue();
        assertThat(low.isNewerThan(huge)).isFalse();
        assertThat(low.isNewerThan(low)).isFalse();
    }

    @Test
    @ExtendWith(Seeds.class)
    void spoiledRecordsFailWithAFaultAndNothingElse(RandomGenerator random) {
        byte[] good = Hex.bytes(RECORD);
        for (int i = 0; i < 4_000; i++) {
            byte[] spoiled = Mutations.of(random, good);
            try {
                // What still opens holds the same record: only fields that nobody reads can have changed.
                assertThat(PeerRecord.fromEnvelope(spoiled)).isEqualTo(record());
            } catch (EnvelopeException e) {
                assertThat(e.fault()).isNotNull();
            }
        }
    }

    @Test
    @ExtendWith(Seeds.class)
    void spoiledPayloadsUnderAGoodSignatureFailWithAFaultAndNothingElse(RandomGenerator random) {
        byte[] payload = SignedEnvelope.decode(Hex.bytes(RECORD)).payload();
        for (int i = 0; i < 1_000; i++) {
            byte[] sealed = SignedEnvelope.seal(
                            KEY, "libp2p-peer-record", new byte[] {3, 1}, Mutations.of(random, payload))
                    .encoded();
            try {
                assertThat(PeerRecord.fromEnvelope(sealed).peer()).isEqualTo(KEY.peerId());
            } catch (EnvelopeException e) {
                assertThat(e.fault()).isNotNull();
            }
        }
    }
}
