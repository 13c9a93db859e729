package io.outcry.transport.muxer;

import org.agrona.collections.LongArrayQueue;

/**
 * Resets that wait to be written, each in one long. A peer that has streams refused and reads no refusal is not read itself
 * from {@link #PAUSE} on, and sent away at {@link #MAX}.
 */
public final class PendingResets {

    /** A burst of refused opens and some. */
    public static final int MAX = 2048;

    /** So many, and reading stops. */
    public static final int PAUSE = 256;

    /** What to say when {@link #offer} refuses. */
    public static final String TOO_MANY = MAX + " resets wait and the peer reads none";

    private final LongArrayQueue waiting = new LongArrayQueue();

    /** False if too many wait already. */
    public boolean offer(long reset) {
        return waiting.size() < MAX && waiting.offerLong(reset);
    }

    /** The oldest; there must be one. */
    public long poll() {
        return waiting.pollLong();
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    public boolean isBackedUp() {
        return waiting.size() >= PAUSE;
    }

    public void clear() {
        waiting.clear();
    }
}
