package io.outcry.core.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** The part of the Ed25519 rule that needs arithmetic: is this key a point of the subgroup of prime order? */
final class Ed25519Keys {

    private Ed25519Keys() {}

    static Ed25519.@Nullable PublicPoint primeOrderPoint(byte[] publicKey) {
        return SignatureRules.admitsEd25519Key(publicKey) ? Ed25519.validatePublicKeyFullExport(publicKey, 0) : null;
    }
}
