package io.outcry.market;

import io.outcry.core.identity.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Owners whose signatures cost one hash: for the thousands of runs that are about protocol, not about keys. */
public final class TestKeys {

    private TestKeys() {}

    /** The n-th owner: an id of the right form, whose key is its number. */
    public static PeerId owner(int n) {
        byte[] id = new byte[38];
        id[0] = 0;
        id[1] = 36;
        id[2] = 8;
        id[3] = 1;
        id[4] = 18;
        id[5] = 32;
        byte[] key = Hashes.sha256(ByteBuffer.allocate(4).putInt(n).array());
        System.arraycopy(key, 0, id, 6, 32);
        return PeerId.fromBytes(id);
    }

    /** Signs as the n-th owner. */
    public static Signer signer(int n) {
        PeerId owner = owner(n);
        return new Signer() {
            @Override
            public PeerId owner() {
                return owner;
            }

            @Override
            public byte[] sign(byte[] message) {
                return signature(owner, message);
            }
        };
    }

    /** Knows these signatures. */
    public static SignatureCheck check() {
        return (owner, message, signature) -> Arrays.equals(signature, signature(owner, message));
    }

    private static byte[] signature(PeerId owner, byte[] message) {
        byte[] id = owner.bytes();
        byte[] both = Arrays.copyOf(id, id.length + message.length);
        System.arraycopy(message, 0, both, id.length, message.length);
        return Hashes.sha256(both);
    }
}
