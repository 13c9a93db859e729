package io.outcry.core.agent;

/**
 * The single writer of some state: a duty cycle that never blocks.
 *
 * <p><b>Threading</b>: {@link #doWork} and {@link #onClose} are called by one thread at a time: the agent's own
 * ({@link ThreadingMode#DEDICATED}), one it shares ({@link ThreadingMode#SHARED}) or the caller's
 * ({@link ThreadingMode#INVOKER}). Other threads reach an agent through its {@link Mailbox} only.
 */
public interface Agent {

    /** A short name: the thread's name and the counters' prefix, for example {@code gossip} or {@code market-0}. */
    String role();

    /**
     * Does what is due and returns; the clock was read once for the whole cycle.
     *
     * @param nowNs monotonic time, nanoseconds
     * @return how many items of work were done; 0 lets the thread sleep until {@link #nextDeadlineNs} or a wake-up
     */
    int doWork(long nowNs);

    /** When to be woken if nothing arrives, monotonic nanoseconds; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    /**
     * Called once, before the first {@link #doWork}, on the thread that starts the group.
     *
     * @param wakeUp ends the agent's sleep; any thread may run it, at any time, and it costs next to nothing while the
     *     agent is awake. Hand it to {@link Mailbox#wakes}.
     */
    default void onStart(Runnable wakeUp) {}

    /** Called once, on the agent's thread, after the last {@link #doWork}. */
    default void onClose() {}
}
