package io.outcry.gossip.router;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one router.
 *
 * <p><b>Threading</b>: one thread counts; any thread reads.
 */
public final class GossipCounters {

    private final AtomicLongArray values = new AtomicLongArray(GossipCounter.values().length);

    void add(GossipCounter counter, long amount) {
        values.lazySet(counter.ordinal(), values.getPlain(counter.ordinal()) + amount);
    }

    void increment(GossipCounter counter) {
        add(counter, 1);
    }

    public long get(GossipCounter counter) {
        return values.get(counter.ordinal());
    }
}
