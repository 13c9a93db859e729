package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.field;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawWire.u16;

import io.outcry.testkit.RawPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * {@code Noise_XX_25519_ChaChaPoly_SHA256} message by message, written from the Noise specification. Each step is its own method,
 * so that a test can spoil one.
 */
final class RawNoise {

    private static final String NAME = "Noise_XX_25519_ChaChaPoly_SHA256";
    private static final int KEY_LENGTH = 32;
    private static final int TAG_LENGTH = 16;

    private final RawPeer peer;
    private final boolean initiator;
    private final X25519PrivateKeyParameters staticKey = new X25519PrivateKeyParameters(new SecureRandom());
    private final X25519PrivateKeyParameters ephemeral = new X25519PrivateKeyParameters(new SecureRandom());
    private byte[] remoteStatic = new byte[0];
    private byte[] remoteEphemeral = new byte[0];

    private byte[] hash = text(NAME);
    private byte[] chain = text(NAME);
    private byte @Nullable [] key;
    private long nonce;

    private byte[] sendKey = new byte[0];
    private byte[] receiveKey = new byte[0];
    private long sendNonce;
    private long receiveNonce;

    RawNoise(RawPeer peer, boolean initiator) {
        this.peer = peer;
        this.initiator = initiator;
        mixHash(new byte[0]);
    }

    /** The whole handshake, honestly; returns the payload of the other side. */
    byte[] handshake(byte[] payload) throws IOException {
        byte[] remote;
        if (initiator) {
            sendFirst(new byte[0]);
            remote = readSecond();
            sendThird(payload);
        } else {
            readFirst();
            sendSecond(payload);
            remote = readThird();
        }
        split();
        return remote;
    }

    /** The payload an honest peer sends: key, signature, and the muxers it would agree to at once. */
    byte[] payload(RawIdentity identity, String... muxers) {
        return payload(identity.publicKey(), identity.sign(signed()), muxers);
    }

    static byte[] payload(byte[] publicKey, byte[] signature, String... muxers) {
        byte[] extensions = new byte[0];
        for (String muxer : muxers) {
            extensions = concat(extensions, field(2, text(muxer)));
        }
        byte[] payload = concat(field(1, publicKey), field(2, signature));
        return muxers.length == 0 ? payload : concat(payload, field(4, extensions));
    }

    /** What the signature of the payload covers. */
    byte[] signed() {
        return concat(
                text("noise-libp2p-static-key:"), staticKey.generatePublicKey().getEncoded());
    }

    void sendFirst(byte[] payload) throws IOException {
        byte[] message = ephemeral.generatePublicKey().getEncoded();
        mixHash(message);
        sendFrame(concat(message, encryptAndHash(payload)));
    }

    void readFirst() throws IOException {
        byte[] message = readFrame();
        remoteEphemeral = Arrays.copyOf(message, KEY_LENGTH);
        mixHash(remoteEphemeral);
        decryptAndHash(Arrays.copyOfRange(message, KEY_LENGTH, message.length));
    }

    void sendSecond(byte[] payload) throws IOException {
        byte[] e = ephemeral.generatePublicKey().getEncoded();
        mixHash(e);
        mixKey(agree(ephemeral, remoteEphemeral));
        byte[] s = encryptAndHash(staticKey.generatePublicKey().getEncoded());
        mixKey(agree(staticKey, remoteEphemeral));
        sendFrame(concat(e, s, encryptAndHash(payload)));
    }

    byte[] readSecond() throws IOException {
        byte[] message = readFrame();
        remoteEphemeral = Arrays.copyOf(message, KEY_LENGTH);
        mixHash(remoteEphemeral);
        mixKey(agree(ephemeral, remoteEphemeral));
        int s = KEY_LENGTH + KEY_LENGTH + TAG_LENGTH;
        remoteStatic = decryptAndHash(Arrays.copyOfRange(message, KEY_LENGTH, s));
        mixKey(agree(ephemeral, remoteStatic));
        return decryptAndHash(Arrays.copyOfRange(message, s, message.length));
    }

    void sendThird(byte[] payload) throws IOException {
        sendFrame(third(payload));
    }

    byte[] third(byte[] payload) {
        byte[] s = encryptAndHash(staticKey.generatePublicKey().getEncoded());
        mixKey(agree(staticKey, remoteEphemeral));
        return concat(s, encryptAndHash(payload));
    }

    byte[] readThird() throws IOException {
        byte[] message = readFrame();
        int s = KEY_LENGTH + TAG_LENGTH;
        remoteStatic = decryptAndHash(Arrays.copyOf(message, s));
        mixKey(agree(ephemeral, remoteStatic));
        return decryptAndHash(Arrays.copyOfRange(message, s, message.length));
    }

    void split() {
        byte[][] keys = expand(chain, new byte[0]);
        sendKey = initiator ? keys[0] : keys[1];
        receiveKey = initiator ? keys[1] : keys[0];
    }

    /** Sends one transport message. */
    void send(byte[] plain) throws IOException {
        sendFrame(seal(plain));
    }

    byte[] seal(byte[] plain) {
        return crypt(Cipher.ENCRYPT_MODE, sendKey, sendNonce++, new byte[0], plain);
    }

    byte[] read() throws IOException {
        return crypt(Cipher.DECRYPT_MODE, receiveKey, receiveNonce++, new byte[0], readFrame());
    }

    void sendFrame(byte[] body) throws IOException {
        peer.send(concat(u16(body.length), body));
    }

    private byte[] readFrame() throws IOException {
        byte[] length = peer.read(2);
        return peer.read((length[0] & 0xff) << 8 | (length[1] & 0xff));
    }

    private void mixHash(byte[] data) {
        hash = sha256(concat(hash, data));
    }

    private void mixKey(byte[] secret) {
        byte[][] next = expand(chain, secret);
        chain = next[0];
        key = next[1];
        nonce = 0;
    }

    private byte[] encryptAndHash(byte[] plain) {
        byte[] sealed = key == null ? plain : crypt(Cipher.ENCRYPT_MODE, key, nonce++, hash, plain);
        mixHash(sealed);
        return sealed;
    }

    private byte[] decryptAndHash(byte[] sealed) {
        byte[] plain = key == null ? sealed : crypt(Cipher.DECRYPT_MODE, key, nonce++, hash, sealed);
        mixHash(sealed);
        return plain;
    }

    private static byte[] agree(X25519PrivateKeyParameters own, byte[] remote) {
        byte[] secret = new byte[KEY_LENGTH];
        own.generateSecret(new X25519PublicKeyParameters(remote), secret, 0);
        return secret;
    }

    private static byte[][] expand(byte[] chain, byte[] secret) {
        byte[] temporary = hmac(chain, secret);
        byte[] first = hmac(temporary, new byte[] {1});
        return new byte[][] {first, hmac(temporary, concat(first, new byte[] {2}))};
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] crypt(int mode, byte[] key, long nonce, byte[] associated, byte[] data) {
        byte[] iv = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putLong(nonce)
                .array();
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(iv));
            cipher.updateAAD(associated);
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("message " + nonce + " of " + data.length + " bytes", e);
        }
    }
}
