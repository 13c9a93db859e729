package io.outcry.core.crypto;

/** The named curves of ECDSA keys; explicit curve parameters are not understood, by intent. */
public enum EcCurve {
    P256("secp256r1", 32),
    P384("secp384r1", 48),
    P521("secp521r1", 66);

    private final String standardName;
    private final int fieldBytes;

    EcCurve(String standardName, int fieldBytes) {
        this.standardName = standardName;
        this.fieldBytes = fieldBytes;
    }

    /** The SEC name, as the JCA and BouncyCastle have it. */
    public String standardName() {
        return standardName;
    }

    /** Length of a coordinate, and of a private number. */
    public int fieldBytes() {
        return fieldBytes;
    }

    /** Length of an uncompressed point. */
    public int pointBytes() {
        return 1 + 2 * fieldBytes;
    }
}
