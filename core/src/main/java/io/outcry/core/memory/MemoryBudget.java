package io.outcry.core.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A limit on bytes, in a tree: what a child reserves is reserved in all its ancestors, or nowhere. A child may have two parents.
 *
 * <p>Reserve before allocating; a refusal is an answer, not an error.
 *
 * <p><b>Threading</b>: every method may be called from any thread; no locks.
 *
 * <p><b>Ownership</b>: whoever reserved releases the same amount; {@link #close} returns what is left, which suits a
 * scope that ends with a connection.
 *
 * <p><b>Units</b>: bytes.
 */
public final class MemoryBudget implements AutoCloseable {

    private static final long CLOSED = Long.MIN_VALUE;

    private final String name;
    private final long limitBytes;
    private final @Nullable MemoryBudget parent;
    private final @Nullable MemoryBudget second;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    public MemoryBudget(String name, long limitBytes) {
        this(name, limitBytes, null, null);
    }

    private MemoryBudget(String name, long limitBytes, @Nullable MemoryBudget parent, @Nullable MemoryBudget second) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("budget " + name + " cannot have a limit of " + limitBytes + " bytes");
        }
        this.name = name;
        this.limitBytes = limitBytes;
        this.parent = parent;
        this.second = second;
    }

    /** A budget within this one; its limit may exceed what is free here, since both are asked. */
    public MemoryBudget child(String childName, long childLimitBytes) {
        return child(childName, childLimitBytes, null);
    }

    /**
     * A budget within this one and within another, for what is shared out in two ways: by peer and by address, say.
     *
     * @param also asked as this one is; neither may be an ancestor of the other, or bytes would be counted twice there
     */
    public MemoryBudget child(String childName, long childLimitBytes, @Nullable MemoryBudget also) {
        return new MemoryBudget(childName, childLimitBytes, this, also);
    }

    /** Takes {@code bytes} here and in every ancestor, or takes nothing and answers false. */
    public boolean reserve(long bytes, Priority priority) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot reserve " + bytes + " bytes of " + name);
        }
        if (!takeFromRoot(bytes, priority)) {
            return false;
        }
        raisePeaks();
        return true;
    }

    /** Returns bytes that were reserved here. */
    public void release(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot release " + bytes + " bytes of " + name);
        }
        giveBack(bytes);
    }

    /** Ends this scope: ancestors get back what it still held, later reservations are refused. Idempotent. */
    @Override
    public void close() {
        long held = used.getAndSet(CLOSED);
        if (held != CLOSED) {
            giveBack(parent, held);
            giveBack(second, held);
        }
    }

    /** Ancestors first: at every moment they hold at least what their children do, also while one is being closed. */
    private boolean takeFromRoot(long bytes, Priority priority) {
        if (takeFrom(parent, bytes, priority)) {
            if (takeFrom(second, bytes, priority)) {
                if (take(bytes, priority)) {
                    return true;
                }
                giveBack(second, bytes);
            }
            giveBack(parent, bytes);
        }
        refused.incrementAndGet();
        return false;
    }

    private static boolean takeFrom(@Nullable MemoryBudget scope, long bytes, Priority priority) {
        return scope == null || scope.takeFromRoot(bytes, priority);
    }

    private boolean take(long bytes, Priority priority) {
        long allowed = priority.shareOf(limitBytes);
        while (true) {
            long now = used.get();
            if (now == CLOSED || bytes > allowed - now) {
                return false;
            }
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /** Stops at a closed scope, which returned everything it held when it closed. */
    private void giveBack(long bytes) {
        if (subtract(bytes)) {
            giveBack(parent, bytes);
            giveBack(second, bytes);
        }
    }

    private static void giveBack(@Nullable MemoryBudget scope, long bytes) {
        if (scope != null) {
            scope.giveBack(bytes);
        }
    }

    private boolean subtract(long bytes) {
        while (true) {
            long now = used.get();
            if (now == CLOSED) {
                return false;
            }
            if (bytes > now) {
                throw new IllegalStateException(
                        "budget " + name + " holds " + now + " bytes, so " + bytes + " cannot be released");
            }
            if (used.compareAndSet(now, now - bytes)) {
                return true;
            }
        }
    }

    private void raisePeaks() {
        raisePeak(used.get());
        if (parent != null) {
            parent.raisePeaks();
        }
        if (second != null) {
            second.raisePeaks();
        }
    }

    private void raisePeak(long candidate) {
        long seen = peak.get();
        while (candidate > seen && !peak.compareAndSet(seen, candidate)) {
            seen = peak.get();
        }
    }

    public String name() {
        return name;
    }

    public long limit() {
        return limitBytes;
    }

    /** Bytes reserved now, by this scope and its children. */
    public long used() {
        return Math.max(0, used.get());
    }

    /** The most that was ever reserved at once. */
    public long peak() {
        return peak.get();
    }

    /** How many reservations that came through here were refused, by this scope or one above. */
    public long refused() {
        return refused.get();
    }

    public boolean isClosed() {
        return used.get() == CLOSED;
    }

    @Override
    public String toString() {
        return name + " " + used() + "/" + limitBytes + " bytes, peak " + peak() + ", refused " + refused();
    }
}
