package io.outcry.transport.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.identity.KeyException;
import io.outcry.core.identity.PublicKey;
import io.outcry.transport.noise.NoiseResult.Failed;
import io.outcry.transport.noise.NoiseResult.Reason;
import io.outcry.transport.wire.NoiseExtensions;
import io.outcry.transport.wire.NoiseHandshakePayload;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The libp2p handshake over Noise XX: framed messages, signed identities, early choice of a muxer.
 *
 * <p>Use: {@link #write} whenever {@link #hasOutput}; hand what arrives to {@link #onBytes} until it answers
 * {@link NoiseResult.Established} or {@link NoiseResult.Failed}. Bytes behind the last message stay in the caller's
 * buffer: they are the first frames of the {@link NoiseCipher}, possibly of the same segment.
 *
 * <p>The ephemeral key is made for this handshake alone; the static one and its signature are the {@link NoiseIdentity}'s. The
 * muxer is the first of the <em>initiator's</em> list that the responder listed as well; extensions count only once the
 * signature is verified.
 *
 * <p><b>Threading</b>: one thread at a time; a key pair, three key agreements and one verification take a few tenths of a
 * millisecond. <b>Ownership</b>: buffers are borrowed; {@link #close} forgets the keys.
 *
 * <p><b>Errors</b>: whatever the peer does is a {@link NoiseResult}; {@link #onBytes} after the end throws
 * {@link IllegalStateException}.
 *
 * <p><b>Spec</b>: libp2p noise; Noise_XX_25519_ChaChaPoly_SHA256. Deviation: no common early muxer is not a failure but
 * leaves the choice to multistream-select, as go does.
 */
public final class NoiseHandshake implements AutoCloseable {

    public static final String PROTOCOL = "/noise";

    /** Longest payload accepted: an RSA key of 8192 bits, its signature, and room for extensions. */
    static final int PAYLOAD_LENGTH_MAX = 8 << 10;

    private static final byte[] NO_PAYLOAD = {};

    private final boolean initiator;
    private final NoiseOptions options;
    private final byte[] payload;
    private final XxHandshake xx;
    private final MessageFrames frames = new MessageFrames();
    private byte @Nullable [] output;
    private @Nullable NoiseResult outcome;

    private NoiseHandshake(boolean initiator, NoiseOptions options, CryptoProvider crypto, RandomGenerator random) {
        this.initiator = initiator;
        this.options = options;
        this.payload = payload(options);
        this.xx = new XxHandshake(
                initiator, options.identity().staticKeys(), crypto.x25519KeyPair(random), options.prologue(), crypto);
        if (initiator) {
            output = xx.write(NO_PAYLOAD);
        }
    }

    /** The end that dialled. */
    public static NoiseHandshake initiator(NoiseOptions options, RandomGenerator random) {
        return new NoiseHandshake(true, options, Crypto.preferred(), random);
    }

    /** The end that listens. */
    public static NoiseHandshake responder(NoiseOptions options, RandomGenerator random) {
        return new NoiseHandshake(false, options, Crypto.preferred(), random);
    }

    /** True if {@link #write} has something to say. */
    public boolean hasOutput() {
        return output != null;
    }

    /** Appends the message to be sent, framed. */
    public void write(ByteBuf out) {
        byte[] message = output;
        if (message != null) {
            output = null;
            out.writeShort(message.length);
            out.writeBytes(message);
        }
    }

    /** Reads the peer's next message; bytes after the handshake stay in {@code in}. */
    public NoiseResult onBytes(ByteBuf in) {
        if (outcome != null) {
            throw new IllegalStateException("this handshake is over");
        }
        while (outcome == null && !xx.isDone() && !xx.writesNext()) {
            int overhead = XxHandshake.OVERHEAD[xx.messages()];
            byte[] message = frames.read(in, overhead, overhead + (xx.messages() == 0 ? 0 : PAYLOAD_LENGTH_MAX));
            if (message == null) {
                String fault = frames.fault();
                return fault == null ? NoiseResult.Pending.INSTANCE : fail(Reason.MALFORMED, fault);
            }
            onMessage(message);
        }
        return outcome == null ? NoiseResult.Pending.INSTANCE : outcome;
    }

    /** The peer closed the connection. */
    public NoiseResult onEnd() {
        return outcome != null ? outcome : fail(Reason.ENDED, "the peer ended after " + xx.messages() + " messages");
    }

    private void onMessage(byte[] message) {
        int number = xx.messages() + 1;
        byte[] received = xx.read(message);
        if (received == null) {
            fail(Reason.FORGED, "message " + number + " does not authenticate, or its key is of low order");
            return;
        }
        if (number == 1) {
            answer();
            return;
        }
        PublicKey peerKey = identity(received);
        if (peerKey == null) {
            return;
        }
        if (initiator && !answer()) {
            return;
        }
        outcome = new NoiseResult.Established(peerKey.peerId(), peerKey, muxer(received), xx.split());
    }

    private boolean answer() {
        output = xx.write(payload);
        if (output == null) {
            fail(Reason.KEY, "the peer's key is a point of low order");
            return false;
        }
        return true;
    }

    /** Checks go from cheap to dear: form, key, whose key, signature. */
    private @Nullable PublicKey identity(byte[] received) {
        NoiseHandshakePayload message = parse(received);
        if (message == null || !message.hasIdentityKey() || !message.hasIdentitySig()) {
            fail(Reason.MALFORMED, "the payload is not a handshake payload with key and signature");
            return null;
        }
        PublicKey key;
        try {
            key = PublicKey.decode(message.getIdentityKey().toByteArray());
        } catch (KeyException e) {
            fail(Reason.KEY, "the peer's identity key: " + e.getMessage());
            return null;
        }
        if (options.expectedPeer() != null && !options.expectedPeer().equals(key.peerId())) {
            fail(Reason.PEER_MISMATCH, "expected " + options.expectedPeer() + ", found " + key.peerId());
            return null;
        }
        if (!key.verify(
                NoiseIdentity.signed(xx.remoteStatic()),
                message.getIdentitySig().toByteArray())) {
            fail(Reason.SIGNATURE, "the static key is not signed by " + key.peerId());
            return null;
        }
        return key;
    }

    private @Nullable String muxer(byte[] received) {
        NoiseHandshakePayload message = parse(received);
        if (message == null) {
            return null;
        }
        List<String> theirs = message.getExtensions().getStreamMuxersList();
        if (theirs.size() > NoiseOptions.MUXERS_MAX) {
            return null;
        }
        List<String> proposed = initiator ? options.muxers() : theirs;
        List<String> accepted = initiator ? theirs : options.muxers();
        for (String muxer : proposed) {
            if (accepted.contains(muxer)) {
                return muxer;
            }
        }
        return null;
    }

    private static @Nullable NoiseHandshakePayload parse(byte[] received) {
        try {
            return NoiseHandshakePayload.parseFrom(received);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static byte[] payload(NoiseOptions options) {
        NoiseIdentity identity = options.identity();
        NoiseHandshakePayload.Builder message = NoiseHandshakePayload.newBuilder()
                .setIdentityKey(ByteString.copyFrom(identity.key().encoded()))
                .setIdentitySig(ByteString.copyFrom(identity.signature()));
        if (!options.muxers().isEmpty()) {
            message.setExtensions(NoiseExtensions.newBuilder().addAllStreamMuxers(options.muxers()));
        }
        return message.build().toByteArray();
    }

    private NoiseResult fail(Reason reason, String why) {
        output = null;
        Failed failed = new Failed(reason, why);
        outcome = failed;
        return failed;
    }

    /** Forgets the keys of the handshake; a cipher that was handed out lives on. Idempotent. */
    @Override
    public void close() {
        xx.close();
    }
}
