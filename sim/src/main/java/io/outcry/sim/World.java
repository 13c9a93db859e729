package io.outcry.sim;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One clock and one seed for everything in a run. Time stands still while an event happens and jumps to the next one after.
 *
 * <p><b>Threading</b>: one thread. <b>Units</b>: nanoseconds since the world began; wall time in milliseconds.
 */
public final class World implements AutoCloseable {

    /** The wall clock when a world begins: 2026-01-01T00:00Z. */
    public static final long EPOCH_START_MS = 1_767_225_600_000L;

    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;

    private final long seed;
    private final SplittableRandom random;
    private final EventQueue queue = new EventQueue();
    private long nowNs;
    private long events;
    private long trace;
    private Runnable afterEach = () -> {};

    public World(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public long seed() {
        return seed;
    }

    public long nowNs() {
        return nowNs;
    }

    public long epochMs() {
        return EPOCH_START_MS + nowNs / MS;
    }

    /** Events that have happened: two runs of a seed agree in it. */
    public long events() {
        return events;
    }

    /** A hash of all that happened, and of what was noted of it: two runs of a seed agree in it, in whatever JVM they run. */
    public long trace() {
        return trace;
    }

    /** Adds to the {@link #trace}. */
    void note(long value) {
        long mixed = (trace ^ value) * 0x9e37_79b9_7f4a_7c15L;
        trace = mixed ^ mixed >>> 29;
    }

    /** A generator of its own for one part of the world, so that one part's use of chance does not move another's. */
    public RandomGenerator newRandom() {
        return random.split();
    }

    /** Lets something happen at a time; what is past happens next. */
    public void at(long timeNs, Runnable event) {
        queue.add(Math.max(timeNs, nowNs), event);
    }

    /** Lets something happen later. */
    public void after(long delayNs, Runnable event) {
        queue.add(nowNs + Math.max(0, delayNs), event);
    }

    /** Lets something happen again and again, until the world ends. */
    public void every(long periodNs, Runnable event) {
        after(periodNs, () -> {
            event.run();
            every(periodNs, event);
        });
    }

    /** What is to be checked after each event. */
    public void afterEach(Runnable check) {
        afterEach = check;
    }

    /** Lets the next event happen; false if there is none. */
    public boolean step() {
        if (queue.isEmpty()) {
            return false;
        }
        nowNs = queue.nextTimeNs();
        note(nowNs);
        queue.poll().run();
        events++;
        afterEach.run();
        return true;
    }

    /** Lets everything happen up to and at a time. */
    public void runUntil(long timeNs) {
        while (queue.nextTimeNs() <= timeNs) {
            step();
        }
        nowNs = Math.max(nowNs, timeNs);
    }

    /** Ends the world: nothing of what was to come happens, and events that hold something let go of it. */
    @Override
    public void close() {
        while (!queue.isEmpty()) {
            if (queue.poll() instanceof Holder holder) {
                holder.close();
            }
        }
    }

    /** An event that holds something until it happens, and lets go of it if it never does. */
    interface Holder extends Runnable, AutoCloseable {
        @Override
        void close();
    }

    /** Lets everything happen that happens within a duration. */
    public void runFor(long durationNs) {
        runUntil(nowNs + durationNs);
    }
}
