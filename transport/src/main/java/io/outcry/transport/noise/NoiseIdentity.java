package io.outcry.transport.noise;

import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider.X25519KeyPair;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.identity.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * What an end proves of itself in all its handshakes: a static key, and the identity's signature of it.
 *
 * <p>Made once for a host, so that a stranger's 32 bytes never cost us a signature: one by an RSA key of 4096 bits takes longer
 * than the rest of twenty handshakes. Nobody can link by it what the identity does not link already, for both are told
 * encrypted and together; the keys of the messages are as fresh as the ephemeral ones.
 *
 * <p><b>Threading</b>: immutable.
 *
 * <p><b>Spec</b>: libp2p noise, section "Static Key Authentication".
 */
public final class NoiseIdentity {

    private static final byte[] SIGNATURE_PREFIX = "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

    private final PublicKey key;
    private final X25519KeyPair staticKeys;
    private final byte[] signature;

    private NoiseIdentity(PublicKey key, X25519KeyPair staticKeys, byte[] signature) {
        this.key = key;
        this.staticKeys = staticKeys;
        this.signature = signature;
    }

    /** Makes a static key and signs it. */
    public static NoiseIdentity of(PrivateKey identity, RandomGenerator random) {
        X25519KeyPair staticKeys = Crypto.preferred().x25519KeyPair(random);
        return new NoiseIdentity(identity.publicKey(), staticKeys, identity.sign(signed(staticKeys.publicKey())));
    }

    PublicKey key() {
        return key;
    }

    X25519KeyPair staticKeys() {
        return staticKeys;
    }

    byte[] signature() {
        return signature;
    }

    /** What an identity signs of a static key. */
    static byte[] signed(byte[] staticKey) {
        byte[] text = new byte[SIGNATURE_PREFIX.length + staticKey.length];
        System.arraycopy(SIGNATURE_PREFIX, 0, text, 0, SIGNATURE_PREFIX.length);
        System.arraycopy(staticKey, 0, text, SIGNATURE_PREFIX.length, staticKey.length);
        return text;
    }
}
