package io.outcry.sim;

import io.outcry.core.identity.PeerId;
import java.util.random.RandomGenerator;

/** Peer ids without keys: nobody checks a signature of a router, and making ten thousand keys takes longer than a run. */
final class PeerNames {

    /** Identity multihash of an Ed25519 public key in its protobuf: what every such peer id begins with. */
    private static final byte[] PREFIX = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

    private static final int KEY_BYTES = 32;

    private PeerNames() {}

    static PeerId fresh(RandomGenerator random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        byte[] bytes = new byte[PREFIX.length + KEY_BYTES];
        System.arraycopy(PREFIX, 0, bytes, 0, PREFIX.length);
        System.arraycopy(key, 0, bytes, PREFIX.length, KEY_BYTES);
        return PeerId.fromBytes(bytes);
    }
}
