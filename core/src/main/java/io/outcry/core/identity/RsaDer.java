package io.outcry.core.identity;

import io.outcry.core.crypto.RsaPrivateKey;
import io.outcry.core.crypto.SignatureRules;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * RSA keys as DER: SubjectPublicKeyInfo and PKCS#1. Sizes are checked while reading, before any arithmetic
 * (CVE-2023-39533 was a peer with a giant key).
 */
final class RsaDer {

    private static final byte[] RSA_ENCRYPTION = HexFormat.of().parseHex("2a864886f70d010101");

    /** A public exponent beyond 32 bits only makes verification slow. */
    private static final int EXPONENT_BITS_MAX = 32;

    private RsaDer() {}

    /** The numbers of a public key. */
    record Public(BigInteger modulus, BigInteger exponent) {}

    static Public readPublic(byte[] der) {
        DerReader outer = new DerReader(der);
        DerReader info = outer.enter(DerReader.SEQUENCE);
        outer.requireEnd("the key");
        DerReader algorithm = info.enter(DerReader.SEQUENCE);
        if (!Arrays.equals(algorithm.objectId(), RSA_ENCRYPTION)) {
            throw new KeyException("an RSA key has the algorithm rsaEncryption; this one has another");
        }
        algorithm.enter(DerReader.NULL).requireEnd("NULL");
        algorithm.requireEnd("the algorithm");
        DerReader content = info.bits();
        info.requireEnd("the key's bits");
        DerReader numbers = content.enter(DerReader.SEQUENCE);
        content.requireEnd("the numbers");
        Public key = new Public(
                numbers.unsigned(SignatureRules.RSA_BITS_MAX, "RSA modulus"),
                numbers.unsigned(EXPONENT_BITS_MAX, "RSA exponent"));
        numbers.requireEnd("the exponent");
        requireSane(key.modulus(), key.exponent());
        return key;
    }

    static byte[] writePublic(BigInteger modulus, BigInteger exponent) {
        byte[] numbers = new DerWriter().integer(modulus).integer(exponent).wrapped(DerReader.SEQUENCE);
        byte[] algorithm = new DerWriter()
                .element(DerReader.OBJECT_ID, RSA_ENCRYPTION)
                .element(DerReader.NULL)
                .wrapped(DerReader.SEQUENCE);
        return new DerWriter()
                .element(
                        DerReader.SEQUENCE,
                        algorithm,
                        new DerWriter().bits(numbers).bytes())
                .bytes();
    }

    static RsaPrivateKey readPrivate(byte[] der) {
        DerReader outer = new DerReader(der);
        DerReader in = outer.enter(DerReader.SEQUENCE);
        outer.requireEnd("the key");
        if (in.unsigned(8, "version").signum() != 0) {
            throw new KeyException("an RSA private key of two primes has version 0");
        }
        int bits = SignatureRules.RSA_BITS_MAX;
        RsaPrivateKey key = new RsaPrivateKey(
                in.unsigned(bits, "RSA modulus"),
                in.unsigned(EXPONENT_BITS_MAX, "RSA exponent"),
                in.unsigned(bits, "RSA private exponent"),
                in.unsigned(bits, "RSA prime p"),
                in.unsigned(bits, "RSA prime q"),
                in.unsigned(bits, "RSA exponent p"),
                in.unsigned(bits, "RSA exponent q"),
                in.unsigned(bits, "RSA coefficient"));
        in.requireEnd("the coefficient");
        requireSane(key.modulus(), key.publicExponent());
        requireConsistent(key);
        return key;
    }

    private static void requireConsistent(RsaPrivateKey key) {
        BigInteger p = key.primeP();
        BigInteger q = key.primeQ();
        boolean fits = p.compareTo(BigInteger.ONE) > 0
                && q.compareTo(BigInteger.ONE) > 0
                && p.multiply(q).equals(key.modulus())
                && key.privateExponent().compareTo(key.modulus()) < 0
                && key.privateExponent().mod(p.subtract(BigInteger.ONE)).equals(key.exponentP())
                && key.privateExponent().mod(q.subtract(BigInteger.ONE)).equals(key.exponentQ())
                && key.coefficient().multiply(q).mod(p).equals(BigInteger.ONE)
                && key.publicExponent()
                        .multiply(key.exponentP())
                        .mod(p.subtract(BigInteger.ONE))
                        .equals(BigInteger.ONE)
                && key.publicExponent()
                        .multiply(key.exponentQ())
                        .mod(q.subtract(BigInteger.ONE))
                        .equals(BigInteger.ONE);
        if (!fits) {
            throw new KeyException("the numbers of this RSA private key contradict each other; it is damaged");
        }
    }

    static byte[] writePrivate(RsaPrivateKey key) {
        return new DerWriter()
                .integer(BigInteger.ZERO)
                .integer(key.modulus())
                .integer(key.publicExponent())
                .integer(key.privateExponent())
                .integer(key.primeP())
                .integer(key.primeQ())
                .integer(key.exponentP())
                .integer(key.exponentQ())
                .integer(key.coefficient())
                .wrapped(DerReader.SEQUENCE);
    }

    static void requireBits(int bits) {
        if (bits < SignatureRules.RSA_BITS_MIN || bits > SignatureRules.RSA_BITS_MAX) {
            throw new KeyException("an RSA key has " + SignatureRules.RSA_BITS_MIN + " to "
                    + SignatureRules.RSA_BITS_MAX + " bits; this one has " + bits);
        }
    }

    private static void requireSane(BigInteger modulus, BigInteger exponent) {
        requireBits(modulus.bitLength());
        if (!modulus.testBit(0) || !exponent.testBit(0) || exponent.compareTo(BigInteger.valueOf(3)) < 0) {
            throw new KeyException("an RSA modulus is odd and its exponent is odd and at least 3");
        }
    }
}
