package io.outcry.core.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Edwards25519 as the RFC writes it down: slow, obvious, and able to make the points no library would. */
record EdPoint(BigInteger x, BigInteger y) {

    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    static final EdPoint ZERO = new EdPoint(BigInteger.ZERO, BigInteger.ONE);
    static final EdPoint BASE = ofY(
            BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P), false);

    /** The point with this y, and an odd x if asked; y must be that of a point. */
    static EdPoint ofY(BigInteger y, boolean odd) {
        BigInteger yy = y.multiply(y);
        BigInteger xx = yy.subtract(BigInteger.ONE)
                .multiply(D.multiply(yy).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = xx.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(xx)) {
            x = x.multiply(BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P))
                    .mod(P);
        }
        if (!x.multiply(x).mod(P).equals(xx)) {
            throw new IllegalArgumentException("no point has y = " + y);
        }
        return new EdPoint(x.testBit(0) == odd ? x : P.subtract(x).mod(P), y);
    }

    EdPoint plus(EdPoint other) {
        BigInteger cross =
                D.multiply(x).multiply(other.x).multiply(y).multiply(other.y).mod(P);
        BigInteger newX = x.multiply(other.y)
                .add(y.multiply(other.x))
                .multiply(BigInteger.ONE.add(cross).modInverse(P));
        BigInteger newY = y.multiply(other.y)
                .add(x.multiply(other.x))
                .multiply(BigInteger.ONE.subtract(cross).modInverse(P));
        return new EdPoint(newX.mod(P), newY.mod(P));
    }

    EdPoint times(BigInteger factor) {
        EdPoint sum = ZERO;
        for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
            sum = sum.plus(sum);
            if (factor.testBit(bit)) {
                sum = sum.plus(this);
            }
        }
        return sum;
    }

    byte[] encoded() {
        byte[] out = littleEndian(y);
        out[31] |= (byte) (x.testBit(0) ? 0x80 : 0);
        return out;
    }

    /** The eight points whose order divides the cofactor. */
    static List<EdPoint> smallOrder() {
        BigInteger yOfOrder8 = new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16);
        EdPoint generator = ofY(yOfOrder8, false);
        List<EdPoint> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(generator.times(BigInteger.valueOf(i)));
        }
        return all;
    }

    static byte[] littleEndian(BigInteger value) {
        byte[] out = new byte[32];
        for (int i = 0; i < 32; i++) {
            out[i] = value.shiftRight(8 * i).byteValue();
        }
        return out;
    }

    /** k = SHA-512(R || A || M) as a number below L. */
    static BigInteger challenge(byte[] r, byte[] a, byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(r);
            digest.update(a);
            byte[] hash = digest.digest(message);
            byte[] big = new byte[hash.length];
            for (int i = 0; i < hash.length; i++) {
                big[i] = hash[hash.length - 1 - i];
            }
            return new BigInteger(1, big);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
