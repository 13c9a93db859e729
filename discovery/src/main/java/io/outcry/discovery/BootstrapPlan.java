package io.outcry.discovery;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The machine of a bootstrap list: which address to dial when.
 *
 * <pre>
 *   due ─► dial ─► connected ── disconnected ─► due in about a second
 *    ▲       └──► failed: due in 1 s, 2 s, 4 s … 60 s, give or take; the first failure of a row is told
 *    └───────────────┘
 * </pre>
 *
 * <p><b>Threading</b>: one thread at a time. Time and chance are arguments.
 */
final class BootstrapPlan {

    /** Addresses of one list; more than a handful is a mistake. */
    static final int ADDRESSES_MAX = 256;

    private static final long RETRY_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_MAX_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int DOUBLINGS_MAX = 16;

    /** A dial whose outcome was never told counts as failed; the host's own bounds are far tighter. */
    private static final long OUTCOME_MAX_NS = TimeUnit.MINUTES.toNanos(3);

    /** What the plan wants done and known. */
    interface Sink {

        /** Dial this address and tell {@link #onConnected} or {@link #onFailed}. */
        void dial(int index, Multiaddr address);

        /** The first failure of a row. */
        void unreachable(Multiaddr address, String why);

        /** A connection after such a row. */
        void reachableAgain(Multiaddr address);
    }

    private enum State {
        DUE,
        DIALLING,
        CONNECTED
    }

    private static final class Entry {
        private final Multiaddr address;
        private @Nullable PeerId peer;
        private State state = State.DUE;
        private long dueNs;
        private int failures;

        private Entry(Multiaddr address, long dueNs) {
            this.address = address;
            this.peer = address.peerId().orElse(null);
            this.dueNs = dueNs;
        }

        private boolean isOf(PeerId other) {
            return peer != null && peer.equals(other);
        }
    }

    private final RandomGenerator random;
    private final Sink sink;
    private final List<Entry> entries = new ArrayList<>();

    BootstrapPlan(List<Multiaddr> addresses, RandomGenerator random, Sink sink, long nowNs) {
        if (addresses.size() > ADDRESSES_MAX) {
            throw new IllegalArgumentException(
                    "a bootstrap list has at most " + ADDRESSES_MAX + " addresses, not " + addresses.size());
        }
        this.random = random;
        this.sink = sink;
        addresses.stream().distinct().forEach(address -> entries.add(new Entry(address, nowNs)));
    }

    /** Dials what is due; returns how many. */
    int onTick(long nowNs) {
        int dials = 0;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.state == State.DUE && entry.dueNs - nowNs <= 0) {
                entry.state = State.DIALLING;
                entry.dueNs = nowNs + OUTCOME_MAX_NS;
                dials++;
                sink.dial(i, entry.address);
            } else if (entry.state == State.DIALLING && entry.dueNs - nowNs <= 0) {
                onFailed(i, "the dial had no outcome", nowNs);
            }
        }
        return dials;
    }

    void onConnected(int index, PeerId peer) {
        Entry entry = entries.get(index);
        entry.peer = peer;
        settle(entry);
    }

    /** Somebody connected, by whatever way; if it is one of ours there is no need to dial it. */
    void onPeerConnected(PeerId peer) {
        for (Entry entry : entries) {
            if (entry.state == State.DUE && entry.isOf(peer)) {
                settle(entry);
            }
        }
    }

    private void settle(Entry entry) {
        boolean wasAway = entry.failures > 0;
        entry.state = State.CONNECTED;
        entry.failures = 0;
        if (wasAway) {
            sink.reachableAgain(entry.address);
        }
    }

    void onFailed(int index, String why, long nowNs) {
        Entry entry = entries.get(index);
        if (entry.state != State.DIALLING) {
            return;
        }
        long pauseNs = Math.min(RETRY_MAX_NS, RETRY_MIN_NS << Math.min(entry.failures, DOUBLINGS_MAX));
        entry.failures++;
        pause(entry, pauseNs, nowNs);
        if (entry.failures == 1) {
            sink.unreachable(entry.address, why);
        }
    }

    /** The last connection with this peer ended. */
    void onPeerDisconnected(PeerId peer, long nowNs) {
        for (Entry entry : entries) {
            if (entry.state == State.CONNECTED && entry.isOf(peer)) {
                pause(entry, RETRY_MIN_NS, nowNs);
            }
        }
    }

    private void pause(Entry entry, long pauseNs, long nowNs) {
        entry.state = State.DUE;
        entry.dueNs = nowNs + pauseNs / 2 + random.nextLong(pauseNs / 2 + 1);
    }

    /** When the next address is due; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs() {
        long nextNs = Long.MAX_VALUE;
        for (Entry entry : entries) {
            if (entry.state != State.CONNECTED && (nextNs == Long.MAX_VALUE || entry.dueNs - nextNs < 0)) {
                nextNs = entry.dueNs;
            }
        }
        return nextNs;
    }

    /** Addresses whose peer is connected. */
    int connected() {
        return (int) entries.stream().filter(e -> e.state == State.CONNECTED).count();
    }

    /** The peers of this list that are known by name. */
    List<PeerAddresses> known() {
        List<PeerAddresses> known = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.peer != null) {
                known.add(new PeerAddresses(entry.peer, List.of(entry.address.withoutPeer())));
            }
        }
        return known;
    }
}
