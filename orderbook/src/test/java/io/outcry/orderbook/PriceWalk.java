package io.outcry.orderbook;

import java.util.random.RandomGenerator;

/** Prices as markets make them, and as attackers do: a walk that sometimes crashes, stray quotes, the ends of the line. */
final class PriceWalk {

    private final RandomGenerator random;
    private long centre = 33_504;

    PriceWalk(RandomGenerator random) {
        this.random = random;
    }

    /** Any long. */
    long next() {
        int dice = random.nextInt(1_000);
        if (dice < 2) {
            centre = 1 + Math.abs(random.nextLong() >>> random.nextInt(1, 62));
        } else if (dice < 4) {
            centre = random.nextBoolean() ? Long.MAX_VALUE - 20 : Long.MIN_VALUE + 20;
        } else if (dice < 200) {
            centre += random.nextInt(11) - 5;
        } else if (dice < 210) {
            return random.nextLong();
        } else if (dice < 260) {
            return centre + random.nextInt(100_000) - 50_000;
        }
        return centre + random.nextInt(41) - 20;
    }

    /** 1 or more. */
    long nextPositive() {
        return Math.max(1, next() & Long.MAX_VALUE);
    }
}
