package io.outcry.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.crypto.RsaPrivateKey;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySpecTest {

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void privateKeysOfTheSpecificationMakeItsPublicKeys(KeyType type) {
        PrivateKey key = Vectors.key(type);
        assertThat(key.type()).isEqualTo(type);
        assertThat(key.publicKey().encoded()).isEqualTo(Vectors.encodedPublic(type));
        assertThat(key.encoded()).isEqualTo(Vectors.encodedPrivate(type));
        PublicKey publicKey = PublicKey.decode(Vectors.encodedPublic(type));
        assertThat(publicKey).isEqualTo(key.publicKey()).hasSameHashCodeAs(key.publicKey());
        assertThat(PublicKey.of(type, publicKey.data())).isEqualTo(publicKey);
    }

    @ParameterizedTest
    @CsvSource({
        "ED25519, 12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq, "
                + "bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6",
        "SECP256K1, 16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY, "
                + "bafzaajiiaijcca3xo7uzjzcsyilaj6i54cj44qk7kqzpoao5rti2pjx6udtdbp6kte",
        "ECDSA, QmVMT29id3TUASyfZZ6k9hmNyc2nYabCo4uMSpDw4zrgDk, "
    })
    void keysHaveTheKnownPeerIds(KeyType type, String base58, String cid) {
        PeerId peer = Vectors.key(type).peerId();
        assertThat(peer).hasToString(base58).isEqualTo(PeerId.parse(base58));
        if (cid != null) {
            assertThat(peer.toCid()).hasToString(cid);
            assertThat(PeerId.parse(cid)).isEqualTo(peer);
        }
    }

    @Test
    void ed25519SignatureIsThatOfTheOtherImplementations() {
        byte[] message = Bytes.concat("noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII), new byte[32]);
        assertThat(Vectors.key(KeyType.ED25519).sign(message))
                .isEqualTo(Hex.bytes("96e76c387acf749074786157ff14a810e4d2f0de949691503813564f0168432b"
                        + "d51ecdcbec88090d8ba4c701d3666be691b8f7d8c2e64924e78764a837568902"));
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void signaturesHoldForTheirMessageAndNoOther(KeyType type) {
        PrivateKey key = Vectors.key(type);
        for (int length : new int[] {0, 1, 100, 10_000}) {
            byte[] message = new byte[length];
            byte[] signature = key.sign(message);
            assertThat(key.publicKey().verify(message, signature)).isTrue();
            assertThat(key.publicKey().verify(new byte[length + 1], signature)).isFalse();
            assertThat(key.publicKey().verify(message, Mutations.flipBit(signature, signature.length * 4)))
                    .isFalse();
            assertThat(key.publicKey().verify(message, Arrays.copyOf(signature, signature.length - 1)))
                    .isFalse();
            assertThat(key.publicKey().verify(message, Arrays.copyOf(signature, signature.length + 1)))
                    .isFalse();
            assertThat(key.publicKey().verify(message, new byte[0])).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void aSignatureOfAnotherKeyIsRefused(KeyType type) {
        byte[] message = {1, 2, 3};
        byte[] signature = PrivateKey.generate(type).sign(message);
        for (KeyType other : KeyType.values()) {
            assertThat(Vectors.key(other).publicKey().verify(message, signature))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void generatedKeysRoundTrip(KeyType type) {
        PrivateKey key = PrivateKey.generate(type);
        PrivateKey read = PrivateKey.decode(key.encoded());
        assertThat(read).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(read.encoded()).isEqualTo(key.encoded());
        assertThat(read.publicKey().verify(new byte[9], key.sign(new byte[9]))).isTrue();
        assertThat(key).isNotEqualTo(PrivateKey.generate(type));
    }

    @Test
    void privateKeysAreNotPrinted() {
        for (KeyType type : KeyType.values()) {
            assertThat(Vectors.key(type).toString()).contains("not shown").hasSizeLessThan(120);
        }
    }

    @Test
    void secp256k1SignsWithLowS() {
        BigInteger half =
                new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16).shiftRight(1);
        PrivateKey key = Vectors.key(KeyType.SECP256K1);
        for (int i = 0; i < 64; i++) {
            byte[] signature = key.sign(new byte[i]);
            int sAt = 4 + signature[3];
            BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, sAt + 2, signature.length));
            assertThat(s).isLessThanOrEqualTo(half);
        }
    }

    @Test
    void oldEd25519FormOf96BytesIsReadIfBothCopiesAgree() {
        byte[] data = Arrays.copyOfRange(Vectors.encodedPrivate(KeyType.ED25519), 4, 68);
        byte[] old = Bytes.concat(data, Arrays.copyOfRange(data, 32, 64));
        PrivateKey key = PrivateKey.of(KeyType.ED25519, old);
        assertThat(key.encoded()).isEqualTo(Vectors.encodedPrivate(KeyType.ED25519));
        for (int bit : new int[] {32 * 8, 95 * 8 + 7}) {
            assertThatThrownBy(() -> PrivateKey.of(KeyType.ED25519, Mutations.flipBit(old, bit)))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("not that of its seed");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 64})
    void ed25519PublicKeysOfOtherLengthsAreRefused(int length) {
        assertThatThrownBy(() -> PublicKey.of(KeyType.ED25519, new byte[length]))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("32 bytes")
                .hasMessageContaining(String.valueOf(length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // x beyond the field, x without a point, the point at infinity, uncompressed, hybrid
                "02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "020000000000000000000000000000000000000000000000000000000000000005",
                "00",
                "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
                        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
                "0679be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            })
    void secp256k1PointsThatAreNoneAreRefused(String hex) {
        assertThatThrownBy(() -> PublicKey.of(KeyType.SECP256K1, Hex.bytes(hex)))
                .isInstanceOf(KeyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
                "01"
            })
    void secp256k1NumbersOutsideTheOrderAreRefused(String hex) {
        assertThatThrownBy(() -> PrivateKey.of(KeyType.SECP256K1, Hex.bytes(hex)))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void ecdsaPointsOffTheCurveAreRefused() {
        byte[] encoded = Vectors.encodedPublic(KeyType.ECDSA);
        assertThatThrownBy(() -> PublicKey.decode(Mutations.flipBit(encoded, encoded.length * 8 - 1)))
                .isInstanceOf(KeyException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2047, 8193, 16_384})
    void rsaOutside2048To8192BitsIsRefused(int bits) {
        assertThatThrownBy(() -> PrivateKey.generate(KeyType.RSA, bits))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("2048 to 8192");
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        byte[] der = RsaDer.writePublic(modulus, BigInteger.valueOf(65537));
        assertThatThrownBy(() -> PublicKey.of(KeyType.RSA, der))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining(String.valueOf(bits));
    }

    @Test
    void rsaAtTheBordersOfTheSizesIsRead() {
        for (int bits : new int[] {2048, 8192}) {
            BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
            byte[] der = RsaDer.writePublic(modulus, BigInteger.valueOf(65537));
            assertThat(PublicKey.of(KeyType.RSA, der).verify(new byte[1], new byte[bits / 8]))
                    .isFalse();
        }
    }

    @Test
    void rsaOddsAndExponentsAreChecked() {
        BigInteger modulus = BigInteger.ONE.shiftLeft(2047).setBit(0);
        for (BigInteger exponent : new BigInteger[] {
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.TWO,
            BigInteger.valueOf(65536),
            BigInteger.ONE.shiftLeft(32).setBit(0)
        }) {
            assertThatThrownBy(() -> PublicKey.of(KeyType.RSA, RsaDer.writePublic(modulus, exponent)))
                    .isInstanceOf(KeyException.class);
        }
        assertThatThrownBy(() ->
                        PublicKey.of(KeyType.RSA, RsaDer.writePublic(modulus.clearBit(0), BigInteger.valueOf(65537))))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void aDamagedRsaPrivateKeyIsRefused() {
        byte[] encoded = Vectors.encodedPrivate(KeyType.RSA);
        for (int at = 600; at < encoded.length; at += 97) {
            byte[] damaged = encoded.clone();
            damaged[at] ^= 0x10;
            assertThatThrownBy(() -> PrivateKey.decode(damaged)).isInstanceOf(KeyException.class);
        }
        BigInteger modulus = BigInteger.ONE.shiftLeft(2048).subtract(BigInteger.ONE);
        BigInteger one = BigInteger.ONE;
        RsaPrivateKey noPrimes =
                new RsaPrivateKey(modulus, BigInteger.valueOf(65537), one, one, modulus, one, one, one);
        assertThatThrownBy(() -> PrivateKey.of(KeyType.RSA, RsaDer.writePrivate(noPrimes)))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("damaged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "0801", // no data
                "08011220", // data cut off
                "12001801", // no type
                "1220" + "0000000000000000000000000000000000000000000000000000000000000000" + "0801", // wrong order
                "08041200", // unknown type
                "08ff01120100", // unknown type of two bytes
                "0881001220" + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e", // type not minimal
                "080112a000" + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e", // length not minimal
                "08011220" + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e" + "00", // stray byte
                "08011220" + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e" + "1801", // third field
                "080108011220" + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e", // type twice
                "0801127fffffffff",
                "080112ffffffffffffffff7f",
                "ff"
            })
    void onlyTheDeterministicFormOfAKeyMessageIsRead(String hex) {
        assertThatThrownBy(() -> PublicKey.decode(Hex.bytes(hex))).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> PrivateKey.decode(Hex.bytes(hex))).isInstanceOf(KeyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3080", // indefinite length
                "308400000001", // length of four bytes
                "3081053003020100", // length not in its shortest form
                "30820005", // the same, two bytes
                "3082ffff00", // beyond the end
                "30", // no length
                "3003020100" // no algorithm
            })
    void derIsReadStrictlyAndWithinItsBounds(String hex) {
        assertThatThrownBy(() -> RsaDer.readPublic(Hex.bytes(hex))).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> RsaDer.readPrivate(Hex.bytes(hex))).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> EcDer.readPublic(Hex.bytes(hex))).isInstanceOf(KeyException.class);
        assertThatThrownBy(() -> EcDer.readPrivate(Hex.bytes(hex))).isInstanceOf(KeyException.class);
    }

    @Test
    void aGiantKeyMessageIsRefusedByItsLengthAlone() {
        assertThatThrownBy(() -> PublicKey.decode(new byte[9000]))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("9000");
    }
}
