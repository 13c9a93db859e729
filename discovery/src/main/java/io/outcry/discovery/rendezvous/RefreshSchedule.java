package io.outcry.discovery.rendezvous;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The machine that keeps registrations alive: when to register which namespace again.
 *
 * <p>After a success it waits for about three quarters of the granted time; after a failure it tries again, first after
 * about a second, then ever later. Chance spreads both, so that peers that lost their point do not return as one.
 *
 * <p><b>Threading</b>: one thread at a time. Time and chance are arguments.
 */
public final class RefreshSchedule {

    /** Namespaces one node is registered in; more than a point grants a peer is of no use. */
    public static final int NAMESPACES_MAX = 64;

    private static final long RETRY_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_MAX_NS = TimeUnit.MINUTES.toNanos(5);
    private static final int DOUBLINGS_MAX = 16;

    /** A request whose outcome was never told counts as failed. */
    private static final long OUTCOME_MAX_NS = TimeUnit.MINUTES.toNanos(1);

    private final RandomGenerator random;
    private final Map<String, Entry> entries = new TreeMap<>();

    /** One namespace. */
    private static final class Entry {
        private final long ttlS;
        private long dueNs;
        private boolean asked;
        private boolean changed;
        private int failures;

        private Entry(long ttlS, long dueNs) {
            this.ttlS = ttlS;
            this.dueNs = dueNs;
        }
    }

    public RefreshSchedule(RandomGenerator random) {
        this.random = random;
    }

    /** Registers here from now on, with this TTL each time; false if there are too many namespaces. */
    public boolean onAdvertise(String namespace, Duration ttl, long nowNs) {
        if (!entries.containsKey(namespace) && entries.size() >= NAMESPACES_MAX) {
            return false;
        }
        entries.put(namespace, new Entry(ttl.toSeconds(), nowNs));
        return true;
    }

    /** No more; true if it was advertised. */
    public boolean onWithdraw(String namespace) {
        return entries.remove(namespace) != null;
    }

    /** Everything again at once: our addresses changed. */
    public void onChanged(long nowNs) {
        entries.values().forEach(entry -> {
            entry.changed = entry.asked;
            entry.dueNs = entry.asked ? entry.dueNs : nowNs;
        });
    }

    /** The namespaces to register now, in order of their names; each counts as asked until its outcome is told. */
    public List<String> due(long nowNs) {
        List<String> due = new ArrayList<>();
        entries.forEach((namespace, entry) -> {
            if (entry.dueNs - nowNs > 0) {
                return;
            }
            if (entry.asked) {
                onFailed(namespace, nowNs);
            } else {
                entry.asked = true;
                entry.dueNs = nowNs + OUTCOME_MAX_NS;
                due.add(namespace);
            }
        });
        return due;
    }

    /** True from {@link #onAdvertise} to {@link #onWithdraw}. */
    public boolean isAdvertised(String namespace) {
        return entries.containsKey(namespace);
    }

    /** The TTL to ask for, seconds; 0 if it is not advertised (any more). */
    public long ttlS(String namespace) {
        Entry entry = entries.get(namespace);
        return entry == null ? 0 : entry.ttlS;
    }

    public void onRegistered(String namespace, long grantedS, long nowNs) {
        Entry entry = entries.get(namespace);
        if (entry != null) {
            entry.asked = false;
            entry.failures = 0;
            // Between 70 and 80 % of what was granted; the strangest grant is taken as a second.
            long lifeNs = TimeUnit.SECONDS.toNanos(Math.max(1, Math.min(grantedS, RendezvousLimits.TTL_MAX_S)));
            long pauseNs = lifeNs / 10 * 7 + random.nextLong(lifeNs / 10 + 1);
            entry.dueNs = entry.changed ? nowNs : nowNs + pauseNs; // what was granted may be the old addresses
            entry.changed = false;
        }
    }

    public void onFailed(String namespace, long nowNs) {
        Entry entry = entries.get(namespace);
        if (entry != null) {
            entry.asked = false;
            long pauseNs = Math.min(RETRY_MAX_NS, RETRY_MIN_NS << Math.min(entry.failures, DOUBLINGS_MAX));
            entry.failures++;
            entry.dueNs = nowNs + pauseNs / 2 + random.nextLong(pauseNs / 2 + 1);
        }
    }

    /** When {@link #due} has something to say; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        long nextNs = Long.MAX_VALUE;
        for (Entry entry : entries.values()) {
            if (nextNs == Long.MAX_VALUE || entry.dueNs - nextNs < 0) {
                nextNs = entry.dueNs;
            }
        }
        return nextNs;
    }

    /** What is advertised, in order. */
    public List<String> namespaces() {
        return List.copyOf(entries.keySet());
    }
}
