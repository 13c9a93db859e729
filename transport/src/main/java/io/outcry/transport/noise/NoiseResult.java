package io.outcry.transport.noise;

import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import org.jspecify.annotations.Nullable;

/** How far a handshake is. */
public sealed interface NoiseResult {

    /** More bytes are needed, or there is something to write. */
    record Pending() implements NoiseResult {
        static final Pending INSTANCE = new Pending();
    }

    /**
     * Both ends proved who they are. The initiator has its last message still to write.
     *
     * @param peer who is at the other end
     * @param muxer the muxer both agreed on early; null to negotiate it now
     * @param cipher owned by the receiver of this result
     */
    record Established(
            PeerId peer, PublicKey peerKey, @Nullable String muxer, NoiseCipher cipher) implements NoiseResult {}

    /** The connection is to be closed, without an answer. */
    record Failed(Reason reason, String why) implements NoiseResult {}

    /** Why a handshake failed. */
    enum Reason {
        /** A frame or payload that cannot be. */
        MALFORMED,
        /** A message that does not authenticate: altered, or another prologue. */
        FORGED,
        /** The peer's key cannot be used: unknown type, bad form, or a point of low order. */
        KEY,
        /** The peer did not prove its identity. */
        SIGNATURE,
        /** The peer is somebody else than was dialled. */
        PEER_MISMATCH,
        /** The peer ended the connection. */
        ENDED
    }
}
