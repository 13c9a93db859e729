package io.outcry.transport.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.crypto.Aead;
import io.outcry.core.crypto.CryptoProvider;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The chaining key, the hash of all that was said, and the cipher of the moment (Noise, section 5.2).
 *
 * <p>Handshakes are cold: plain arrays, wrapped where the cipher wants a buffer.
 */
final class SymmetricState implements AutoCloseable {

    /** Exactly as long as a hash, so it is the first hash itself. */
    private static final byte[] NAME = "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NOTHING = {};

    private final CryptoProvider crypto;
    private byte[] chainingKey = NAME.clone();
    private byte[] hash = NAME.clone();
    private @Nullable Aead cipher;
    private long nonce;

    SymmetricState(CryptoProvider crypto, byte[] prologue) {
        this.crypto = crypto;
        mixHash(prologue);
    }

    void mixHash(byte[] data) {
        hash = crypto.sha256(hash, data);
    }

    void mixKey(byte[] keyMaterial) {
        byte[] keys = crypto.hkdfSha256(chainingKey, keyMaterial, NOTHING, 2 * CryptoProvider.SHA256_LENGTH);
        Arrays.fill(chainingKey, (byte) 0);
        chainingKey = Arrays.copyOf(keys, CryptoProvider.SHA256_LENGTH);
        byte[] key = Arrays.copyOfRange(keys, CryptoProvider.SHA256_LENGTH, keys.length);
        close();
        cipher = crypto.chacha20Poly1305(key);
        nonce = 0;
        Arrays.fill(keys, (byte) 0);
        Arrays.fill(key, (byte) 0);
    }

    /** The text as it goes out: sealed once there is a key, plain before. */
    byte[] encryptAndHash(byte[] text) {
        Aead aead = cipher;
        byte[] said = text;
        if (aead != null) {
            said = new byte[text.length + Aead.TAG_LENGTH];
            ByteBuf out = Unpooled.wrappedBuffer(said).writerIndex(0);
            aead.seal(nonce++, hash, Unpooled.wrappedBuffer(text), out);
        }
        mixHash(said);
        return said;
    }

    /** The text of what came in, or null if it is forged. */
    byte @Nullable [] decryptAndHash(byte[] said) {
        Aead aead = cipher;
        byte[] text = said;
        if (aead != null) {
            if (said.length < Aead.TAG_LENGTH) {
                return null;
            }
            text = new byte[said.length - Aead.TAG_LENGTH];
            ByteBuf out = Unpooled.wrappedBuffer(text).writerIndex(0);
            if (aead.open(nonce++, hash, Unpooled.wrappedBuffer(said), out) == Aead.FORGED) {
                return null;
            }
        }
        mixHash(said);
        return text;
    }

    /** The ciphers of both directions: what the initiator sends first. */
    NoiseCipher split(boolean initiator) {
        byte[] keys = crypto.hkdfSha256(chainingKey, NOTHING, NOTHING, 2 * Aead.KEY_LENGTH);
        byte[] first = Arrays.copyOf(keys, Aead.KEY_LENGTH);
        byte[] second = Arrays.copyOfRange(keys, Aead.KEY_LENGTH, keys.length);
        Aead fromInitiator = crypto.chacha20Poly1305(first);
        Aead fromResponder = crypto.chacha20Poly1305(second);
        Arrays.fill(keys, (byte) 0);
        Arrays.fill(first, (byte) 0);
        Arrays.fill(second, (byte) 0);
        return initiator
                ? new NoiseCipher(fromInitiator, fromResponder)
                : new NoiseCipher(fromResponder, fromInitiator);
    }

    /** The hash of the whole handshake, for channel binding and tests. */
    byte[] handshakeHash() {
        return hash.clone();
    }

    @Override
    public void close() {
        if (cipher != null) {
            cipher.close();
        }
    }
}
