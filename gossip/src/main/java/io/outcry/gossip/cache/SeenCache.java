package io.outcry.gossip.cache;

import io.outcry.gossip.message.MessageId;
import java.util.Arrays;

/**
 * Which ids were seen within the time to live, counted from the first sight. A ring of buckets, each an open-addressing
 * set of salted 128-bit keys: an id costs 16 bytes over the load factor, and a bucket of ids is forgotten in one step.
 * An id is remembered for at least the time to live and at most a third longer.
 *
 * <p>When the buckets are full before their time, the oldest ids are forgotten early and counted: an old duplicate can
 * then pass once more, but memory stays bounded.
 *
 * <p><b>Threading</b>: confined.
 *
 * <p><b>Spec</b>: gossipsub-v1.0, "Message Cache" and parameter {@code seen_ttl} (120 s).
 */
public final class SeenCache {

    /** One bucket fills while this many minus one hold what is not yet old enough to forget. */
    private static final int BUCKETS = 4;

    private static final int CAPACITY_FIRST = 1024;

    private final Bucket[] ring = new Bucket[BUCKETS];
    private final long bucketNs;
    private final int bucketEntriesMax;
    private int current;
    private long currentSinceNs;
    private boolean started;
    private long forgottenEarly;

    /**
     * A cache.
     *
     * @param ttlNs how long an id is remembered at least, nanoseconds
     * @param entriesMax ids held at most
     */
    public SeenCache(long ttlNs, int entriesMax) {
        if (ttlNs < BUCKETS || entriesMax < BUCKETS) {
            throw new IllegalArgumentException(
                    "ttlNs is " + ttlNs + " and entriesMax " + entriesMax + "; both must be at least " + BUCKETS);
        }
        bucketNs = (ttlNs + BUCKETS - 2) / (BUCKETS - 1);
        bucketEntriesMax = entriesMax / BUCKETS;
        for (int i = 0; i < BUCKETS; i++) {
            ring[i] = new Bucket();
        }
    }

    /** Remembers an id; true if it was not known. */
    public boolean add(MessageId id, long nowNs) {
        return add(id.high(), id.low(), nowNs);
    }

    /** Remembers the id with this key; true if it was not known. */
    public boolean add(long high, long low, long nowNs) {
        if (contains(high, low, nowNs)) {
            return false;
        }
        if (ring[current].size >= bucketEntriesMax) {
            forgottenEarly += ring[(current + 1) % BUCKETS].size;
            turn(nowNs);
        }
        ring[current].add(high, low);
        return true;
    }

    /** True if the id with this key was added within the time to live. */
    public boolean contains(long high, long low, long nowNs) {
        expire(nowNs);
        for (int i = 0; i < BUCKETS; i++) {
            if (ring[i].contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    /** Ids held. */
    public int size() {
        int size = 0;
        for (Bucket bucket : ring) {
            size += bucket.size;
        }
        return size;
    }

    /** Ids forgotten before their time because the cache was full. */
    public long forgottenEarly() {
        return forgottenEarly;
    }

    private void expire(long nowNs) {
        if (!started) {
            started = true;
            currentSinceNs = nowNs;
        }
        for (int turns = 0; nowNs - currentSinceNs >= bucketNs; turns++) {
            if (turns == BUCKETS) {
                currentSinceNs = nowNs;
                return;
            }
            long since = currentSinceNs + bucketNs;
            turn(since);
        }
    }

    private void turn(long sinceNs) {
        current = (current + 1) % BUCKETS;
        ring[current].clear();
        currentSinceNs = sinceNs;
    }

    /** A set of 128-bit keys, linear probing; the key (0, 0) is the empty place and stands for itself as (0, 1). */
    private static final class Bucket {

        private long[] keys = new long[2 * CAPACITY_FIRST];
        private int mask = CAPACITY_FIRST - 1;
        private int size;

        boolean contains(long high, long low) {
            if (size == 0) {
                return false;
            }
            long key = nonZero(high, low);
            for (int at = (int) key & mask; ; at = at + 1 & mask) {
                long there = keys[2 * at];
                if (there == key && keys[2 * at + 1] == high) {
                    return true;
                } else if (there == 0) {
                    return false;
                }
            }
        }

        void add(long high, long low) {
            if (size > mask / 2) {
                grow();
            }
            place(nonZero(high, low), high);
            size++;
        }

        private void place(long key, long high) {
            int at = (int) key & mask;
            while (keys[2 * at] != 0) {
                at = at + 1 & mask;
            }
            keys[2 * at] = key;
            keys[2 * at + 1] = high;
        }

        private void grow() {
            long[] old = keys;
            keys = new long[old.length * 2];
            mask = keys.length / 2 - 1;
            for (int i = 0; i < old.length; i += 2) {
                if (old[i] != 0) {
                    place(old[i], old[i + 1]);
                }
            }
        }

        /** Empties the set; one that a burst made big shrinks to what it held last. */
        void clear() {
            if (size * 8L < mask && mask >= CAPACITY_FIRST) {
                keys = new long[keys.length / 2];
                mask = keys.length / 2 - 1;
            } else if (size > 0) {
                Arrays.fill(keys, 0);
            }
            size = 0;
        }

        private static long nonZero(long high, long low) {
            return low != 0 ? low : high | 1;
        }
    }
}
