package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps the number of connections between two water marks: above the high one, the connections worth least are closed until
 * the low one is reached.
 *
 * <p>Worth is the sum of a peer's tags. A protected peer is never closed, a connection in its grace period is spared; those
 * not identified yet go first, then lower worth, fewer streams, the younger. Between two trims there is a period of silence.
 *
 * <p><b>Threading</b>: every method may be called from any thread; one short lock. The host's thread trims.
 *
 * <p><b>Spec</b>: go-libp2p's connection manager.
 */
public final class ConnectionManager {

    /** Peers with tags or protection, connected or not; a bound on what applications can pile up. */
    public static final int PEERS_MAX = 50_000;
    /** Tags and protections of one peer. */
    public static final int TAGS_PER_PEER_MAX = 64;
    /** The least time until the next trim after one that found nobody to close. */
    private static final long SPARED_MS = 1_000;
    /** Half-lives after which a decaying tag counts as gone. */
    private static final int HALF_LIVES_MAX = 32;

    private record Tag(int value, long sinceNs, long halfLifeNs) {

        int valueAt(long nowNs) {
            if (halfLifeNs == 0) {
                return value;
            }
            double halves = (double) (nowNs - sinceNs) / halfLifeNs;
            return halves > HALF_LIVES_MAX ? 0 : (int) (value * Math.pow(0.5, halves));
        }
    }

    private static final class Marks {
        final Map<String, Tag> tags = new HashMap<>();
        final Set<String> protections = new TreeSet<>();
    }

    private static final class Tracked {
        final Connection connection;
        final long sinceNs;
        boolean identified;
        boolean leaving;

        Tracked(Connection connection, long sinceNs) {
            this.connection = connection;
            this.sinceNs = sinceNs;
        }
    }

    private record Candidate(Tracked tracked, int value, int streams) {}

    private static final Comparator<Candidate> LEAST_WORTH_FIRST = Comparator.comparing(
                    (Candidate candidate) -> candidate.tracked().identified)
            .thenComparingInt(Candidate::value)
            .thenComparingInt(Candidate::streams)
            .thenComparing(Comparator.comparingLong((Candidate candidate) -> candidate.tracked().sinceNs)
                    .reversed());

    private final LongSupplier nanoClock;
    private final Object lock = new Object();
    private final Map<PeerId, Marks> marks = new HashMap<>();
    private final Map<Connection, Tracked> connections = new LinkedHashMap<>();
    private WaterMarks waterMarks;
    private long quietUntilNs;
    private long trimmed;

    ConnectionManager(WaterMarks waterMarks, LongSupplier nanoClock) {
        this.waterMarks = waterMarks;
        this.nanoClock = nanoClock;
        this.quietUntilNs = nanoClock.getAsLong();
    }

    /** Never close this peer's connections to make room, until each protection is taken back. */
    public void protect(PeerId peer, String tag) {
        synchronized (lock) {
            Set<String> protections = marks(peer).protections;
            if (protections.size() >= TAGS_PER_PEER_MAX && !protections.contains(tag)) {
                throw new IllegalStateException(peer + " has " + TAGS_PER_PEER_MAX + " protections already");
            }
            protections.add(tag);
        }
    }

    /**
     * Takes one protection back.
     *
     * @return true if others remain
     */
    public boolean unprotect(PeerId peer, String tag) {
        synchronized (lock) {
            Marks known = marks.get(peer);
            if (known == null) {
                return false;
            }
            known.protections.remove(tag);
            boolean others = !known.protections.isEmpty();
            forgetIfEmpty(peer, known);
            return others;
        }
    }

    public boolean isProtected(PeerId peer) {
        synchronized (lock) {
            Marks known = marks.get(peer);
            return known != null && !known.protections.isEmpty();
        }
    }

    /** Sets how much the peer is worth for one reason; replaces the tag's value. */
    public void tag(PeerId peer, String tag, int value) {
        put(peer, tag, new Tag(value, 0, 0));
    }

    /** A tag whose value halves in each half-life. */
    public void tagDecaying(PeerId peer, String tag, int value, Duration halfLife) {
        if (halfLife.isZero() || halfLife.isNegative()) {
            throw new IllegalArgumentException("a half-life must be positive, but is " + halfLife);
        }
        put(peer, tag, new Tag(value, nanoClock.getAsLong(), halfLife.toNanos()));
    }

    public void untag(PeerId peer, String tag) {
        synchronized (lock) {
            Marks known = marks.get(peer);
            if (known != null) {
                known.tags.remove(tag);
                forgetIfEmpty(peer, known);
            }
        }
    }

    /** The sum of the peer's tags now. */
    public int value(PeerId peer) {
        synchronized (lock) {
            return value(peer, nanoClock.getAsLong());
        }
    }

    public WaterMarks waterMarks() {
        synchronized (lock) {
            return waterMarks;
        }
    }

    /** Sets other water marks; they hold from the next connection on. */
    public void waterMarks(WaterMarks waterMarks) {
        synchronized (lock) {
            this.waterMarks = waterMarks;
        }
    }

    /** Connections open now. */
    public int connections() {
        synchronized (lock) {
            return connections.size();
        }
    }

    /** Connections closed so far to make room. */
    public long trimmed() {
        synchronized (lock) {
            return trimmed;
        }
    }

    void onConnected(Connection connection, long nowNs) {
        synchronized (lock) {
            connections.put(connection, new Tracked(connection, nowNs));
        }
    }

    void onIdentified(Connection connection) {
        synchronized (lock) {
            Tracked tracked = connections.get(connection);
            if (tracked != null) {
                tracked.identified = true;
            }
        }
    }

    void onDisconnected(Connection connection) {
        synchronized (lock) {
            connections.remove(connection);
        }
    }

    /** Which connections to close now; they count as gone from here on. */
    List<Connection> trim(long nowNs) {
        synchronized (lock) {
            int staying = staying();
            if (staying <= waterMarks.high() || nowNs - quietUntilNs < 0) {
                return List.of();
            }
            long graceNs = TimeUnit.MILLISECONDS.toNanos(waterMarks.graceMs());
            List<Candidate> candidates = new ArrayList<>();
            for (Tracked tracked : connections.values()) {
                PeerId peer = tracked.connection.peer();
                if (!tracked.leaving && !isProtected(peer) && nowNs - tracked.sinceNs >= graceNs) {
                    candidates.add(new Candidate(tracked, value(peer, nowNs), tracked.connection.streamCount()));
                }
            }
            candidates.sort(LEAST_WORTH_FIRST);
            List<Connection> leaving = new ArrayList<>();
            for (Candidate candidate : candidates.subList(0, Math.min(candidates.size(), staying - waterMarks.low()))) {
                candidate.tracked().leaving = true;
                leaving.add(candidate.tracked().connection);
            }
            // If all are spared, nothing is gained by asking again at once.
            long silenceMs = leaving.isEmpty() ? Math.max(SPARED_MS, waterMarks.silenceMs()) : waterMarks.silenceMs();
            quietUntilNs = nowNs + TimeUnit.MILLISECONDS.toNanos(silenceMs);
            trimmed += leaving.size();
            return leaving;
        }
    }

    /** When to trim again; {@link Long#MAX_VALUE} while below the high water mark. */
    long nextDeadlineNs() {
        synchronized (lock) {
            return staying() > waterMarks.high() ? quietUntilNs : Long.MAX_VALUE;
        }
    }

    private int staying() {
        int staying = 0;
        for (Tracked tracked : connections.values()) {
            staying += tracked.leaving ? 0 : 1;
        }
        return staying;
    }

    private int value(PeerId peer, long nowNs) {
        Marks known = marks.get(peer);
        int sum = 0;
        if (known != null) {
            for (Tag tag : known.tags.values()) {
                sum += tag.valueAt(nowNs);
            }
        }
        return sum;
    }

    private void put(PeerId peer, String name, Tag tag) {
        synchronized (lock) {
            Map<String, Tag> tags = marks(peer).tags;
            if (tags.size() >= TAGS_PER_PEER_MAX && !tags.containsKey(name)) {
                throw new IllegalStateException(peer + " has " + TAGS_PER_PEER_MAX + " tags already");
            }
            tags.put(name, tag);
        }
    }

    private Marks marks(PeerId peer) {
        Marks known = marks.get(peer);
        if (known == null) {
            if (marks.size() >= PEERS_MAX) {
                throw new IllegalStateException(PEERS_MAX + " peers are tagged or protected already; untag some");
            }
            known = new Marks();
            marks.put(peer, known);
        }
        return known;
    }

    private void forgetIfEmpty(PeerId peer, Marks known) {
        if (known.tags.isEmpty() && known.protections.isEmpty()) {
            marks.remove(peer);
        }
    }
}
