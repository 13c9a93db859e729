package io.outcry.transport.noise;

import io.outcry.core.identity.PeerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one end brings to a handshake.
 *
 * @param identity proves who we are
 * @param expectedPeer who must answer: always set when dialling a known peer, usually null when listening
 * @param muxers stream muxers to offer early, in order of preference; empty to negotiate them afterwards
 * @param prologue what both ends must agree on without saying it; empty on TCP
 */
public record NoiseOptions(
        NoiseIdentity identity, @Nullable PeerId expectedPeer, List<String> muxers, byte[] prologue) {

    /** More muxers than this are taken for none, as go does. */
    public static final int MUXERS_MAX = 100;

    private static final byte[] NO_PROLOGUE = {};

    public NoiseOptions {
        muxers = List.copyOf(muxers);
        prologue = prologue.clone();
        if (muxers.size() > MUXERS_MAX) {
            throw new IllegalArgumentException("offer at most " + MUXERS_MAX + " muxers, these are " + muxers.size());
        }
    }

    /** Without a prologue. */
    public NoiseOptions(NoiseIdentity identity, @Nullable PeerId expectedPeer, List<String> muxers) {
        this(identity, expectedPeer, muxers, NO_PROLOGUE);
    }

    @Override
    public byte[] prologue() {
        return prologue.clone();
    }
}
