package io.outcry.gossip.router;

import io.outcry.core.identity.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Until when the peers of one topic must not be grafted. Kept by peer id, so that reconnecting does not shorten it.
 *
 * <p><b>Spec</b>: gossipsub-v1.1, "Prune Backoff".
 */
final class Backoffs {

    /** When a backoff ends, and when the peer was last pruned. */
    private static final class Entry {
        long untilNs;
        long prunedNs;
    }

    private final int max;
    /** In the order of the last change, so that the eldest is at hand. */
    private final Map<PeerId, Entry> entries = new LinkedHashMap<>();

    Backoffs(int max) {
        this.max = max;
    }

    /** Starts a backoff or makes it longer; never shorter. */
    void add(PeerId peer, long untilNs, long nowNs) {
        Entry entry = entries.remove(peer);
        if (entry == null) {
            if (entries.size() >= max) {
                Iterator<PeerId> eldest = entries.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
            entry = new Entry();
            entry.untilNs = untilNs;
        }
        if (untilNs - entry.untilNs > 0) {
            entry.untilNs = untilNs;
        }
        entry.prunedNs = nowNs;
        entries.put(peer, entry);
    }

    /** How long the backoff of a peer still lasts; 0 or less if it has none. */
    long leftNs(PeerId peer, long nowNs) {
        Entry entry = entries.get(peer);
        return entry == null ? 0 : entry.untilNs - nowNs;
    }

    /** True if the backoff of a peer, with {@code slackNs} more, is not over. */
    boolean isActive(PeerId peer, long slackNs, long nowNs) {
        Entry entry = entries.get(peer);
        return entry != null && entry.untilNs + slackNs - nowNs > 0;
    }

    /** True if the peer was pruned less than {@code withinNs} ago. */
    boolean prunedWithin(PeerId peer, long withinNs, long nowNs) {
        Entry entry = entries.get(peer);
        return entry != null && nowNs - entry.prunedNs < withinNs;
    }

    /** Forgets what ended more than {@code slackNs} ago. */
    void sweep(long slackNs, long nowNs) {
        entries.values().removeIf(entry -> entry.untilNs + slackNs - nowNs <= 0);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }
}
