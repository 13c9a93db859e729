package io.outcry.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.multiformats.Cid;
import io.outcry.core.multiformats.Multibase;
import io.outcry.core.multiformats.Multihash;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {

    @ParameterizedTest
    @CsvSource({
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N, bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"
    })
    void parsesBothTextFormsOfTheSpecification(String base58, String cid) {
        assertThat(PeerId.parse(cid)).isEqualTo(PeerId.parse(base58)).hasToString(base58);
        assertThat(PeerId.parse(base58).toCid()).hasToString(cid);
    }

    @Test
    void shortKeysAreInlinedAndLongOnesHashed() {
        assertThat(Vectors.key(KeyType.ED25519).peerId().bytes())
                .startsWith(0x00, 36)
                .hasSize(38);
        assertThat(Vectors.key(KeyType.SECP256K1).peerId().bytes())
                .startsWith(0x00, 37)
                .hasSize(39);
        assertThat(Vectors.key(KeyType.ECDSA).peerId().bytes())
                .startsWith(0x12, 0x20)
                .hasSize(34);
        assertThat(Vectors.key(KeyType.RSA).peerId().bytes())
                .startsWith(0x12, 0x20)
                .hasSize(34);
    }

    @Test
    void givesBackTheInlinedKeyAndNoHashedOne() {
        for (KeyType type : KeyType.values()) {
            PublicKey key = Vectors.key(type).publicKey();
            PeerId peer = PeerId.fromBytes(key.peerId().bytes());
            boolean inlined = type == KeyType.ED25519 || type == KeyType.SECP256K1;
            assertThat(peer.inlineKey().isPresent()).isEqualTo(inlined);
            peer.inlineKey().ifPresent(held -> assertThat(held).isEqualTo(key));
            assertThat(peer.matches(key)).isTrue();
            assertThat(peer.matches(PrivateKey.generate(KeyType.ED25519).publicKey()))
                    .isFalse();
        }
    }

    @Test
    void anInlinedKeyThatIsNoneIsNotGiven() {
        assertThat(PeerId.fromBytes(Hex.bytes("000401020304")).inlineKey()).isEmpty();
    }

    @Test
    void refusesCidsOfOtherCodecs() {
        Multihash hash = Multihash.fromBytes(Vectors.key(KeyType.ECDSA).peerId().bytes());
        for (int codec : new int[] {0x55, 0x70, 0}) {
            assertThatThrownBy(() -> PeerId.parse(new Cid(codec, hash).toString()))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("0x" + Integer.toHexString(codec));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Q",
                "Qm",
                "1",
                "11",
                "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
                "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5NN",
                "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50",
                "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
                "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xq",
                "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe=",
                "k",
                "hello",
                "12D3KooW",
                "\u0000"
            })
    void refusesTextThatIsNoPeerId(String text) {
        assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(KeyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0000",
                "1220",
                "12200102",
                "1221" + "000000000000000000000000000000000000000000000000000000000000000000",
                "1114" + "0000000000000000000000000000000000000000",
                "002b" + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
                "00020100ff"
            })
    void refusesBytesThatAreNoPeerId(String hex) {
        assertThat(PeerId.tryFrom(Hex.bytes(hex))).isNull();
        assertThatThrownBy(() -> PeerId.fromBytes(Hex.bytes(hex))).isInstanceOf(KeyException.class);
    }

    @Test
    @ExtendWith(Seeds.class)
    void comparesAsUnsignedBytesAndRoundTrips(RandomGenerator random) {
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            PeerId peer = PeerId.fromBytes(Bytes.concat(new byte[] {0x12, 0x20}, Bytes.random(random, 32)));
            peers.add(peer);
            assertThat(PeerId.parse(peer.toString())).isEqualTo(peer).hasSameHashCodeAs(peer);
            assertThat(PeerId.parse(peer.toCid().toString(Multibase.BASE36))).isEqualTo(peer);
            assertThat(PeerId.fromBytes(peer.bytes())).isEqualTo(peer);
        }
        for (int i = 1; i < peers.size(); i++) {
            PeerId a = peers.get(i - 1);
            PeerId b = peers.get(i);
            assertThat(Integer.signum(a.compareTo(b)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(a.bytes(), b.bytes())))
                    .isEqualTo(-Integer.signum(b.compareTo(a)));
        }
    }

    @Test
    void cannotBeChangedThroughItsBytes() {
        PeerId peer = Vectors.key(KeyType.ED25519).peerId();
        byte[] bytes = peer.bytes();
        PeerId read = PeerId.fromBytes(bytes);
        bytes[5] ^= 1;
        peer.bytes()[5] ^= 1;
        assertThat(read).isEqualTo(peer);
    }
}
