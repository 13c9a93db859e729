package io.outcry.discovery.rendezvous;

import io.outcry.core.crypto.Crypto;
import io.outcry.core.identity.PeerId;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The machine of a rendezvous point: who is registered where, and until when.
 *
 * <pre>
 *   REGISTER ───► checks ─► registrations ─┬─ by number      (pages and cookies: "what came after number n")
 *   UNREGISTER ─►                          ├─ by namespace
 *   DISCOVER ◄── page, cookie ◄────────────┤─ by peer        (a peer has at most so many)
 *                                          └─ by expiry      (onTick)
 * </pre>
 *
 * <p>Who asks without a cookie is begun with somewhere, so that those who ask do not all find the same few; from there on
 * come the later ones, then the earlier ones.
 *
 * <pre>
 *   numbers    1 ····· low ────── start ═══════ top ····· the last one given
 *                 had       to come        had        to come, first
 * </pre>
 *
 * A cookie is these three numbers with a keyed hash over them and the namespace. It costs the point no memory
 * (RUSTSEC-2026-0527 was a store of cookies), cannot be made up, and is of no use for another namespace. It is written in
 * hexadecimal digits, since rust-libp2p takes a cookie for eight bytes and a text.
 *
 * <p><b>Threading</b>: one thread at a time.
 *
 * <p><b>Errors</b>: requests are answered with a {@link RendezvousStatus}; nothing a peer sends throws.
 *
 * <p><b>Spec</b>: libp2p rendezvous.
 */
public final class RendezvousStore {

    /** Bytes of one answer: sixteen of the longest records, or some hundreds of the usual ones. */
    static final int ANSWER_LENGTH_MAX = 128 * 1024;

    /** Length of the key that cookies are authenticated with. */
    public static final int COOKIE_KEY_LENGTH = 32;

    private static final int TAG_LENGTH = 16;
    private static final int PLACE_LENGTH = 3 * Long.BYTES;
    private static final int COOKIE_LENGTH = 2 * (PLACE_LENGTH + TAG_LENGTH);
    private static final HexFormat HEX = HexFormat.of();

    private final RendezvousLimits limits;
    private final byte[] cookieKey;
    private final RandomGenerator random;
    private final NavigableMap<Long, Registration> byNumber = new TreeMap<>();
    private final Map<String, NavigableMap<Long, Registration>> byNamespace = new HashMap<>();
    private final Map<PeerId, Map<String, Registration>> byPeer = new HashMap<>();
    private final TreeSet<Registration> byExpiry;
    private final long startNs;
    private long lastNumber;
    private long recordBytes;

    /** One peer in one namespace. */
    private record Registration(long number, String namespace, CheckedRecord checked, long expiresNs) {}

    /** How far somebody has come: from {@code start} up to {@code top}, and then from the first one up to {@code low}. */
    private record Place(long top, long low, long start) {}

    /**
     * @param cookieKey 32 random bytes; cookies of another key are refused
     * @param random chooses where who asks is begun with
     * @param nowNs monotonic time
     */
    public RendezvousStore(RendezvousLimits limits, byte[] cookieKey, RandomGenerator random, long nowNs) {
        if (cookieKey.length != COOKIE_KEY_LENGTH) {
            throw new IllegalArgumentException("a cookie key has 32 bytes, not " + cookieKey.length);
        }
        this.limits = limits;
        this.cookieKey = cookieKey.clone();
        this.random = random;
        this.startNs = nowNs;
        // Counted from the start, so that times of any sign compare.
        this.byExpiry = new TreeSet<>(Comparator.<Registration>comparingLong(r -> r.expiresNs - startNs)
                .thenComparingLong(Registration::number));
    }

    /**
     * Registers {@code peer}; an earlier registration in the same namespace is replaced.
     *
     * @param peer the connection's peer
     * @param checked its record, or null if {@link CheckedRecord#check} refused it
     */
    public RegisterResponse onRegister(
            PeerId peer, String namespace, @Nullable CheckedRecord checked, long ttlS, long nowNs) {
        onTick(nowNs);
        if (!isNamespace(namespace)) {
            return refused(RendezvousStatus.INVALID_NAMESPACE, "a namespace has 1 to 255 bytes");
        }
        if (checked == null || !checked.peer().equals(peer)) {
            return refused(RendezvousStatus.INVALID_SIGNED_PEER_RECORD, "not a peer record signed by you");
        }
        long granted = ttlS == RendezvousMessage.UNSET ? limits.ttlDefaultS() : ttlS;
        if (granted < limits.ttlMinS() || granted > limits.ttlMaxS()) {
            return refused(
                    RendezvousStatus.INVALID_TTL,
                    "a TTL has " + limits.ttlMinS() + " to " + limits.ttlMaxS() + " seconds");
        }
        Map<String, Registration> own = byPeer.getOrDefault(peer, Map.of());
        Registration replaced = own.get(namespace);
        if (replaced == null && own.size() >= limits.perPeer()) {
            return refused(
                    RendezvousStatus.NOT_AUTHORIZED, "a peer has at most " + limits.perPeer() + " registrations");
        }
        long freedBytes = replaced == null ? 0 : replaced.checked.envelope().length;
        if ((replaced == null && byNumber.size() >= limits.total())
                || recordBytes - freedBytes + checked.envelope().length > limits.recordBytes()) {
            return refused(RendezvousStatus.UNAVAILABLE, "full; try later");
        }
        if (replaced != null) {
            remove(replaced);
        }
        add(new Registration(++lastNumber, namespace, checked, nowNs + TimeUnit.SECONDS.toNanos(granted)));
        return new RegisterResponse(RendezvousStatus.OK, "", granted);
    }

    private static RegisterResponse refused(RendezvousStatus status, String text) {
        return new RegisterResponse(status, text, RendezvousMessage.UNSET);
    }

    private static boolean isNamespace(String namespace) {
        int length = namespace.getBytes(StandardCharsets.UTF_8).length;
        return length > 0 && length <= RendezvousLimits.NAMESPACE_MAX;
    }

    /** Ends a registration, if there is one; the protocol has no answer to this. */
    public void onUnregister(PeerId peer, String namespace) {
        Registration found = byPeer.getOrDefault(peer, Map.of()).get(namespace);
        if (found != null) {
            remove(found);
        }
    }

    /**
     * Who is registered, from where the cookie left off.
     *
     * @param namespace empty for everywhere
     * @param limit at most so many, {@link RendezvousMessage#UNSET} for a full page
     * @param cookie of an earlier answer, or empty
     */
    public DiscoverResponse onDiscover(String namespace, long limit, byte[] cookie, long nowNs) {
        onTick(nowNs);
        if (!namespace.isEmpty() && !isNamespace(namespace)) {
            return refusedDiscover(RendezvousStatus.INVALID_NAMESPACE, "a namespace has at most 255 bytes");
        }
        NavigableMap<Long, Registration> all =
                namespace.isEmpty() ? byNumber : byNamespace.getOrDefault(namespace, new TreeMap<>());
        Place place = cookie.length == 0 ? somewhere(all) : placeOf(cookie, namespace);
        if (place == null) {
            return refusedDiscover(RendezvousStatus.INVALID_COOKIE, "not a cookie for this namespace");
        }
        // A limit is an unsigned number; what reads as negative is more than any page.
        int most = limit <= 0 ? limits.pageSize() : (int) Math.min(limit, limits.pageSize());
        Page page = new Page(most, nowNs);
        long top = page.fill(all.tailMap(place.top, false).values(), place.top, lastNumber);
        long low = page.fill(all.subMap(place.low, false, place.start, true).values(), place.low, place.start);
        byte[] next = cookie(new Place(top, low, place.start), namespace);
        return new DiscoverResponse(page.registrations, next, RendezvousStatus.OK, "");
    }

    private Place somewhere(NavigableMap<Long, Registration> all) {
        if (all.isEmpty()) {
            return new Place(0, 0, 0);
        }
        long before = all.firstKey() - 1;
        long start = before + random.nextLong(all.lastKey() - before);
        return new Place(start, 0, start);
    }

    private static DiscoverResponse refusedDiscover(RendezvousStatus status, String text) {
        return new DiscoverResponse(List.of(), new byte[0], status, text);
    }

    /** What fits in one answer. */
    private static final class Page {
        private final List<Register> registrations = new ArrayList<>();
        private final int most;
        private final long nowNs;
        private int length;
        private boolean full;

        private Page(int most, long nowNs) {
            this.most = most;
            this.nowNs = nowNs;
        }

        /** Adds what still fits; returns the number of the last one added, or {@code end} if that was all. */
        private long fill(Collection<Registration> fresh, long from, long end) {
            long last = from;
            for (Registration registration : fresh) {
                byte[] envelope = registration.checked.envelope();
                length += RendezvousCodec.sizeInAnswer(registration.namespace, envelope);
                full |= registrations.size() == most || (length > ANSWER_LENGTH_MAX && !registrations.isEmpty());
                if (full) {
                    return last;
                }
                long leftS = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(registration.expiresNs - nowNs));
                registrations.add(new Register(registration.namespace, envelope.clone(), leftS));
                last = registration.number;
            }
            return full ? last : end;
        }
    }

    private byte[] cookie(Place place, String namespace) {
        byte[] numbers = ByteBuffer.allocate(PLACE_LENGTH)
                .putLong(place.top)
                .putLong(place.low)
                .putLong(place.start)
                .array();
        String text = HEX.formatHex(numbers) + HEX.formatHex(tag(numbers, namespace));
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The place in a cookie of this namespace; null if it is none. */
    private @Nullable Place placeOf(byte[] cookie, String namespace) {
        if (cookie.length != COOKIE_LENGTH) {
            return null;
        }
        long[] numbers = new long[3];
        for (int i = 0; i < 2 * PLACE_LENGTH; i++) {
            int digit = Character.digit(cookie[i], 16);
            if (digit < 0) {
                return null;
            }
            int at = i / (2 * Long.BYTES);
            numbers[at] = numbers[at] << 4 | digit;
        }
        Place place = new Place(numbers[0], numbers[1], numbers[2]);
        return MessageDigest.isEqual(cookie, cookie(place, namespace)) ? place : null;
    }

    private byte[] tag(byte[] head, String namespace) {
        byte[] mac = Crypto.preferred().hmacSha256(cookieKey, head, namespace.getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(mac, TAG_LENGTH);
    }

    /** Forgets what expired; returns how many. */
    public int onTick(long nowNs) {
        int expired = 0;
        while (!byExpiry.isEmpty() && byExpiry.first().expiresNs - nowNs <= 0) {
            remove(byExpiry.first());
            expired++;
        }
        return expired;
    }

    /** When the next registration expires; {@link Long#MAX_VALUE} if there is none. */
    public long nextDeadlineNs() {
        return byExpiry.isEmpty() ? Long.MAX_VALUE : byExpiry.first().expiresNs;
    }

    private void add(Registration added) {
        byNumber.put(added.number, added);
        byNamespace.computeIfAbsent(added.namespace, n -> new TreeMap<>()).put(added.number, added);
        byPeer.computeIfAbsent(added.checked.peer(), p -> new HashMap<>()).put(added.namespace, added);
        byExpiry.add(added);
        recordBytes += added.checked.envelope().length;
    }

    private void remove(Registration removed) {
        byNumber.remove(removed.number);
        byNamespace.computeIfPresent(removed.namespace, (namespace, all) -> {
            all.remove(removed.number);
            return all.isEmpty() ? null : all;
        });
        byPeer.computeIfPresent(removed.checked.peer(), (peer, own) -> {
            own.remove(removed.namespace);
            return own.isEmpty() ? null : own;
        });
        byExpiry.remove(removed);
        recordBytes -= removed.checked.envelope().length;
    }

    /** Registrations now. */
    public int size() {
        return byNumber.size();
    }

    /** Namespaces with a registration. */
    public int namespaces() {
        return byNamespace.size();
    }

    /** Bytes of all records held. */
    public long recordBytes() {
        return recordBytes;
    }
}
