package io.outcry.core.agent;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the duty cycles of some agents, on its own thread or on the caller's.
 *
 * <pre>
 *   clear the signal ─► read the clock once ─► doWork of each agent ─► work done? again
 *                                                                └─► none: park until the next deadline or a wake-up
 * </pre>
 *
 * <p><b>Threading</b>: {@link #wakeUp} and {@link #stop} from any thread; {@link #cycle} belongs to the
 * runner's thread, or to the caller's when there is none.
 */
final class AgentRunner {

    /** An agent that keeps throwing is called again after this, doubled up to {@link #BACKOFF_MAX_NS}. */
    private static final long BACKOFF_MIN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long BACKOFF_MAX_NS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final NanoClock clock;
    private final AgentGroup.FailureHandler failures;
    private final AtomicBoolean signalled = new AtomicBoolean();
    /** Copied on a change; the duty cycle reads it once. */
    private volatile Slot[] slots;

    /** When the last cycle read the clock; the runner's thread only. */
    private long lastCycleNs;

    private volatile boolean parked;
    private volatile boolean stopping;
    /** No agent comes any more, since nobody would close it; guarded by this. */
    private boolean ended;

    private volatile @Nullable Thread thread;

    AgentRunner(String name, List<Agent> agents, NanoClock clock, AgentGroup.FailureHandler failures) {
        this.name = name;
        this.clock = clock;
        this.failures = failures;
        this.slots = agents.stream().map(Slot::new).toArray(Slot[]::new);
        for (Slot slot : slots) {
            slot.agent.onStart(this::wakeUp);
        }
    }

    void startThread() {
        Thread started = new Thread(this::run, name);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void run() {
        while (!stopping) {
            if (cycle() == 0) {
                park();
            }
        }
        finish();
    }

    /** Lets {@code agent} take part from the next cycle on. */
    synchronized void add(Agent agent) {
        if (ended) {
            throw new IllegalStateException("the agents are closed; " + agent.role() + " cannot join them");
        }
        agent.onStart(this::wakeUp);
        Slot[] more = Arrays.copyOf(slots, slots.length + 1);
        more[slots.length] = new Slot(agent);
        slots = more;
        wakeUp();
    }

    /**
     * Asks {@code agent} to leave: it is closed within the next cycle, on the runner's thread.
     *
     * @return counted down once it is closed; null if it is not here
     */
    @Nullable
    CountDownLatch remove(Agent agent) {
        for (Slot slot : slots) {
            if (slot.agent == agent) {
                slot.leaving = true;
                wakeUp();
                return slot.gone;
            }
        }
        return null;
    }

    private synchronized void drop(Slot leaver) {
        slots = Arrays.stream(slots).filter(slot -> slot != leaver).toArray(Slot[]::new);
    }

    /** One duty cycle of every agent; returns the work done. */
    int cycle() {
        signalled.set(false);
        long nowNs = clock.nowNs();
        int work = 0;
        for (Slot slot : slots) {
            if (slot.leaving) {
                drop(slot);
                finish(slot);
            } else {
                work += work(slot, nowNs);
            }
        }
        lastCycleNs = nowNs;
        return work;
    }

    private int work(Slot slot, long nowNs) {
        if (slot.failures > 0 && slot.retryNs - nowNs > 0) {
            return 0;
        }
        try {
            int done = slot.agent.doWork(nowNs);
            slot.failures = 0;
            return done;
        } catch (Throwable failure) {
            onFailure(slot, failure, nowNs);
            return 0;
        }
    }

    private void onFailure(Slot slot, Throwable failure, long nowNs) {
        slot.failures++;
        long backoffNs = BACKOFF_MIN_NS << Math.min(slot.failures - 1, 10);
        slot.retryNs = nowNs + Math.min(backoffNs, BACKOFF_MAX_NS);
        report(slot.agent, failure);
    }

    /** {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs() {
        long nextNs = Long.MAX_VALUE;
        for (Slot slot : slots) {
            long deadlineNs = deadlineNs(slot);
            if (deadlineNs != Long.MAX_VALUE && (nextNs == Long.MAX_VALUE || deadlineNs - nextNs < 0)) {
                nextNs = deadlineNs;
            }
        }
        return nextNs;
    }

    /** An agent that cannot say when it is due is treated like one that failed. */
    private long deadlineNs(Slot slot) {
        if (slot.failures == 0) {
            try {
                return slot.agent.nextDeadlineNs();
            } catch (Throwable failure) {
                onFailure(slot, failure, lastCycleNs);
            }
        }
        return slot.retryNs;
    }

    private void park() {
        long deadlineNs = nextDeadlineNs();
        parked = true;
        try {
            if (signalled.get() || stopping) {
                return;
            }
            if (deadlineNs == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, deadlineNs - lastCycleNs);
            }
            Thread.interrupted(); // somebody's interrupt must not turn parking into spinning
        } finally {
            parked = false;
        }
    }

    /** Ends the sleep, at most one unpark a cycle; free of cost while awake. */
    void wakeUp() {
        if (!signalled.get() && signalled.compareAndSet(false, true) && parked) {
            LockSupport.unpark(thread);
        }
    }

    /** Asks the thread to end after the cycle it is in; without a thread, ends here. */
    void stop() {
        stopping = true;
        Thread running = thread;
        if (running == null) {
            finish();
        } else {
            LockSupport.unpark(running);
        }
    }

    /** Waits for the thread to end; false if it did not in time. */
    boolean join(long timeoutNs) {
        Thread running = thread;
        if (running == null || running == Thread.currentThread()) {
            return true;
        }
        boolean interrupted = false;
        long startNs = System.nanoTime();
        while (running.isAlive()) {
            long leftNs = timeoutNs - (System.nanoTime() - startNs);
            if (leftNs <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedJoin(running, leftNs);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !running.isAlive();
    }

    void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void finish() {
        synchronized (this) {
            ended = true;
        }
        for (Slot slot : slots) {
            finish(slot);
        }
    }

    private void finish(Slot slot) {
        if (!slot.closed.compareAndSet(false, true)) {
            return;
        }
        try {
            slot.agent.onClose();
        } catch (Throwable failure) {
            report(slot.agent, failure);
        }
        slot.gone.countDown();
    }

    /** True on the thread that runs the cycles. */
    boolean isCurrentThread() {
        return thread == Thread.currentThread();
    }

    private void report(Agent agent, Throwable failure) {
        try {
            failures.onFailure(agent, failure);
        } catch (RuntimeException | Error ignored) {
            // The handler of failures failed; there is nobody left to tell, and the other agents must go on.
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** An agent and what the runner knows of it. */
    private static final class Slot {
        private final Agent agent;
        private int failures;
        private long retryNs;
        /** Down when {@link Agent#onClose} has returned. */
        private final CountDownLatch gone = new CountDownLatch(1);

        /** Whoever stops a runner whose thread is about to start may meet that thread here. */
        private final AtomicBoolean closed = new AtomicBoolean();

        private volatile boolean leaving;

        private Slot(Agent agent) {
            this.agent = agent;
        }
    }
}
