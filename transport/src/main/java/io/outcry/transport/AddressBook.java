package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known about peers: addresses and how long to believe them, protocols, agent, and the record they signed.
 *
 * <pre>
 *   add(peer, addresses, ttl) ──► entry ──► addresses(peer), what has not expired
 *   addCertified(record) ───────►   │       replaces what an older record certified
 *   collect(), once a minute ───────┴─────► expired addresses, then peers nothing is known of, are forgotten
 * </pre>
 *
 * <p>Addresses are kept without their {@code /p2p} part. Everything here may come from strangers, so everything is capped:
 * what is above a cap is refused and counted ({@link #refused}), except that an address which lives longer replaces one
 * that lives shorter.
 *
 * <p><b>Threading</b>: every method may be called from any thread; one short lock.
 *
 * <p><b>Spec</b>: TTLs and caps of go-libp2p's peerstore.
 */
public final class AddressBook {

    /** Of an address a peer or a finder told. */
    public static final Duration ADDRESS_TTL = Duration.ofHours(1);
    /** Of an address heard in passing. */
    public static final Duration TEMPORARY_TTL = Duration.ofMinutes(2);
    /** Of the addresses of a peer that was connected a moment ago. */
    public static final Duration RECENTLY_CONNECTED_TTL = Duration.ofMinutes(15);
    /** While connected; turned into {@link #RECENTLY_CONNECTED_TTL} with the last connection, at once if there is none. */
    public static final Duration CONNECTED_TTL = Duration.ofDays(36_500);
    /** Configured by the user. */
    public static final Duration PERMANENT_TTL = Duration.ofDays(36_501);

    /** Addresses of one peer. */
    public static final int ADDRESSES_PER_PEER_MAX = 64;
    /** Addresses kept of a peer after its last connection. */
    public static final int ADDRESSES_AFTER_DISCONNECT_MAX = 20;
    /** Addresses of all peers that are not connected: some 20 MiB. */
    public static final int ADDRESSES_MAX = 100_000;
    /** Peers known at once. */
    public static final int PEERS_MAX = 50_000;
    /** Signed records kept (CVE-2023-40583: records of made-up peers filled the memory). */
    public static final int RECORDS_MAX = 10_000;
    /** Protocols of one peer. */
    public static final int PROTOCOLS_PER_PEER_MAX = 128;
    /** Characters of a protocol name worth keeping; multistream has no longer ones. */
    public static final int PROTOCOL_NAME_MAX = 1_024;
    /** Characters of one peer's protocol names, all together: room for the names of a hundred protocols. */
    public static final int PROTOCOLS_LENGTH_MAX = 8 << 10;
    /** Characters of the protocol names of peers that are not connected, all together. */
    public static final int PROTOCOLS_LENGTH_TOTAL_MAX = 16 << 20;

    private static final class Known {
        final Multiaddr address;
        long ttlNs;
        long expiresNs;
        boolean certified;

        Known(Multiaddr address, long ttlNs, long expiresNs, boolean certified) {
            this.address = address;
            this.ttlNs = ttlNs;
            this.expiresNs = expiresNs;
            this.certified = certified;
        }
    }

    private static final class Entry {
        final Map<Multiaddr, Known> addresses = new LinkedHashMap<>();
        List<String> protocols = List.of();

        @Nullable
        String agent;

        byte @Nullable [] envelope;
        long seq;
        int connections;
        long touchedNs;
    }

    private final LongSupplier nanoClock;
    private final long startNs;
    private final Object lock = new Object();
    private final Map<PeerId, Entry> entries = new LinkedHashMap<>();
    private int addressCount;
    private int recordCount;
    private long protocolsLength;
    private long refused;

    /** @param nanoClock monotonic nanoseconds */
    public AddressBook(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.startNs = nanoClock.getAsLong();
    }

    /** Nanoseconds since this book was opened, so that expiry sums cannot wrap. */
    private long now() {
        return nanoClock.getAsLong() - startNs;
    }

    /**
     * Adds addresses; of one already known the longer expiry and the longer TTL stay.
     *
     * @param ttl nothing is added unless it is positive
     */
    public void add(PeerId peer, Collection<Multiaddr> addresses, Duration ttl) {
        if (ttl.isZero() || ttl.isNegative()) {
            return;
        }
        synchronized (lock) {
            put(peer, addresses, nanos(ttl), false, true);
        }
    }

    /** {@link #add} of one address. */
    public void add(PeerId peer, Multiaddr address, Duration ttl) {
        add(peer, List.of(address), ttl);
    }

    /** Sets the TTL of addresses, shorter or longer; a TTL that is not positive forgets them. */
    public void set(PeerId peer, Collection<Multiaddr> addresses, Duration ttl) {
        synchronized (lock) {
            if (!ttl.isZero() && !ttl.isNegative()) {
                put(peer, addresses, nanos(ttl), false, false);
                return;
            }
            Entry entry = entries.get(peer);
            if (entry != null) {
                addresses.forEach(address -> remove(entry, address.withoutPeer()));
                forgetIfEmpty(peer, entry);
            }
        }
    }

    /** Gives every address of the peer whose TTL is {@code from} the TTL {@code to}, counted from now. */
    public void update(PeerId peer, Duration from, Duration to) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            if (entry != null) {
                retime(peer, entry, nanos(from), to);
            }
        }
    }

    /**
     * Takes the addresses of a signed record, unless a newer one is known; those certified by an older record and not by
     * this one are forgotten. The caller has verified the envelope.
     *
     * @param envelope the signed bytes, copied
     * @return false if the record is neither newer than the known one nor that one, or there is no room
     */
    public boolean addCertified(PeerRecord record, byte[] envelope, Duration ttl) {
        synchronized (lock) {
            Entry entry = entry(record.peer());
            if (entry == null) {
                return false;
            }
            if (entry.envelope != null && Long.compareUnsigned(record.seq(), entry.seq) <= 0) {
                boolean again = record.seq() == entry.seq && Arrays.equals(envelope, entry.envelope);
                if (again) {
                    // It came back with what it said before: its addresses live longer now.
                    put(record.peer(), record.addresses(), nanos(ttl), true, true);
                }
                return again;
            }
            if (entry.envelope == null && recordCount >= RECORDS_MAX) {
                refused++;
                forgetIfEmpty(record.peer(), entry);
                return false;
            }
            recordCount += entry.envelope == null ? 1 : 0;
            entry.envelope = envelope.clone();
            entry.seq = record.seq();
            Set<Multiaddr> certified = new LinkedHashSet<>();
            record.addresses().forEach(address -> certified.add(address.withoutPeer()));
            for (Known known : List.copyOf(entry.addresses.values())) {
                if (known.certified && !certified.contains(known.address)) {
                    remove(entry, known.address);
                }
            }
            put(record.peer(), certified, nanos(ttl), true, true);
            return true;
        }
    }

    /** The newest signed record's envelope, as received; a copy. */
    public Optional<byte[]> certifiedRecord(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            return entry == null || entry.envelope == null ? Optional.empty() : Optional.of(entry.envelope.clone());
        }
    }

    /** The addresses that have not expired, in the order they were learnt; each once. */
    public List<Multiaddr> addresses(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            if (entry == null) {
                return List.of();
            }
            long nowNs = now();
            List<Multiaddr> live = new ArrayList<>(entry.addresses.size());
            for (Known known : entry.addresses.values()) {
                if (known.expiresNs > nowNs) {
                    live.add(known.address);
                }
            }
            return live;
        }
    }

    /** Forgets the peer's addresses and its record. */
    public void clear(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            if (entry == null) {
                return;
            }
            addressCount -= entry.addresses.size();
            entry.addresses.clear();
            dropRecord(entry);
            forgetIfEmpty(peer, entry);
        }
    }

    /** Everybody of whom something is known. */
    public List<PeerId> peers() {
        synchronized (lock) {
            return List.copyOf(entries.keySet());
        }
    }

    /** The protocols the peer told by identify; empty before. */
    public List<String> protocols(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            return entry == null ? List.of() : entry.protocols;
        }
    }

    /** The first of {@code wanted} that the peer is known to speak. */
    public Optional<String> firstSupported(PeerId peer, List<String> wanted) {
        List<String> known = protocols(peer);
        return wanted.stream().filter(known::contains).findFirst();
    }

    /**
     * Replaces what the peer speaks; over {@link #PROTOCOLS_PER_PEER_MAX} or {@link #PROTOCOLS_LENGTH_MAX} the rest is left
     * out and counted.
     */
    public void protocols(PeerId peer, Collection<String> protocols) {
        synchronized (lock) {
            Entry entry = entry(peer);
            if (entry == null) {
                return;
            }
            Set<String> kept = new LinkedHashSet<>();
            int length = 0;
            for (String protocol : protocols) {
                boolean fits = kept.size() < PROTOCOLS_PER_PEER_MAX
                        && protocol.length() <= Math.min(PROTOCOL_NAME_MAX, PROTOCOLS_LENGTH_MAX - length);
                if (!fits) {
                    refused++;
                } else if (kept.add(protocol)) {
                    length += protocol.length();
                }
            }
            setProtocols(entry, List.copyOf(kept));
            forgetProtocolsIfTooMany(peer, entry);
        }
    }

    private void setProtocols(Entry entry, List<String> protocols) {
        protocolsLength += length(protocols) - length(entry.protocols);
        entry.protocols = protocols;
    }

    private static int length(List<String> texts) {
        int length = 0;
        for (String text : texts) {
            length += text.length();
        }
        return length;
    }

    /** Names are worth having of peers at hand; of those that left, only while there is room. */
    private void forgetProtocolsIfTooMany(PeerId peer, Entry entry) {
        if (entry.connections == 0 && protocolsLength > PROTOCOLS_LENGTH_TOTAL_MAX) {
            refused++;
            setProtocols(entry, List.of());
            forgetIfEmpty(peer, entry);
        }
    }

    /** The software the peer told by identify, sanitised. */
    public Optional<String> agent(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            return entry == null ? Optional.empty() : Optional.ofNullable(entry.agent);
        }
    }

    void agent(PeerId peer, String agent) {
        synchronized (lock) {
            Entry entry = entry(peer);
            if (entry != null) {
                entry.agent = agent;
            }
        }
    }

    void onConnected(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.computeIfAbsent(peer, key -> new Entry());
            entry.connections++;
            entry.touchedNs = now();
        }
    }

    void onDisconnected(PeerId peer) {
        synchronized (lock) {
            Entry entry = entries.get(peer);
            if (entry == null) {
                return;
            }
            entry.connections = Math.max(0, entry.connections - 1);
            entry.touchedNs = now();
            if (entry.connections > 0) {
                return;
            }
            retime(peer, entry, nanos(CONNECTED_TTL), RECENTLY_CONNECTED_TTL);
            while (entry.addresses.size() > ADDRESSES_AFTER_DISCONNECT_MAX && evictShortest(entry, Long.MAX_VALUE)) {
                // one less each turn
            }
            forgetProtocolsIfTooMany(peer, entry);
        }
    }

    /**
     * Forgets what expired, and peers of whom nothing but a name is left a quarter of an hour after their last connection.
     *
     * @return how many addresses were forgotten
     */
    public int collect() {
        synchronized (lock) {
            long nowNs = now();
            int before = addressCount;
            Iterator<Map.Entry<PeerId, Entry>> all = entries.entrySet().iterator();
            while (all.hasNext()) {
                Entry entry = all.next().getValue();
                int size = entry.addresses.size();
                entry.addresses.values().removeIf(known -> known.expiresNs <= nowNs);
                addressCount -= size - entry.addresses.size();
                boolean idle = entry.connections == 0 && nowNs - entry.touchedNs >= nanos(RECENTLY_CONNECTED_TTL);
                if (entry.addresses.isEmpty() && idle) {
                    dropRecord(entry);
                    setProtocols(entry, List.of());
                    all.remove();
                }
            }
            return before - addressCount;
        }
    }

    public int peerCount() {
        synchronized (lock) {
            return entries.size();
        }
    }

    public int addressCount() {
        synchronized (lock) {
            return addressCount;
        }
    }

    /** Things not kept because a cap was reached. */
    public long refused() {
        synchronized (lock) {
            return refused;
        }
    }

    private @Nullable Entry entry(PeerId peer) {
        Entry entry = entries.get(peer);
        if (entry == null) {
            if (entries.size() >= PEERS_MAX) {
                refused++;
                return null;
            }
            entry = new Entry();
            entries.put(peer, entry);
        }
        entry.touchedNs = now();
        return entry;
    }

    private void put(
            PeerId peer, Collection<Multiaddr> addresses, long askedNs, boolean certified, boolean onlyLonger) {
        Entry entry = entry(peer);
        if (entry == null) {
            return;
        }
        long nowNs = now();
        long ttlNs =
                askedNs == nanos(CONNECTED_TTL) && entry.connections == 0 ? nanos(RECENTLY_CONNECTED_TTL) : askedNs;
        for (Multiaddr full : addresses) {
            Multiaddr address = full.withoutPeer();
            Known known = entry.addresses.get(address);
            if (known != null) {
                known.certified |= certified;
                known.ttlNs = onlyLonger ? Math.max(known.ttlNs, ttlNs) : ttlNs;
                known.expiresNs = onlyLonger ? Math.max(known.expiresNs, nowNs + ttlNs) : nowNs + ttlNs;
            } else if (hasRoom(entry, nowNs + ttlNs)) {
                entry.addresses.put(address, new Known(address, ttlNs, nowNs + ttlNs, certified));
                addressCount++;
            } else {
                refused++;
            }
        }
    }

    private boolean hasRoom(Entry entry, long expiresNs) {
        if (entry.connections == 0 && addressCount >= ADDRESSES_MAX) {
            return false;
        }
        return entry.addresses.size() < ADDRESSES_PER_PEER_MAX || evictShortest(entry, expiresNs);
    }

    /** Makes room by forgetting the address that expires first, if that is before {@code expiresNs}. */
    private boolean evictShortest(Entry entry, long expiresNs) {
        Known shortest = entry.addresses.values().stream()
                .min(Comparator.comparingLong((Known known) -> known.expiresNs))
                .orElse(null);
        if (shortest == null || shortest.expiresNs >= expiresNs) {
            return false;
        }
        remove(entry, shortest.address);
        return true;
    }

    private void retime(PeerId peer, Entry entry, long fromNs, Duration to) {
        long nowNs = now();
        long toNs = nanos(to);
        for (Known known : List.copyOf(entry.addresses.values())) {
            if (known.ttlNs != fromNs) {
                continue;
            }
            if (toNs <= 0) {
                remove(entry, known.address);
            } else {
                known.ttlNs = toNs;
                known.expiresNs = nowNs + toNs;
            }
        }
        forgetIfEmpty(peer, entry);
    }

    private void remove(Entry entry, Multiaddr address) {
        if (entry.addresses.remove(address) != null) {
            addressCount--;
        }
    }

    private void dropRecord(Entry entry) {
        if (entry.envelope != null) {
            entry.envelope = null;
            recordCount--;
        }
    }

    private void forgetIfEmpty(PeerId peer, Entry entry) {
        if (entry.addresses.isEmpty()
                && entry.connections == 0
                && entry.protocols.isEmpty()
                && entry.envelope == null) {
            entries.remove(peer);
        }
    }

    private static long nanos(Duration ttl) {
        return ttl.compareTo(PERMANENT_TTL) >= 0
                ? TimeUnit.DAYS.toNanos(36_501)
                : TimeUnit.SECONDS.toNanos(ttl.getSeconds()) + ttl.getNano();
    }
}
