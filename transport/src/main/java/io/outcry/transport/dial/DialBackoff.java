package io.outcry.transport.dial;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses failed lately: after the n-th failure in a row an address rests for 5 s + (n-1)² s, at most five minutes.
 * A success forgets the failures and is remembered, so that what worked is tried first.
 *
 * <p><b>Threading</b>: confined to the dialer's thread. <b>Spec</b>: the figures of go-libp2p's swarm.
 */
final class DialBackoff {

    static final long BASE_NS = TimeUnit.SECONDS.toNanos(5);
    static final long STEP_NS = TimeUnit.SECONDS.toNanos(1);
    static final long CAP_NS = TimeUnit.MINUTES.toNanos(5);
    /** Addresses remembered, the least recently touched forgotten first: a memory bound of about 1 MiB. */
    static final int ENTRIES_MAX = 4_096;

    private record Key(@Nullable PeerId peer, Multiaddr address) {}

    private static final class Entry {
        int failures;
        long untilNs;
    }

    private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Entry> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    void onFailure(@Nullable PeerId peer, Multiaddr address, long nowNs) {
        Entry entry = entries.computeIfAbsent(new Key(peer, address), key -> new Entry());
        long n = Math.min(entry.failures, 1_000);
        entry.untilNs = nowNs + Math.min(CAP_NS, BASE_NS + STEP_NS * n * n);
        entry.failures++;
    }

    void onSuccess(@Nullable PeerId peer, Multiaddr address) {
        entries.computeIfAbsent(new Key(peer, address), key -> new Entry()).failures = 0;
    }

    boolean resting(@Nullable PeerId peer, Multiaddr address, long nowNs) {
        return restNs(peer, address, nowNs) > 0;
    }

    /** How long the address still rests; 0 if it may be dialled. */
    long restNs(@Nullable PeerId peer, Multiaddr address, long nowNs) {
        Entry entry = entries.get(new Key(peer, address));
        return entry == null || entry.failures == 0 ? 0 : Math.max(0, entry.untilNs - nowNs);
    }

    /** True if the last thing heard of the address was a success. */
    boolean worked(@Nullable PeerId peer, Multiaddr address) {
        Entry entry = entries.get(new Key(peer, address));
        return entry != null && entry.failures == 0;
    }
}
