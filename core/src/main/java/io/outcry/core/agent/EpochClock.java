package io.outcry.core.agent;

/** Wall time, for expiry, record sequence numbers and hybrid logical clocks; it may step. */
@FunctionalInterface
public interface EpochClock {

    /** Milliseconds since 1970-01-01T00:00:00Z. */
    long epochMs();

    /** The machine's wall clock. */
    static EpochClock system() {
        return System::currentTimeMillis;
    }
}
