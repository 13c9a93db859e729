package io.outcry.discovery;

import io.outcry.core.agent.Agent;
import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.transport.Host;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one finder: it runs what others hand in, and looks at the clock for the machine it owns. It joins the
 * host's agents if the host has some, else it has a thread of its own.
 *
 * <p><b>Threading</b>: {@link #execute} and {@link #close} from any thread.
 */
final class DiscoveryAgent implements Agent, AutoCloseable {

    /** What a finder does on this thread. */
    interface Duty {

        /** Does what is due; returns how much. */
        int onTick(long nowNs);

        long nextDeadlineNs();

        /** The last call; what is asked now is refused. */
        default void onClose() {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryAgent.class);

    /** Tasks waiting at once; each is a user's call, an answer or a connection event. */
    static final int MAILBOX_CAPACITY = 4_096;

    private static final int TASKS_PER_TURN = 64;

    private final String role;
    private final Duty duty;
    private final Mailbox<Runnable> mailbox;
    private final Optional<AgentGroup> shared;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AgentGroup group;
    private volatile long nowNs;
    private volatile boolean ended;

    /** An agent that runs nothing before {@link #begin}: its owner is not whole yet. */
    DiscoveryAgent(String role, Host host, Duty duty) {
        this.role = role;
        this.duty = duty;
        this.mailbox = new Mailbox<>(role, MAILBOX_CAPACITY);
        this.nowNs = host.options().clock().nowNs();
        this.shared = host.options().agents();
        this.group = shared.orElseGet(() -> AgentGroup.start(
                ThreadingMode.SHARED,
                role,
                host.options().clock(),
                (agent, failure) -> LOG.error("{} failed and goes on after a pause", agent.role(), failure)));
    }

    /** From now on it runs; the last act of starting its owner, of which nothing may be missing to this thread. */
    void begin() {
        group.add(this);
    }

    /**
     * Runs {@code task} on this thread, soon; false if the mailbox is full or the agent closed. What was taken runs, if need
     * be as the last thing this agent does, or on the caller's thread when it came just too late for that.
     */
    boolean execute(Runnable task) {
        if (closed.get() || !mailbox.offer(task)) {
            return false;
        }
        if (ended) {
            drainRest();
        }
        return true;
    }

    private void drainRest() {
        synchronized (mailbox) {
            while (mailbox.drain(Runnable::run, TASKS_PER_TURN) > 0) {
                // until nobody waits any more
            }
        }
    }

    /** The clock as of this cycle. */
    long nowNs() {
        return nowNs;
    }

    @Override
    public String role() {
        return role;
    }

    @Override
    public void onStart(Runnable wakeUp) {
        mailbox.wakes(wakeUp);
    }

    @Override
    public int doWork(long cycleNs) {
        nowNs = cycleNs;
        return mailbox.drain(Runnable::run, TASKS_PER_TURN) + duty.onTick(cycleNs);
    }

    @Override
    public long nextDeadlineNs() {
        return duty.nextDeadlineNs();
    }

    @Override
    public void onClose() {
        drainRest();
        duty.onClose();
        ended = true;
        drainRest();
    }

    /** Leaves the group, or ends its own. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (shared.isPresent()) {
            group.remove(this);
        } else {
            group.close();
        }
    }

    @Override
    public String toString() {
        return role + List.of(mailbox.size(), mailbox.capacity());
    }
}
