package io.outcry.conformance.planted.market.replica;

/** A machine that looks at the clock. */
final class ReadsClock {
    long now() {
        return System.nanoTime();
    }
}
