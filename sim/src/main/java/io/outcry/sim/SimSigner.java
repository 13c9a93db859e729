package io.outcry.sim;

import io.outcry.core.identity.PeerId;
import io.outcry.market.SignatureCheck;
import io.outcry.market.Signer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Signatures that cost a hash: whoever is meant to forge them here could, so nobody is. A run signs and verifies ten thousand times
 * a second of real time, which real keys do not.
 */
final class SimSigner implements Signer {

    private static final byte[] DOMAIN = "sim".getBytes(StandardCharsets.US_ASCII);

    private final PeerId owner;

    SimSigner(PeerId owner) {
        this.owner = owner;
    }

    @Override
    public PeerId owner() {
        return owner;
    }

    @Override
    public byte[] sign(byte[] message) {
        return tag(owner, message);
    }

    static SignatureCheck check() {
        return (owner, message, signature) -> MessageDigest.isEqual(tag(owner, message), signature);
    }

    private static byte[] tag(PeerId owner, byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(DOMAIN);
            digest.update(owner.bytes());
            return digest.digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which its specification demands", e);
        }
    }
}
