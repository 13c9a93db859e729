package io.outcry.core.identity;

import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.crypto.CryptoProvider.Verifier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A peer's public key.
 *
 * <p>Decoding checks cheap things first (form, type, sizes), then that the point exists. An Ed25519 key is examined when
 * it first verifies something; one that breaks the rule of {@link io.outcry.core.crypto.SignatureRules} verifies
 * nothing.
 *
 * <p><b>Threading</b>: immutable. Keep the object: it remembers its prepared verifier.
 *
 * <p><b>Errors</b>: {@link KeyException} when decoding; {@link #verify} never throws.
 *
 * <p><b>Spec</b>: libp2p peer-ids, "Keys".
 */
public final class PublicKey {

    static final int ED25519_LENGTH = 32;
    static final int SECP256K1_LENGTH = 33;

    private final KeyMessage message;
    private final byte[] encoded;
    private volatile @Nullable Verifier verifier;
    private volatile @Nullable PeerId peerId;

    private PublicKey(KeyMessage message, @Nullable Verifier verifier) {
        this.message = message;
        this.encoded = message.encoded();
        this.verifier = verifier;
    }

    /**
     * A key from its type and raw data: 32 bytes for Ed25519, a compressed point of 33 for secp256k1, the DER of a
     * SubjectPublicKeyInfo for RSA and ECDSA.
     */
    public static PublicKey of(KeyType type, byte[] data) {
        CryptoProvider crypto = Crypto.preferred();
        KeyMessage message = new KeyMessage(type, data.clone());
        try {
            return switch (type) {
                case ED25519 -> {
                    requireLength(data, ED25519_LENGTH, "an Ed25519 public key");
                    yield new PublicKey(message, null);
                }
                case SECP256K1 -> {
                    requireLength(data, SECP256K1_LENGTH, "a compressed secp256k1 public key");
                    yield new PublicKey(message, crypto.secp256k1Verifier(data));
                }
                case ECDSA -> {
                    EcDer.Public ec = EcDer.readPublic(data);
                    yield new PublicKey(message, crypto.ecdsaVerifier(ec.curve(), ec.point()));
                }
                case RSA -> {
                    RsaDer.Public rsa = RsaDer.readPublic(data);
                    yield new PublicKey(message, crypto.rsaVerifier(rsa.modulus(), rsa.exponent()));
                }
            };
        } catch (IllegalArgumentException refused) {
            throw new KeyException("not a public key of type " + type + ": " + refused.getMessage(), refused);
        }
    }

    static void requireLength(byte[] data, int length, String what) {
        if (data.length != length) {
            throw new KeyException(what + " has " + length + " bytes; this one has " + data.length);
        }
    }

    /** Reads the protobuf message, in its one deterministic form. */
    public static PublicKey decode(byte[] encoded) {
        KeyMessage message = KeyMessage.decode(encoded);
        return of(message.type(), message.data());
    }

    public KeyType type() {
        return message.type();
    }

    /** A copy of the raw data, see {@link #of}. */
    public byte[] data() {
        return message.data().clone();
    }

    /** A copy of the protobuf message. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** Whether {@code signature} is this key's over {@code signed}; whatever the bytes, it does not throw. */
    public boolean verify(byte[] signed, byte[] signature) {
        Verifier prepared = verifier;
        if (prepared == null) {
            prepared = Crypto.preferred().ed25519Verifier(message.data());
            verifier = prepared;
        }
        return prepared.verify(signed, signature);
    }

    public PeerId peerId() {
        PeerId known = peerId;
        if (known == null) {
            known = PeerId.ofEncodedKey(encoded);
            peerId = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof PublicKey that && Arrays.equals(encoded, that.encoded));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return type() + " " + peerId();
    }
}
