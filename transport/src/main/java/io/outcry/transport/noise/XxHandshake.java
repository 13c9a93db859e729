package io.outcry.transport.noise;

import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.crypto.CryptoProvider.X25519KeyPair;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The XX pattern: three messages, after which each end knows the other's static key and both share two ciphers.
 *
 * <p><b>Errors</b>: {@link #read} answers null for anything forged, cut or of low order, after which the handshake is of
 * no use; reading or writing out of turn is an {@link IllegalStateException}.
 *
 * <p><b>Spec</b>: Noise Protocol Framework revision 34, {@code Noise_XX_25519_ChaChaPoly_SHA256}.
 */
final class XxHandshake implements AutoCloseable {

    static final int KEY_LENGTH = CryptoProvider.KEY_LENGTH;
    static final int TAG_LENGTH = 16;

    /** Bytes of each message beside its payload, in order. */
    static final int[] OVERHEAD = {
        KEY_LENGTH, KEY_LENGTH + KEY_LENGTH + TAG_LENGTH + TAG_LENGTH, KEY_LENGTH + 2 * TAG_LENGTH
    };

    private static final byte[] NO_KEY = {};

    private final boolean initiator;
    private final CryptoProvider crypto;
    private final X25519KeyPair staticKeys;
    private final X25519KeyPair ephemeralKeys;
    private final SymmetricState state;
    private byte[] remoteStatic = NO_KEY;
    private byte[] remoteEphemeral = NO_KEY;
    private int messages;

    XxHandshake(
            boolean initiator,
            X25519KeyPair staticKeys,
            X25519KeyPair ephemeralKeys,
            byte[] prologue,
            CryptoProvider crypto) {
        this.initiator = initiator;
        this.staticKeys = staticKeys;
        this.ephemeralKeys = ephemeralKeys;
        this.crypto = crypto;
        this.state = new SymmetricState(crypto, prologue);
    }

    /** True if this end is to {@link #write} next; false if it is to {@link #read}, or all is said. */
    boolean writesNext() {
        return !isDone() && initiator == (messages % 2 == 0);
    }

    boolean isDone() {
        return messages == OVERHEAD.length;
    }

    /** Messages said so far by both. */
    int messages() {
        return messages;
    }

    /** The next message, or null if the peer's key was of low order. */
    byte @Nullable [] write(byte[] payload) {
        if (!writesNext()) {
            throw new IllegalStateException("it is not this end's turn after " + messages + " messages");
        }
        byte[] message = new byte[OVERHEAD[messages] + payload.length];
        int at = 0;
        if (messages < 2) {
            at = append(message, at, ephemeralKeys.publicKey());
            state.mixHash(ephemeralKeys.publicKey());
        }
        if (messages == 1 && !mixAgreed(ephemeralKeys, remoteEphemeral)) {
            return null;
        }
        if (messages > 0) {
            at = append(message, at, state.encryptAndHash(staticKeys.publicKey()));
            if (!mixAgreed(staticKeys, remoteEphemeral)) {
                return null;
            }
        }
        append(message, at, state.encryptAndHash(payload));
        messages++;
        return message;
    }

    /** The payload of the peer's next message, or null if it cannot be true. */
    byte @Nullable [] read(byte[] message) {
        if (isDone() || writesNext()) {
            throw new IllegalStateException("it is this end's turn after " + messages + " messages");
        }
        if (message.length < OVERHEAD[messages]) {
            return null;
        }
        int at = 0;
        if (messages < 2) {
            remoteEphemeral = Arrays.copyOf(message, KEY_LENGTH);
            state.mixHash(remoteEphemeral);
            at = KEY_LENGTH;
        }
        if (messages == 1 && !mixAgreed(ephemeralKeys, remoteEphemeral)) {
            return null;
        }
        if (messages > 0) {
            int end = at + KEY_LENGTH + TAG_LENGTH;
            byte[] key = state.decryptAndHash(Arrays.copyOfRange(message, at, end));
            if (key == null || !mixAgreed(ephemeralKeys, key)) {
                return null;
            }
            remoteStatic = key;
            at = end;
        }
        byte[] payload = state.decryptAndHash(Arrays.copyOfRange(message, at, message.length));
        messages++;
        return payload;
    }

    /** The static key the peer proved to have; empty before it did. */
    byte[] remoteStatic() {
        return remoteStatic;
    }

    byte[] handshakeHash() {
        return state.handshakeHash();
    }

    /** The ciphers; once, when {@link #isDone}. */
    NoiseCipher split() {
        if (!isDone()) {
            throw new IllegalStateException("the handshake is not done after " + messages + " messages");
        }
        return state.split(initiator);
    }

    /** False for a point of low order: its secret is known to everybody. */
    private boolean mixAgreed(X25519KeyPair own, byte[] other) {
        byte[] secret = crypto.x25519Agree(own.privateKey(), other);
        if (secret == null) {
            return false;
        }
        state.mixKey(secret);
        Arrays.fill(secret, (byte) 0);
        return true;
    }

    private static int append(byte[] message, int at, byte[] part) {
        System.arraycopy(part, 0, message, at, part.length);
        return at + part.length;
    }

    /** Forgets what is this handshake's alone. */
    @Override
    public void close() {
        state.close();
        ephemeralKeys.wipe();
    }
}
