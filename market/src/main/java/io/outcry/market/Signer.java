package io.outcry.market;

import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;

/**
 * The key of a replica's owner. An interface, so that the key may live elsewhere and the simulator may sign cheaply.
 *
 * <p><b>Threading</b>: called by the market's thread.
 */
public interface Signer {

    /** Whose key it is. */
    PeerId owner();

    /** Signs; deterministic, so that a run can be replayed. */
    byte[] sign(byte[] message);

    /** A key in memory. */
    static Signer of(PrivateKey key) {
        PeerId owner = key.peerId();
        return new Signer() {
            @Override
            public PeerId owner() {
                return owner;
            }

            @Override
            public byte[] sign(byte[] message) {
                return key.sign(message);
            }
        };
    }
}
