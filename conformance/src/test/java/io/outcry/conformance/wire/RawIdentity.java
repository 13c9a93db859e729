package io.outcry.conformance.wire;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** An Ed25519 identity, written as the peer-ids specification has it. */
final class RawIdentity {

    private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private final Ed25519PrivateKeyParameters key;

    private RawIdentity(Ed25519PrivateKeyParameters key) {
        this.key = key;
    }

    static RawIdentity fresh() {
        return new RawIdentity(new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    /** The key as a {@code PublicKey} message: type 1, 32 bytes. */
    byte[] publicKey() {
        return RawWire.concat(
                RawWire.field(1, 1), RawWire.field(2, key.generatePublicKey().getEncoded()));
    }

    /** The identity multihash of the key. */
    byte[] peerId() {
        return RawWire.concat(new byte[] {0}, RawWire.framed(publicKey()));
    }

    byte[] sign(byte[] message) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    /** The base58 text of the peer id; it begins with the bytes 00 24, and so with a 1. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        BigInteger rest = new BigInteger(1, peerId());
        while (rest.signum() > 0) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(58));
            text.append(BASE58.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return text.append('1').reverse().toString();
    }
}
