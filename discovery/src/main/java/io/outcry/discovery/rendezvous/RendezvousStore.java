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
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
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
 * <p>A cookie is the number of the last registration given, with a keyed hash over it and the namespace. It costs the
 * point no memory (RUSTSEC-2026-0527 was a store of cookies), cannot be made up, and is of no use for another namespace.
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
    private static final int COOKIE_LENGTH = Long.BYTES + TAG_LENGTH;

    private final RendezvousLimits limits;
    private final byte[] cookieKey;
    private final NavigableMap<Long, Registration> byNumber = new TreeMap<>();
    private final Map<String, NavigableMap<Long, Registration>> byNamespace = new HashMap<>();
    private final Map<PeerId, Map<String, Registration>> byPeer = new HashMap<>();
    private final TreeSet<Registration> byExpiry;
    private final long startNs;
    private long lastNumber;
    private long recordBytes;

    /** One peer in one namespace. */
    private record Registration(long number, String namespace, CheckedRecord checked, long expiresNs) {}

    /**
     * @param cookieKey 32 random bytes; cookies of another key are refused
     * @param nowNs monotonic time
     */
    public RendezvousStore(RendezvousLimits limits, byte[] cookieKey, long nowNs) {
        if (cookieKey.length != COOKIE_KEY_LENGTH) {
            throw new IllegalArgumentException("a cookie key has 32 bytes, not " + cookieKey.length);
        }
        this.limits = limits;
        this.cookieKey = cookieKey.clone();
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
     * Who is registered, oldest first, from where the cookie left off.
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
        long after = 0;
        if (cookie.length > 0) {
            after = numberOf(cookie, namespace);
            if (after < 0) {
                return refusedDiscover(RendezvousStatus.INVALID_COOKIE, "not a cookie for this namespace");
            }
        }
        NavigableMap<Long, Registration> all = namespace.isEmpty() ? byNumber : byNamespace.get(namespace);
        Collection<Registration> fresh =
                all == null ? List.of() : all.tailMap(after, false).values();
        // A limit is an unsigned number; what reads as negative is more than any page.
        int most = limit <= 0 ? limits.pageSize() : (int) Math.min(limit, limits.pageSize());
        return page(fresh, namespace, most, nowNs);
    }

    private static DiscoverResponse refusedDiscover(RendezvousStatus status, String text) {
        return new DiscoverResponse(List.of(), new byte[0], status, text);
    }

    private DiscoverResponse page(Collection<Registration> fresh, String namespace, int most, long nowNs) {
        List<Register> page = new ArrayList<>();
        int length = 0;
        long last = lastNumber;
        for (Registration registration : fresh) {
            byte[] envelope = registration.checked.envelope();
            length += RendezvousCodec.sizeInAnswer(registration.namespace, envelope);
            if (page.size() == most || (length > ANSWER_LENGTH_MAX && !page.isEmpty())) {
                last = registration.number - 1;
                break;
            }
            long leftS = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(registration.expiresNs - nowNs));
            page.add(new Register(registration.namespace, envelope.clone(), leftS));
        }
        return new DiscoverResponse(page, cookie(last, namespace), RendezvousStatus.OK, "");
    }

    private byte[] cookie(long number, String namespace) {
        byte[] head = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        byte[] cookie = Arrays.copyOf(head, COOKIE_LENGTH);
        System.arraycopy(tag(head, namespace), 0, cookie, Long.BYTES, TAG_LENGTH);
        return cookie;
    }

    /** The number in a cookie of this namespace, or -1. */
    private long numberOf(byte[] cookie, String namespace) {
        if (cookie.length != COOKIE_LENGTH) {
            return -1;
        }
        byte[] head = Arrays.copyOf(cookie, Long.BYTES);
        byte[] claimed = Arrays.copyOfRange(cookie, Long.BYTES, COOKIE_LENGTH);
        return MessageDigest.isEqual(claimed, tag(head, namespace))
                ? ByteBuffer.wrap(head).getLong()
                : -1;
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
