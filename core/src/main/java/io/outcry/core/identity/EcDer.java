package io.outcry.core.identity;

import io.outcry.core.crypto.EcCurve;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA keys as DER: SubjectPublicKeyInfo, and for private keys SEC1's ECPrivateKey, which is what the test vectors of
 * the specification hold (its prose says otherwise).
 */
final class EcDer {

    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("2a8648ce3d0201");
    private static final int PARAMETERS = 0xa0;
    private static final int PUBLIC_POINT = 0xa1;

    private EcDer() {}

    /** A point with its curve. */
    @SuppressWarnings("ArrayRecordComponent") // read once, at the place that made it
    record Public(EcCurve curve, byte[] point) {}

    /** A private number with its curve, and the point if the message held it. */
    @SuppressWarnings("ArrayRecordComponent") // read once, at the place that made it
    record Private(EcCurve curve, byte[] scalar, byte @Nullable [] point) {}

    static Public readPublic(byte[] der) {
        DerReader outer = new DerReader(der);
        DerReader info = outer.enter(DerReader.SEQUENCE);
        outer.requireEnd("the key");
        DerReader algorithm = info.enter(DerReader.SEQUENCE);
        if (!Arrays.equals(algorithm.objectId(), EC_PUBLIC_KEY)) {
            throw new KeyException("an ECDSA key has the algorithm ecPublicKey; this one has another");
        }
        EcCurve curve = curve(algorithm.objectId());
        algorithm.requireEnd("the curve");
        byte[] point = point(info.bits().bytes(), curve);
        info.requireEnd("the point");
        return new Public(curve, point);
    }

    private static byte[] point(byte[] point, EcCurve curve) {
        if (point.length != curve.pointBytes() || point[0] != 4) {
            throw new KeyException("an ECDSA point of " + curve + " is uncompressed and has " + curve.pointBytes()
                    + " bytes; this one has " + point.length);
        }
        return point;
    }

    static byte[] writePublic(EcCurve curve, byte[] point) {
        byte[] algorithm = new DerWriter()
                .element(DerReader.OBJECT_ID, EC_PUBLIC_KEY)
                .element(DerReader.OBJECT_ID, objectId(curve))
                .wrapped(DerReader.SEQUENCE);
        return new DerWriter()
                .element(
                        DerReader.SEQUENCE,
                        algorithm,
                        new DerWriter().bits(point).bytes())
                .bytes();
    }

    static Private readPrivate(byte[] der) {
        DerReader outer = new DerReader(der);
        DerReader in = outer.enter(DerReader.SEQUENCE);
        outer.requireEnd("the key");
        if (!in.unsigned(8, "version").equals(BigInteger.ONE)) {
            throw new KeyException("an EC private key (SEC1) has version 1");
        }
        byte[] scalar = in.octets();
        if (!in.next(PARAMETERS)) {
            throw new KeyException("an EC private key names its curve; this one does not");
        }
        DerReader parameters = in.enter(PARAMETERS);
        EcCurve curve = curve(parameters.objectId());
        parameters.requireEnd("the curve");
        if (scalar.length != curve.fieldBytes()) {
            throw new KeyException("a private number of " + curve + " has " + curve.fieldBytes()
                    + " bytes; this one has " + scalar.length);
        }
        byte[] point = null;
        if (in.next(PUBLIC_POINT)) {
            DerReader held = in.enter(PUBLIC_POINT);
            point = point(held.bits().bytes(), curve);
            held.requireEnd("the point");
        }
        in.requireEnd("the key");
        return new Private(curve, scalar, point);
    }

    static byte[] writePrivate(EcCurve curve, byte[] scalar, byte[] point) {
        return new DerWriter()
                .integer(BigInteger.ONE)
                .element(DerReader.OCTET_STRING, scalar)
                .element(
                        PARAMETERS,
                        new DerWriter()
                                .element(DerReader.OBJECT_ID, objectId(curve))
                                .bytes())
                .element(PUBLIC_POINT, new DerWriter().bits(point).bytes())
                .wrapped(DerReader.SEQUENCE);
    }

    private static byte[] objectId(EcCurve curve) {
        return HexFormat.of()
                .parseHex(
                        switch (curve) {
                            case P256 -> "2a8648ce3d030107";
                            case P384 -> "2b81040022";
                            case P521 -> "2b81040023";
                        });
    }

    private static EcCurve curve(byte[] objectId) {
        for (EcCurve curve : EcCurve.values()) {
            if (Arrays.equals(objectId, objectId(curve))) {
                return curve;
            }
        }
        throw new KeyException("an ECDSA key is on P-256, P-384 or P-521; the curve with object id "
                + HexFormat.of().formatHex(objectId, 0, Math.min(objectId.length, 32)) + " is none of them");
    }
}
