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

    private static final class Attempt {
        int failures;
        long untilNs;
    }

    private final Map<Key, Attempt> entries = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Attempt> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    void onFailure(@Nullable PeerId peer, Multiaddr address, long nowNs) {
        Attempt attempt = entries.computeIfAbsent(new Key(peer, address), key -> new Attempt());
        long n = Math.min(attempt.failures, 1_000);
        attempt.untilNs = nowNs + Math.min(CAP_NS, BASE_NS + STEP_NS * n * n);
        attempt.failures++;
    }

    void onSuccess(@Nullable PeerId peer, Multiaddr address) {
        entries.computeIfAbsent(new Key(peer, address), key -> new Attempt()).failures = 0;
    }

    boolean resting(@Nullable PeerId peer, Multiaddr address, long nowNs) {
        return restNs(peer, address, nowNs) > 0;
    }

    /** How long the address still rests; 0 if it may be dialled. */
    long restNs(@Nullable PeerId peer, Multiaddr address, long nowNs) {
        Attempt attempt = entries.get(new Key(peer, address));
        return attempt == null || attempt.failures == 0 ? 0 : Math.max(0, attempt.untilNs - nowNs);
    }

    /** True if the last thing heard of the address was a success. */
    boolean worked(@Nullable PeerId peer, Multiaddr address) {
        Attempt attempt = entries.get(new Key(peer, address));
        return attempt != null && attempt.failures == 0;
    }
}
