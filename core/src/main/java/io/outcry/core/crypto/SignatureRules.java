package io.outcry.core.crypto;

import java.math.BigInteger;

/**
 * Which signatures are well formed, decided here and not by the provider at hand, so that all peers of this house give
 * the same verdict on the same bytes.
 *
 * <p><b>Ed25519</b>: RFC 8032, section 5.1.7, read strictly. The key A and the point R are canonical encodings (y below
 * the field's prime, no "negative zero") and not of small order; S is below the group's order L; A lies in the subgroup
 * of prime order; and the equation holds without the cofactor: [S]B = R + [k]A. Deviation: the RFC does not ask for the
 * subgroup. No honest key lies outside it, and without the rule implementations disagree about forged ones
 * (libp2p/specs issue 593).
 *
 * <p><b>ECDSA</b>, all curves: exactly DER SEQUENCE { INTEGER r, INTEGER s }, minimal lengths, minimal positive
 * integers, nothing behind. A high S is accepted (peers produce it), and never produced on secp256k1.
 *
 * <p><b>RSA</b>: as long as the modulus.
 *
 * <p><b>Threading</b>: pure functions.
 */
public final class SignatureRules {

    public static final int ED25519_SIGNATURE_LENGTH = 64;

    /** RSA moduli, in bits: below is weak, above is a way to burn our time. */
    public static final int RSA_BITS_MIN = 2048;

    public static final int RSA_BITS_MAX = 8192;

    private static final int POINT_LENGTH = 32;

    /** Two integers of P-521 with their heads; nothing longer is a signature of a curve we know. */
    private static final int ECDSA_LENGTH_MAX = 3 + 2 * (2 + 67);

    /** The field's prime 2^255 - 19, big endian. */
    private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The group's order L = 2^252 + 27742317777372353535851937790883648493, little endian. */
    private static final byte[] ORDER =
            littleEndian(BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493")));

    /** The y coordinates of the points whose order divides 8, little endian: 1, -1, 0 and the two of order 8. */
    private static final byte[][] SMALL_ORDER_Y = {
        littleEndian(BigInteger.ONE),
        littleEndian(PRIME.subtract(BigInteger.ONE)),
        littleEndian(BigInteger.ZERO),
        littleEndian(new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16)),
        littleEndian(new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16))
    };

    private static final byte[] PRIME_BYTES = littleEndian(PRIME);

    private SignatureRules() {}

    /** Length, S below L, R canonical and not of small order: what can be told before any arithmetic. */
    public static boolean admitsEd25519Signature(byte[] signature) {
        return signature.length == ED25519_SIGNATURE_LENGTH
                && below(signature, POINT_LENGTH, ORDER, 0xff)
                && admitsEd25519Point(signature, 0);
    }

    /** The same for a key; membership in the subgroup of prime order is asked once a verifier is made. */
    public static boolean admitsEd25519Key(byte[] publicKey) {
        return publicKey.length == POINT_LENGTH && admitsEd25519Point(publicKey, 0);
    }

    private static boolean admitsEd25519Point(byte[] in, int offset) {
        if (!below(in, offset, PRIME_BYTES, 0x7f)) {
            return false;
        }
        for (byte[] y : SMALL_ORDER_Y) {
            if (sameY(in, offset, y)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameY(byte[] in, int offset, byte[] y) {
        for (int i = 0; i < POINT_LENGTH; i++) {
            int mask = i == POINT_LENGTH - 1 ? 0x7f : 0xff;
            if ((in[offset + i] & mask) != (y[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** Compares 32 little-endian bytes, the top one masked. */
    private static boolean below(byte[] in, int offset, byte[] bound, int topMask) {
        for (int i = POINT_LENGTH - 1; i >= 0; i--) {
            int digit = in[offset + i] & (i == POINT_LENGTH - 1 ? topMask : 0xff);
            int limit = bound[i] & 0xff;
            if (digit != limit) {
                return digit < limit;
            }
        }
        return false;
    }

    private static byte[] littleEndian(BigInteger value) {
        byte[] out = new byte[POINT_LENGTH];
        byte[] big = value.toByteArray();
        for (int i = 0; i < big.length && i < POINT_LENGTH; i++) {
            out[i] = big[big.length - 1 - i];
        }
        return out;
    }

    /** Whether these bytes are a strict DER pair of positive integers. */
    public static boolean admitsEcdsaSignature(byte[] signature) {
        if (signature.length < 8 || signature.length > ECDSA_LENGTH_MAX || signature[0] != 0x30) {
            return false;
        }
        int at = 2;
        int length = signature[1] & 0xff;
        if (length == 0x81) {
            length = signature[2] & 0xff;
            at = 3;
            if (length < 0x80) {
                return false;
            }
        }
        if (length != signature.length - at) {
            return false;
        }
        int second = integerEnd(signature, at);
        return second > 0 && integerEnd(signature, second) == signature.length;
    }

    /** The offset behind a minimal positive INTEGER at {@code at}, or -1. */
    private static int integerEnd(byte[] in, int at) {
        if (at + 2 >= in.length || in[at] != 0x02) {
            return -1;
        }
        int length = in[at + 1];
        int end = at + 2 + length;
        if (length < 1 || end > in.length || in[at + 2] < 0) {
            return -1;
        }
        boolean zeroFirst = in[at + 2] == 0;
        return zeroFirst && (length == 1 || in[at + 3] >= 0) ? -1 : end;
    }
}
