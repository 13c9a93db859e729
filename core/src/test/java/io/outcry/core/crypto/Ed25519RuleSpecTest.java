package io.outcry.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.crypto.CryptoProvider.Primitive;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Seeds;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One verdict on every signature, whichever provider gives it. */
@ExtendWith(Seeds.class)
class Ed25519RuleSpecTest {

    private static final byte[] MESSAGE = {1, 2, 3};

    private static Stream<CryptoProvider> providers() {
        return Stream.concat(Crypto.all().stream(), Stream.of(Crypto.preferred()))
                .filter(p -> p.supports(Primitive.ED25519));
    }

    private static void verdict(boolean expected, byte[] key, byte[] message, byte[] signature, String what) {
        providers()
                .forEach(p -> assertThat(p.ed25519Verifier(key).verify(message, signature))
                        .as(
                                "%s by %s: key %s, signature %s",
                                what,
                                p.name(),
                                HexFormat.of().formatHex(key),
                                HexFormat.of().formatHex(signature))
                        .isEqualTo(expected));
    }

    private static byte[] signature(byte[] r, BigInteger s) {
        return Bytes.concat(r, EdPoint.littleEndian(s));
    }

    /** Vectors of RFC 8032, section 7.1. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
    })
    void matchesTheVectorsOfTheRfc(String seed, String key, String message, String signature) {
        providers().forEach(p -> {
            if (p.supports(Primitive.ED25519_KEYS)) {
                assertThat(p.ed25519PublicKey(Hex.bytes(seed))).isEqualTo(Hex.bytes(key));
            }
            assertThat(p.ed25519Signer(Hex.bytes(seed), Hex.bytes(key)).sign(Hex.bytes(message)))
                    .as(p.name())
                    .isEqualTo(Hex.bytes(signature));
        });
        verdict(true, Hex.bytes(key), Hex.bytes(message), Hex.bytes(signature), "RFC vector");
    }

    @Test
    void refusesSAtOrAboveTheOrder(RandomGenerator random) {
        byte[] seed = Bytes.random(random, 32);
        byte[] key = Crypto.preferred().ed25519PublicKey(seed);
        byte[] good = Crypto.preferred().ed25519Signer(seed, key).sign(MESSAGE);
        verdict(true, key, MESSAGE, good, "good");
        byte[] r = Arrays.copyOf(good, 32);
        BigInteger s = littleEndian(Arrays.copyOfRange(good, 32, 64));
        for (int times = 1; times < 15; times++) {
            BigInteger same = s.add(EdPoint.L.multiply(BigInteger.valueOf(times)));
            verdict(false, key, MESSAGE, signature(r, same), "S + " + times + " L");
        }
        verdict(false, key, MESSAGE, signature(r, EdPoint.L), "S = L");
        verdict(false, key, MESSAGE, signature(r, BigInteger.ZERO), "S = 0");
    }

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] big = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            big[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    @Test
    void refusesKeysOfSmallOrder() {
        // With A of small order, R = [S]B - [k]A can be had without any secret.
        for (EdPoint a : EdPoint.smallOrder()) {
            for (int s = 0; s < 3; s++) {
                for (EdPoint r : EdPoint.smallOrder()) {
                    EdPoint made = EdPoint.BASE.times(BigInteger.valueOf(s)).plus(r);
                    verdict(
                            false,
                            a.encoded(),
                            MESSAGE,
                            signature(made.encoded(), BigInteger.valueOf(s)),
                            "key of small order");
                }
            }
        }
    }

    @Test
    void refusesROfSmallOrderAlsoWhenTheEquationHolds(RandomGenerator random) {
        BigInteger a = scalar(random);
        byte[] key = EdPoint.BASE.times(a).encoded();
        for (EdPoint r : EdPoint.smallOrder()) {
            // r = 0, so S = k a; with R the neutral element the equation holds exactly.
            BigInteger k = EdPoint.challenge(r.encoded(), key, MESSAGE);
            verdict(false, key, MESSAGE, signature(r.encoded(), k.multiply(a).mod(EdPoint.L)), "R of small order");
        }
    }

    @Test
    void refusesKeysThatAreNotCanonical(RandomGenerator random) {
        // y from p to 2^255 - 1 encodes y - p as well; only 19 such values exist, most of them no points.
        for (int i = 0; i < 19; i++) {
            byte[] key = EdPoint.littleEndian(EdPoint.P.add(BigInteger.valueOf(i)));
            for (int sign = 0; sign < 2; sign++) {
                key[31] = (byte) ((key[31] & 0x7f) | (sign << 7));
                verdict(false, key, MESSAGE, Bytes.random(random, 64), "key not canonical");
                assertThat(SignatureRules.admitsEd25519Key(key)).isFalse();
                byte[] signature = Bytes.concat(key, new byte[32]);
                assertThat(SignatureRules.admitsEd25519Signature(signature)).isFalse();
            }
        }
        // "Minus zero": x = 0 with the sign bit set.
        for (BigInteger y : List.of(BigInteger.ONE, EdPoint.P.subtract(BigInteger.ONE))) {
            byte[] key = EdPoint.littleEndian(y);
            key[31] |= (byte) 0x80;
            verdict(false, key, MESSAGE, Bytes.concat(key, new byte[32]), "minus zero");
        }
    }

    @Test
    void refusesKeysOutsideTheSubgroupOfPrimeOrder(RandomGenerator random) {
        List<EdPoint> small = EdPoint.smallOrder();
        BigInteger a = scalar(random);
        for (int t = 1; t < 8; t++) {
            byte[] key = EdPoint.BASE.times(a).plus(small.get(t)).encoded();
            BigInteger r = scalar(random);
            byte[] rBytes = EdPoint.BASE.times(r).encoded();
            for (int i = 0; i < 10; i++) {
                byte[] message = {(byte) t, (byte) i};
                BigInteger k = EdPoint.challenge(rBytes, key, message);
                // When 8 divides k the small part vanishes, and the equation holds with and without the cofactor.
                BigInteger s = r.add(k.multiply(a)).mod(EdPoint.L);
                verdict(false, key, message, signature(rBytes, s), "key of mixed order, k mod 8 = " + k.intValue() % 8);
            }
        }
    }

    @Test
    void refusesRWithASmallComponentWhichOnlyTheCofactorWouldHide(RandomGenerator random) {
        List<EdPoint> small = EdPoint.smallOrder();
        BigInteger a = scalar(random);
        byte[] key = EdPoint.BASE.times(a).encoded();
        for (int i = 0; i < 40; i++) {
            byte[] message = {(byte) i};
            BigInteger r = scalar(random);
            byte[] rBytes = EdPoint.BASE.times(r).plus(small.get(i % 8)).encoded();
            BigInteger k = EdPoint.challenge(rBytes, key, message);
            BigInteger s = r.add(k.multiply(a)).mod(EdPoint.L);
            verdict(i % 8 == 0, key, message, signature(rBytes, s), "R plus the small point " + i % 8);
        }
    }

    private static BigInteger scalar(RandomGenerator random) {
        return new BigInteger(1, Bytes.random(random, 40))
                .mod(EdPoint.L.subtract(BigInteger.ONE))
                .add(BigInteger.ONE);
    }

    @Test
    void givesOneVerdictOnSpoiledSignatures(RandomGenerator random) {
        byte[] seed = Bytes.random(random, 32);
        byte[] key = Crypto.preferred().ed25519PublicKey(seed);
        for (int i = 0; i < 30; i++) {
            byte[] message = Bytes.random(random, random.nextInt(200));
            byte[] signature = Crypto.preferred().ed25519Signer(seed, key).sign(message);
            verdict(true, key, message, signature, "good");
            signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
            verdict(false, key, message, signature, "spoiled");
            verdict(false, key, message, Arrays.copyOf(signature, random.nextInt(100)), "of another length");
        }
    }
}
