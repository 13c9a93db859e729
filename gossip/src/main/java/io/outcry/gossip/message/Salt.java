package io.outcry.gossip.message;

import java.util.random.RandomGenerator;

/**
 * The secret of a node's {@link SaltedHash}: whoever does not know it cannot choose ids that collide in our tables. It is
 * injected, so that a recorded run replays.
 */
public record Salt(long k0, long k1) {

    /** A salt drawn from {@code random}: a {@code SecureRandom} in a node, a seeded generator in the simulator. */
    public static Salt from(RandomGenerator random) {
        return new Salt(random.nextLong(), random.nextLong());
    }

    @Override
    public String toString() {
        return "Salt[redacted]";
    }
}
