package io.outcry.conformance.planted.transport.noise;

import java.security.SecureRandom;

/** A machine that makes its own chance, securely. */
final class RollsSecureDice {
    byte[] key() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
