package io.outcry.market;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import java.util.Optional;

/**
 * Says whether an owner signed something.
 *
 * <p><b>Threading</b>: any thread.
 */
@FunctionalInterface
public interface SignatureCheck {

    /** Whether {@code signature} over {@code message} was made with the key of {@code owner}. Never throws. */
    boolean verify(PeerId owner, byte[] message, byte[] signature);

    /** The real one: the key must lie inside the peer id and be Ed25519 or secp256k1. */
    static SignatureCheck inlineKeys() {
        return (owner, message, signature) -> {
            Optional<PublicKey> key = owner.inlineKey();
            return key.isPresent()
                    && (key.get().type() == KeyType.ED25519 || key.get().type() == KeyType.SECP256K1)
                    && key.get().verify(message, signature);
        };
    }
}
