package io.outcry.core.agent;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * The agents of a node and whoever runs them: a thread each, one thread for all, or the caller.
 *
 * <p><b>Threading</b>: {@link #wakeUp} and {@link #close} from any thread; {@link #invoke} by one thread at a time, and
 * only in mode {@link ThreadingMode#INVOKER}.
 *
 * <p><b>Errors</b>: an agent that throws is reported to the {@link FailureHandler} and called again after a pause that
 * grows from 1 ms to 1 s; the others do not notice.
 */
public final class AgentGroup implements AutoCloseable {

    /** Hears what agents throw; it may be called from any of the group's threads. */
    @FunctionalInterface
    public interface FailureHandler {
        void onFailure(Agent agent, Throwable failure);
    }

    /** How long {@link #close} waits for agents to end by themselves, and once more after interrupting them. */
    private static final long CLOSE_PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private final ThreadingMode mode;
    /** One for each agent (DEDICATED), else exactly one. */
    private final List<AgentRunner> runners;

    private final NanoClock clock;
    private final FailureHandler failures;
    private final AtomicBoolean closed = new AtomicBoolean();

    private AgentGroup(ThreadingMode mode, List<AgentRunner> runners, NanoClock clock, FailureHandler failures) {
        this.mode = mode;
        this.runners = new CopyOnWriteArrayList<>(runners);
        this.clock = clock;
        this.failures = failures;
    }

    /**
     * Starts a group without agents; they come by {@link #add}. So the parts of a node that are made one after the other
     * (host, gossip, markets) share its thread in mode {@link ThreadingMode#SHARED}.
     */
    public static AgentGroup start(ThreadingMode mode, String name, NanoClock clock, FailureHandler failures) {
        if (mode == ThreadingMode.DEDICATED) {
            return new AgentGroup(mode, List.of(), clock, failures);
        }
        AgentRunner runner = new AgentRunner(name, List.of(), clock, failures);
        if (mode == ThreadingMode.SHARED) {
            runner.startThread();
        }
        return new AgentGroup(mode, List.of(runner), clock, failures);
    }

    /** Lets one more agent run: on its own thread or with the others, as the mode says. Any thread. */
    public void add(Agent agent) {
        if (closed.get()) {
            throw new IllegalStateException("the agents are closed; " + agent.role() + " cannot join them");
        }
        if (mode == ThreadingMode.DEDICATED) {
            AgentRunner runner = new AgentRunner(agent.role(), List.of(agent), clock, failures);
            runners.add(runner);
            runner.startThread();
            if (closed.get()) {
                runner.stop(); // whoever closed the group may not have seen this one
            }
        } else {
            runners.get(0).add(agent);
        }
    }

    /**
     * Ends one agent and waits until it closed, at most five seconds; an unknown one is ignored. In mode INVOKER, and on
     * the agent's own thread, it does not wait: the agent closes in the next cycle.
     */
    public void remove(Agent agent) {
        for (AgentRunner runner : runners) {
            CountDownLatch left = runner.remove(agent);
            if (left == null) {
                continue;
            }
            if (mode != ThreadingMode.INVOKER && !runner.isCurrentThread()) {
                await(left);
            }
            if (mode == ThreadingMode.DEDICATED) {
                runners.remove(runner);
                runner.stop();
            }
            return;
        }
    }

    private static void await(CountDownLatch left) {
        try {
            boolean inTime = left.await(CLOSE_PATIENCE_NS, TimeUnit.NANOSECONDS);
            assert inTime : "an agent did not close within " + CLOSE_PATIENCE_NS + " ns";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts {@code agents}, in this order. */
    public static AgentGroup start(
            ThreadingMode mode, List<? extends Agent> agents, NanoClock clock, FailureHandler failures) {
        if (agents.isEmpty()) {
            throw new IllegalArgumentException("a group needs at least one agent");
        }
        List<Agent> all = List.copyOf(agents);
        List<AgentRunner> runners;
        if (mode == ThreadingMode.DEDICATED) {
            runners = all.stream()
                    .map(agent -> new AgentRunner(agent.role(), List.of(agent), clock, failures))
                    .toList();
        } else {
            String name = all.stream().map(Agent::role).collect(Collectors.joining("+"));
            runners = List.of(new AgentRunner(name, all, clock, failures));
        }
        if (mode != ThreadingMode.INVOKER) {
            runners.forEach(AgentRunner::startThread);
        }
        return new AgentGroup(mode, runners, clock, failures);
    }

    public ThreadingMode mode() {
        return mode;
    }

    /** Ends the sleep of every thread of this group. */
    public void wakeUp() {
        runners.forEach(AgentRunner::wakeUp);
    }

    /** One duty cycle of every agent on the caller's thread; returns the work done, 0 after {@link #close}. */
    public int invoke() {
        requireInvoker();
        return closed.get() ? 0 : runners.get(0).cycle();
    }

    /** When {@link #invoke} is next due if nothing arrives, monotonic nanoseconds; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        requireInvoker();
        return runners.get(0).nextDeadlineNs();
    }

    private void requireInvoker() {
        if (mode != ThreadingMode.INVOKER) {
            throw new IllegalStateException("this group runs " + mode + "; only INVOKER is driven by its caller");
        }
    }

    /**
     * Ends all agents and waits for their threads, at most ten seconds; after five it interrupts them. Called on an
     * agent's own thread, it does not wait for that one. Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        runners.forEach(AgentRunner::stop);
        long startNs = System.nanoTime();
        for (AgentRunner runner : runners) {
            if (!runner.join(CLOSE_PATIENCE_NS - (System.nanoTime() - startNs))) {
                runner.interrupt();
            }
        }
        for (AgentRunner runner : runners) {
            runner.join(2 * CLOSE_PATIENCE_NS - (System.nanoTime() - startNs));
        }
    }
}
