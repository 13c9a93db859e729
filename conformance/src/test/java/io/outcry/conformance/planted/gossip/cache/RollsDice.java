package io.outcry.conformance.planted.gossip.cache;

import java.util.SplittableRandom;

/** A machine that makes its own chance. */
final class RollsDice {
    final SplittableRandom random = new SplittableRandom();
}
