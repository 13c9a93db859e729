package io.outcry.transport.limit;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts inbound sockets by where they come from: an IPv4 address, an IPv6 /56 and its /48. Each has a share of connections, a
 * share of unfinished handshakes and a rate. Loopback is exempt unless told otherwise: it is ourselves, or a proxy that must
 * do this work.
 *
 * <p><b>Threading</b>: a machine behind its own short lock, since accepting loops share it. <b>Spec</b>: go-libp2p's
 * connection limiter and rate limiter.
 */
public final class IpLimits {

    /**
     * Prefixes with state; when all are in use, strangers share one bucket: an attacker with many addresses must not grow this
     * map.
     */
    public static final int PREFIXES_MAX = 16_384;
    /** How much more an IPv6 /48 may have than a /56: eight, as go-libp2p has it. */
    private static final int WIDE_FACTOR = 8;

    /** A full map is searched for idle prefixes no more often than this: strangers make it full, and must not make it slow. */
    private static final long SWEEP_NS = 1_000_000_000L;

    /** The key of those that found no room. */
    private static final IpPrefix OVERFLOW = new IpPrefix(new byte[0]);

    /** What {@link #admit} answers. */
    public enum Verdict {
        ADMITTED,
        TOO_MANY_CONNECTIONS,
        TOO_MANY_HANDSHAKES,
        TOO_FAST
    }

    private static final class Usage {
        final TokenBucket rate;
        int connections;
        int handshakes;

        Usage(TokenBucket rate) {
            this.rate = rate;
        }
    }

    private final int connectionsMax;
    private final int handshakesMax;
    private final double perSecond;
    private final int burst;
    private final boolean loopbackLimited;
    private final Map<IpPrefix, Usage> usages = new LinkedHashMap<>();
    private final Map<Long, IpPrefix[]> admitted = new HashMap<>();
    private long nextTicket = 1;
    private long sweptNs;
    private boolean swept;
    private Verdict lastRefusal = Verdict.ADMITTED;

    /**
     * @param connectionsMax open at once from one prefix
     * @param handshakesMax of them, not upgraded yet
     * @param perMinute the lasting rate of new ones
     * @param burst how many before the rate counts
     * @param loopbackLimited whether loopback counts as an address
     */
    public IpLimits(int connectionsMax, int handshakesMax, int perMinute, int burst, boolean loopbackLimited) {
        this.connectionsMax = connectionsMax;
        this.handshakesMax = handshakesMax;
        this.perSecond = perMinute / 60.0;
        this.burst = burst;
        this.loopbackLimited = loopbackLimited;
    }

    /** Asks for a socket; a ticket (positive, or 0 if exempt) to be given back, or -1: see {@link #lastRefusal}. */
    public synchronized long admit(InetAddress address, long nowNs) {
        if (address.isLoopbackAddress() && !loopbackLimited) {
            return 0;
        }
        IpPrefix[] prefixes = IpPrefix.all(address);
        for (int i = 0; i < prefixes.length; i++) {
            if (!usages.containsKey(prefixes[i]) && usages.size() >= PREFIXES_MAX && !forgetIdle(nowNs)) {
                prefixes[i] = OVERFLOW;
            }
            int factor = i == 0 ? 1 : WIDE_FACTOR;
            Usage usage = usages.computeIfAbsent(
                    prefixes[i], key -> new Usage(new TokenBucket(perSecond * factor, (double) burst * factor, nowNs)));
            Verdict verdict = check(usage, factor, nowNs);
            if (verdict != Verdict.ADMITTED) {
                lastRefusal = verdict;
                return -1;
            }
        }
        for (IpPrefix prefix : prefixes) {
            Usage usage = usage(prefix);
            usage.connections++;
            usage.handshakes++;
        }
        long ticket = nextTicket++;
        admitted.put(ticket, prefixes);
        return ticket;
    }

    /** Why the last refused socket was refused. */
    public synchronized Verdict lastRefusal() {
        return lastRefusal;
    }

    /** The socket's handshake is over, well. */
    public synchronized void onUpgraded(long ticket) {
        IpPrefix[] prefixes = admitted.get(ticket);
        if (prefixes != null) {
            for (IpPrefix prefix : prefixes) {
                usage(prefix).handshakes--;
            }
        }
    }

    /** The socket is closed. */
    public synchronized void onClosed(long ticket, boolean upgraded) {
        IpPrefix[] prefixes = admitted.remove(ticket);
        if (prefixes != null) {
            for (IpPrefix prefix : prefixes) {
                Usage usage = usage(prefix);
                usage.connections--;
                usage.handshakes -= upgraded ? 0 : 1;
            }
        }
    }

    /** Prefixes with state. */
    public synchronized int prefixes() {
        return usages.size();
    }

    private Verdict check(Usage usage, int factor, long nowNs) {
        if (usage.connections >= connectionsMax * factor) {
            return Verdict.TOO_MANY_CONNECTIONS;
        }
        if (usage.handshakes >= handshakesMax * factor) {
            return Verdict.TOO_MANY_HANDSHAKES;
        }
        return usage.rate.take(nowNs) ? Verdict.ADMITTED : Verdict.TOO_FAST;
    }

    private Usage usage(IpPrefix prefix) {
        Usage usage = usages.get(prefix);
        if (usage == null) {
            throw new IllegalStateException("a prefix in use was forgotten");
        }
        return usage;
    }

    private boolean forgetIdle(long nowNs) {
        if (swept && nowNs - sweptNs < SWEEP_NS) {
            return false;
        }
        swept = true;
        sweptNs = nowNs;
        int before = usages.size();
        Iterator<Usage> all = usages.values().iterator();
        while (all.hasNext()) {
            Usage usage = all.next();
            if (usage.connections == 0 && usage.rate.isFull(nowNs)) {
                all.remove();
            }
        }
        return usages.size() < before;
    }
}
