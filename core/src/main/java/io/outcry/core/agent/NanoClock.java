package io.outcry.core.agent;

/** Monotonic time; the one place a shell reads it, so that tests can supply their own. */
@FunctionalInterface
public interface NanoClock {

    /** Nanoseconds since an arbitrary origin; differences have a meaning, values have none. */
    long nowNs();

    /** The machine's monotonic clock. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
