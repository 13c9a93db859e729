package io.outcry.core.identity;

/**
 * The kinds of keys a peer may have. The wire's number is the ordinal's, see {@link #code}.
 *
 * <p><b>Spec</b>: libp2p peer-ids, "Keys".
 */
public enum KeyType {
    RSA(0),
    ED25519(1),
    SECP256K1(2),
    ECDSA(3);

    private final int code;

    KeyType(int code) {
        this.code = code;
    }

    /** The number in the protobuf message. */
    public int code() {
        return code;
    }

    static KeyType ofCode(long code) {
        for (KeyType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new KeyException("key type " + code + " is unknown; known are 0 RSA, 1 Ed25519, 2 secp256k1, 3 ECDSA");
    }
}
