package io.outcry.gossip.router;

import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import java.nio.ByteBuffer;

/** Peers with keys that are the same in every run. */
final class TestPeers {

    private TestPeers() {}

    static PrivateKey key(int number) {
        return PrivateKey.ofEd25519Seed(
                ByteBuffer.allocate(32).putInt(number + 1).array());
    }

    static PeerId id(int number) {
        byte[] multihash = ByteBuffer.allocate(34)
                .put((byte) 0x12)
                .put((byte) 0x20)
                .putInt(number)
                .array();
        return PeerId.fromBytes(multihash);
    }
}
