package io.outcry.conformance.planted.transport.noise;

import java.security.SecureRandom;

/** A machine that makes its own chance, securely. */
final class RollsSecureDice {
    byte[] key(SecureRandom random) {
        return random.generateSeed(32);
    }
}
