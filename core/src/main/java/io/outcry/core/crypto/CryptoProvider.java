package io.outcry.core.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The primitives the house needs, from somebody who implements them well.
 *
 * <p>A provider need not have all: {@link #supports} says which, and {@link Crypto#preferred} takes each primitive from
 * the first that has it. What is accepted does not depend on the provider: the rules of {@link SignatureRules} are
 * applied by all of them, and tests hold them to one answer.
 *
 * <p><b>Threading</b>: providers, signers and verifiers may be used by many threads at once; an {@link Aead} by one.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for keys of a wrong form, {@link UnsupportedOperationException} for
 * a primitive that is not supported. Verification and decryption of foreign bytes never throw.
 */
public interface CryptoProvider {

    /** What a provider may have. */
    enum Primitive {
        SHA256,
        HMAC_SHA256,
        CHACHA20_POLY1305,
        X25519,
        ED25519,
        /** Making the public key from the seed. */
        ED25519_KEYS,
        SECP256K1,
        ECDSA,
        /** Making the public point from the private number. */
        ECDSA_KEYS,
        RSA
    }

    /** Length of X25519 and Ed25519 keys. */
    int KEY_LENGTH = 32;

    int SHA256_LENGTH = 32;

    /** For the log: {@code Conscrypt}, {@code BouncyCastle} or {@code JDK}. */
    String name();

    boolean supports(Primitive primitive);

    /** The digest of all parts, one after the other. */
    byte[] sha256(byte[]... parts);

    byte[] hmacSha256(byte[] key, byte[]... parts);

    /**
     * HKDF as RFC 5869 has it, with SHA-256.
     *
     * @param length at most 255 * 32 bytes
     */
    default byte[] hkdfSha256(byte[] salt, byte[] keyMaterial, byte[] info, int length) {
        if (length < 0 || length > 255 * SHA256_LENGTH) {
            throw new IllegalArgumentException("HKDF gives 0 to 8160 bytes, not " + length);
        }
        byte[] extracted = hmacSha256(salt, keyMaterial);
        byte[] out = new byte[length];
        byte[] block = {};
        for (int at = 0, counter = 1; at < length; at += block.length, counter++) {
            block = hmacSha256(extracted, block, info, new byte[] {(byte) counter});
            System.arraycopy(block, 0, out, at, Math.min(block.length, length - at));
        }
        return out;
    }

    /** A cipher for one direction of one channel; {@code key} has 32 bytes. */
    Aead chacha20Poly1305(byte[] key);

    /** The public key of a private one, 32 bytes each. */
    byte[] x25519PublicKey(byte[] privateKey);

    /** The shared secret, or null if it is all zero: the peer sent a point of low order. */
    byte @Nullable [] x25519Agree(byte[] privateKey, byte[] publicKey);

    /**
     * A new key pair.
     *
     * @param random a {@link java.security.SecureRandom}, except in tests
     */
    default X25519KeyPair x25519KeyPair(RandomGenerator random) {
        byte[] privateKey = new byte[KEY_LENGTH];
        random.nextBytes(privateKey);
        return new X25519KeyPair(privateKey, x25519PublicKey(privateKey));
    }

    /** The public key of a 32-byte seed. */
    byte[] ed25519PublicKey(byte[] seed);

    Signer ed25519Signer(byte[] seed, byte[] publicKey);

    /** A verifier by {@link SignatureRules}; a key they do not admit verifies nothing. */
    Verifier ed25519Verifier(byte[] publicKey);

    /** The compressed point, 33 bytes, of a 32-byte private number. */
    byte[] secp256k1PublicKey(byte[] scalar);

    /** Signs SHA-256 of the message; DER, low S. */
    Signer secp256k1Signer(byte[] scalar);

    /**
     * @param point compressed, 33 bytes
     * @throws IllegalArgumentException if it is not on the curve
     */
    Verifier secp256k1Verifier(byte[] point);

    /** The uncompressed point of a private number. */
    byte[] ecdsaPublicKey(EcCurve curve, byte[] scalar);

    /** Signs SHA-256 of the message; DER. */
    Signer ecdsaSigner(EcCurve curve, byte[] scalar);

    /**
     * @param point uncompressed: 04, x, y
     * @throws IllegalArgumentException if it is not on the curve
     */
    Verifier ecdsaVerifier(EcCurve curve, byte[] point);

    /** PKCS#1 v1.5 over SHA-256. */
    Signer rsaSigner(RsaPrivateKey key);

    Verifier rsaVerifier(BigInteger modulus, BigInteger exponent);

    /** Signs, with the key it was made for. */
    @FunctionalInterface
    interface Signer {
        byte[] sign(byte[] message);
    }

    /** Verifies, with the key it was made for; it never throws. */
    @FunctionalInterface
    interface Verifier {
        boolean verify(byte[] message, byte[] signature);
    }

    /** True if every byte is zero, without branching on any of them. */
    static boolean allZero(byte[] bytes) {
        int seen = 0;
        for (byte b : bytes) {
            seen |= b;
        }
        return seen == 0;
    }

    /** An X25519 key pair; {@link #wipe} when it is of no more use. The arrays are its own, not copies. */
    final class X25519KeyPair {

        private final byte[] privateKey;
        private final byte[] publicKey;

        public X25519KeyPair(byte[] privateKey, byte[] publicKey) {
            this.privateKey = privateKey;
            this.publicKey = publicKey;
        }

        public byte[] privateKey() {
            return privateKey;
        }

        public byte[] publicKey() {
            return publicKey;
        }

        public void wipe() {
            Arrays.fill(privateKey, (byte) 0);
        }

        @Override
        public String toString() {
            return "X25519KeyPair[private key not shown]";
        }
    }
}
