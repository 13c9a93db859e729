package io.outcry.market;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import java.math.BigInteger;

/**
 * Says whether an owner signed something.
 *
 * <p><b>Threading</b>: any thread.
 */
@FunctionalInterface
public interface SignatureCheck {

    /** Whether {@code signature} over {@code message} was made with the key of {@code owner}. Never throws. */
    boolean verify(PeerId owner, byte[] message, byte[] signature);

    /**
     * The real one: the key must lie inside the peer id and be Ed25519 or secp256k1, and the signature the only one of
     * its kind: of (r, s) and (r, n - s), which ECDSA both takes, the one with the smaller s. Else anybody could make a second
     * envelope of any first one, with another message id, and use up its owner's quota.
     */
    static SignatureCheck inlineKeys() {
        return (owner, message, signature) -> {
            PublicKey key = owner.inlineKey().orElse(null);
            if (key == null) {
                return false;
            }
            boolean admitted = key.type() == KeyType.ED25519 || (key.type() == KeyType.SECP256K1 && LowS.is(signature));
            return admitted && key.verify(message, signature);
        };
    }

    /** The canonical one of the two forms of an ECDSA signature on secp256k1. */
    final class LowS {

        /** Half of the group's order, rounded down. */
        private static final BigInteger HALF =
                new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16).shiftRight(1);

        private LowS() {}

        /** Whether s, the last integer of the DER pair, is not above half of the order. What is no DER is not asked here. */
        static boolean is(byte[] signature) {
            if (signature.length < 4) {
                return false;
            }
            int first = 4 + signature[3];
            if (signature[3] < 1 || first + 1 >= signature.length || signature[first + 1] < 1) {
                return false;
            }
            int from = first + 2;
            int to = from + signature[first + 1];
            return to == signature.length && new BigInteger(1, signature, from, to - from).compareTo(HALF) <= 0;
        }
    }
}
