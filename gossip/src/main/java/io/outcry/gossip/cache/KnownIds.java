package io.outcry.gossip.cache;

import io.outcry.gossip.message.MessageId;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A lossy table of validated ids that spares the connections copying and verifying what is known. It may forget, and then
 * work is done twice; it does not invent, but for a collision of salted 64-bit keys.
 *
 * <p><b>Threading</b>: one thread adds; any thread asks, without locks. An entry is two words written one after the other:
 * who reads between them sees an id with the age of its predecessor, which errs to one side or the other by one entry's
 * age and costs at most one more validation or one spared copy.
 */
public final class KnownIds {

    private final AtomicLongArray table;
    private final int mask;
    private final long ttlNs;

    /**
     * A table.
     *
     * @param entries how many ids fit, rounded up to a power of two; 16 bytes each
     * @param ttlNs after which an id counts as unknown: no longer than the router remembers it
     */
    public KnownIds(int entries, long ttlNs) {
        if (entries < 1 || entries > 1 << 26) {
            throw new IllegalArgumentException("entries is " + entries + "; it must be between 1 and " + (1 << 26));
        }
        int size = Integer.highestOneBit(Math.max(1, entries - 1)) << 1;
        table = new AtomicLongArray(2 * size);
        mask = size - 1;
        this.ttlNs = ttlNs;
    }

    /** Says that the message with this id was found valid in form. */
    public void add(MessageId id, long nowNs) {
        int at = 2 * ((int) id.low() & mask);
        table.setRelease(at + 1, nowNs);
        table.setRelease(at, id.high());
    }

    /** True if the id was added lately. */
    public boolean contains(long high, long low, long nowNs) {
        int at = 2 * ((int) low & mask);
        return table.getAcquire(at) == high && high != 0 && nowNs - table.getAcquire(at + 1) < ttlNs;
    }
}
