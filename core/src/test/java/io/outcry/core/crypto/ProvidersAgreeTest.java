package io.outcry.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.crypto.CryptoProvider.Primitive;
import io.outcry.core.crypto.CryptoProvider.Signer;
import io.outcry.core.crypto.CryptoProvider.Verifier;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every provider answers alike, so it does not matter which one a node has. Ed25519 has a test of its own. */
class ProvidersAgreeTest {

    private static List<CryptoProvider> with(Primitive primitive) {
        return Crypto.all().stream().filter(p -> p.supports(primitive)).toList();
    }

    @Test
    void conscryptComesFirstAndTheJdkLast() {
        assertThat(Crypto.all()).extracting(CryptoProvider::name).containsExactly("Conscrypt", "BouncyCastle", "JDK");
        assertThat(Crypto.choice())
                .contains("Conscrypt (CHACHA20_POLY1305, X25519, ED25519, ECDSA, RSA)")
                .contains("BouncyCastle (ED25519_KEYS, SECP256K1, ECDSA_KEYS)")
                .contains("JDK (SHA256, HMAC_SHA256)");
        for (Primitive primitive : Primitive.values()) {
            assertThat(Crypto.preferred().supports(primitive)).isTrue();
            assertThat(with(primitive)).as(primitive.name()).isNotEmpty();
        }
    }

    @Test
    void aPrimitiveThatIsMissingIsNamed() {
        CryptoProvider conscrypt = Crypto.all().get(0);
        assertThatThrownBy(() -> conscrypt.secp256k1PublicKey(new byte[32]))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Conscrypt has no SECP256K1");
    }

    @Test
    @ExtendWith(Seeds.class)
    void hashesAgree(RandomGenerator random) {
        for (int i = 0; i < 300; i++) {
            byte[] a = Bytes.any(random, 300);
            byte[] b = Bytes.any(random, 300);
            assertThat(with(Primitive.SHA256).stream()
                            .map(p -> Hex.text(p.sha256(a, b)))
                            .distinct())
                    .containsExactly(Hex.text(Crypto.preferred().sha256(Bytes.concat(a, b))));
            assertThat(with(Primitive.HMAC_SHA256).stream()
                            .map(p -> Hex.text(p.hmacSha256(a, b, a)))
                            .distinct())
                    .hasSize(1);
            int length = random.nextInt(200);
            assertThat(with(Primitive.HMAC_SHA256).stream()
                            .map(p -> Hex.text(p.hkdfSha256(a, b, a, length)))
                            .distinct())
                    .hasSize(1);
        }
    }

    /** RFC 5869, cases 1 and 3. */
    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9, "
                + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "'', '', 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    })
    void hkdfMatchesTheVectorsOfTheRfc(String salt, String info, String expected) {
        for (CryptoProvider provider : with(Primitive.HMAC_SHA256)) {
            assertThat(provider.hkdfSha256(Hex.bytes(salt), Hex.bytes("0b".repeat(22)), Hex.bytes(info), 42))
                    .isEqualTo(Hex.bytes(expected));
        }
    }

    /** RFC 7748, section 6.1. */
    @Test
    void x25519MatchesTheVectorsOfTheRfc() {
        byte[] alice = Hex.bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = Hex.bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        for (CryptoProvider provider : with(Primitive.X25519)) {
            byte[] alicePublic = provider.x25519PublicKey(alice);
            byte[] bobPublic = provider.x25519PublicKey(bob);
            assertThat(alicePublic)
                    .as(provider.name())
                    .isEqualTo(Hex.bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
            assertThat(bobPublic)
                    .isEqualTo(Hex.bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
            byte[] shared = Hex.bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
            assertThat(provider.x25519Agree(alice, bobPublic)).isEqualTo(shared);
            assertThat(provider.x25519Agree(bob, alicePublic)).isEqualTo(shared);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880"
            })
    @ExtendWith(Seeds.class)
    void x25519RefusesPointsOfLowOrder(String point, RandomGenerator random) {
        for (CryptoProvider provider : with(Primitive.X25519)) {
            assertThat(provider.x25519Agree(Bytes.random(random, 32), Hex.bytes(point)))
                    .as(provider.name())
                    .isNull();
        }
    }

    @Test
    @ExtendWith(Seeds.class)
    void x25519AgreesAlsoOnPointsThatAreNotCanonical(RandomGenerator random) {
        for (int i = 0; i < 100; i++) {
            byte[] mine = Bytes.random(random, 32);
            byte[] theirs = Bytes.random(random, 32);
            if (i % 4 == 0) {
                Arrays.fill(theirs, 1, 31, (byte) 0xff);
                theirs[31] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
            }
            assertThat(with(Primitive.X25519).stream()
                            .map(p -> p.x25519Agree(mine, theirs))
                            .map(shared -> shared == null ? "refused" : Hex.text(shared))
                            .distinct())
                    .hasSize(1);
            assertThat(with(Primitive.X25519).stream()
                            .map(p -> Hex.text(p.x25519PublicKey(mine)))
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void keyPairsAgreeAndAreWiped() {
        var random = new java.security.SecureRandom();
        var a = Crypto.preferred().x25519KeyPair(random);
        var b = Crypto.preferred().x25519KeyPair(random);
        assertThat(Crypto.preferred().x25519Agree(a.privateKey(), b.publicKey()))
                .isEqualTo(Crypto.preferred().x25519Agree(b.privateKey(), a.publicKey()))
                .isNotNull();
        a.wipe();
        assertThat(CryptoProvider.allZero(a.privateKey())).isTrue();
        assertThat(a.toString()).contains("not shown");
    }

    @ParameterizedTest
    @EnumSource(EcCurve.class)
    @ExtendWith(Seeds.class)
    void ecdsaSignaturesHoldAcrossProviders(EcCurve curve, RandomGenerator random) {
        byte[] scalar = Bytes.random(random, curve.fieldBytes());
        scalar[0] = 0;
        scalar[1] &= 0x7f;
        byte[] point = Crypto.preferred().ecdsaPublicKey(curve, scalar);
        across(with(Primitive.ECDSA), p -> p.ecdsaSigner(curve, scalar), p -> p.ecdsaVerifier(curve, point), random);
        byte[] off = Mutations.flipBit(point, point.length * 8 - 1);
        for (CryptoProvider provider : with(Primitive.ECDSA)) {
            assertThatThrownBy(() -> provider.ecdsaVerifier(curve, off))
                    .as(provider.name())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @ExtendWith(Seeds.class)
    void rsaSignaturesHoldAcrossProviders(RandomGenerator random) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var made = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
        RsaPrivateKey key = new RsaPrivateKey(
                made.getModulus(),
                made.getPublicExponent(),
                made.getPrivateExponent(),
                made.getPrimeP(),
                made.getPrimeQ(),
                made.getPrimeExponentP(),
                made.getPrimeExponentQ(),
                made.getCrtCoefficient());
        assertThat(key.toString()).contains("not shown");
        across(
                with(Primitive.RSA),
                p -> p.rsaSigner(key),
                p -> p.rsaVerifier(made.getModulus(), made.getPublicExponent()),
                random);
        byte[] message = {7};
        assertThat(with(Primitive.RSA).stream()
                        .map(p -> Hex.text(p.rsaSigner(key).sign(message)))
                        .distinct())
                .hasSize(1);
    }

    /**
     * Whether a modulus is a good one is its owner's business. A provider that examined it would find these two bad, at a
     * price that a stranger could make us pay with every new key.
     */
    @Test
    void anRsaModulusIsNotExaminedByAnybody() {
        BigInteger exponent = BigInteger.valueOf(65537);
        BigInteger prime = BigInteger.ONE.shiftLeft(2203).subtract(BigInteger.ONE);
        BigInteger timesThree = BigInteger.ONE.shiftLeft(2047).setBit(0);
        for (BigInteger modulus : List.of(prime, timesThree)) {
            for (CryptoProvider provider : with(Primitive.RSA)) {
                Verifier verifier = provider.rsaVerifier(modulus, exponent);
                assertThat(verifier.verify(new byte[5], new byte[(modulus.bitLength() + 7) / 8]))
                        .as(provider.name())
                        .isFalse();
            }
        }
    }

    private static void across(
            List<CryptoProvider> providers,
            Function<CryptoProvider, Signer> signers,
            Function<CryptoProvider, Verifier> verifiers,
            RandomGenerator random) {
        List<Verifier> prepared = providers.stream().map(verifiers).toList();
        for (CryptoProvider signing : providers) {
            for (CryptoProvider verifying : providers) {
                Verifier verifier = verifiers.apply(verifying);
                for (int i = 0; i < 4; i++) {
                    byte[] message = Bytes.any(random, 500);
                    byte[] signature = signers.apply(signing).sign(message);
                    assertThat(verifier.verify(message, signature))
                            .as(signing.name() + " by " + verifying.name())
                            .isTrue();
                    assertThat(verifier.verify(Bytes.concat(message, new byte[1]), signature))
                            .isFalse();
                }
            }
            byte[] message = Bytes.any(random, 500);
            byte[] signature = signers.apply(signing).sign(message);
            for (int i = 0; i < 50; i++) {
                byte[] spoiled = Mutations.of(random, signature);
                boolean expected = Arrays.equals(spoiled, signature);
                for (int v = 0; v < prepared.size(); v++) {
                    assertThat(prepared.get(v).verify(message, spoiled))
                            .as("%s by %s", Hex.text(spoiled), providers.get(v).name())
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void secp256k1SignsWithTheNonceOfRfc6979AndVerifiesHighSToo() {
        byte[] one = Hex.bytes("00".repeat(31) + "01");
        byte[] message = "Satoshi Nakamoto".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        BigInteger order = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
        BigInteger r = new BigInteger("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", 16);
        BigInteger s = new BigInteger("2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5", 16);
        for (CryptoProvider provider : with(Primitive.SECP256K1)) {
            byte[] key = provider.secp256k1PublicKey(one);
            assertThat(key).isEqualTo(Hex.bytes("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
            assertThat(provider.secp256k1Signer(one).sign(message)).isEqualTo(der(r, s));
            Verifier verifier = provider.secp256k1Verifier(key);
            assertThat(verifier.verify(message, der(r, s))).isTrue();
            assertThat(verifier.verify(message, der(r, order.subtract(s)))).isTrue();
            for (BigInteger bad : List.of(BigInteger.ZERO, order, order.add(s), s.negate())) {
                assertThat(verifier.verify(message, der(r, bad))).isFalse();
                assertThat(verifier.verify(message, der(bad, s))).isFalse();
            }
        }
    }

    private static byte[] der(BigInteger r, BigInteger s) {
        byte[] first = r.toByteArray();
        byte[] second = s.toByteArray();
        return Bytes.concat(
                new byte[] {0x30, (byte) (4 + first.length + second.length), 2, (byte) first.length},
                first,
                new byte[] {2, (byte) second.length},
                second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3006020101020101ff", // stray byte
                "308106020101020101", // length not in its shortest form
                "3080020101020101", // indefinite
                "300702020001020101", // padded integer
                "3006020181020101", // negative
                "3006020101030101", // not an integer
                "3004020002010101", // empty integer
                "31060201010201ff", // not a sequence
                "3005020101020101", // length too short
                "3007020101020101" // length too long
            })
    void ecdsaSignaturesAreStrictDer(String hex) {
        assertThat(SignatureRules.admitsEcdsaSignature(Hex.bytes(hex))).isFalse();
        assertThat(SignatureRules.admitsEcdsaSignature(Hex.bytes("3006020101020101")))
                .isTrue();
    }

    @Test
    void keysOfWrongLengthsAreLocalMistakes() {
        for (CryptoProvider provider : Crypto.all()) {
            assertThatThrownBy(() -> provider.chacha20Poly1305(new byte[31]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> provider.x25519PublicKey(new byte[33]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> provider.x25519Agree(new byte[32], new byte[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyTypeOfKeyWorksWithWhatWasChosen() {
        for (KeyType type : KeyType.values()) {
            PrivateKey key = PrivateKey.generate(type);
            assertThat(key.publicKey().verify(new byte[3], key.sign(new byte[3])))
                    .isTrue();
        }
    }
}
