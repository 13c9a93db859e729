package io.outcry.transport.dial;

import io.outcry.core.multiformats.AddressProtocol;
import io.outcry.core.multiformats.Multiaddr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * In which order the addresses of a peer are tried: what worked last, then this machine, then private networks, then the
 * public one; within each, IPv6 and IPv4 in turn (RFC 8305), so that a broken family costs one stagger and not many.
 */
public final class AddressRanking {

    private AddressRanking() {}

    /** True if a name must be looked up before this address can be dialled. */
    public static boolean needsLookup(Multiaddr address) {
        AddressProtocol first = address.components().get(0).protocol();
        return first == AddressProtocol.DNS
                || first == AddressProtocol.DNS4
                || first == AddressProtocol.DNS6
                || first == AddressProtocol.DNSADDR;
    }

    /** True if this node can connect to it: plain TCP. */
    public static boolean dialable(Multiaddr address) {
        return address.tcpAddress().isPresent();
    }

    /** The addresses in the order they are to be tried; stable. */
    public static List<Multiaddr> rank(List<Multiaddr> addresses, Predicate<Multiaddr> worked) {
        List<Multiaddr> ranked = new ArrayList<>(addresses.size());
        for (Nearness nearness : Nearness.values()) {
            List<Multiaddr> six = new ArrayList<>();
            List<Multiaddr> four = new ArrayList<>();
            for (Multiaddr address : addresses) {
                if (Nearness.of(address, worked) == nearness) {
                    boolean v6 =
                            address.ip().filter(Inet6Address.class::isInstance).isPresent();
                    (v6 ? six : four).add(address);
                }
            }
            interleave(six, four, ranked);
        }
        return ranked;
    }

    private static void interleave(List<Multiaddr> six, List<Multiaddr> four, List<Multiaddr> out) {
        for (int i = 0; i < Math.max(six.size(), four.size()); i++) {
            if (i < six.size()) {
                out.add(six.get(i));
            }
            if (i < four.size()) {
                out.add(four.get(i));
            }
        }
    }

    private enum Nearness {
        WORKED,
        LOOPBACK,
        PRIVATE,
        PUBLIC;

        static Nearness of(Multiaddr address, Predicate<Multiaddr> worked) {
            if (worked.test(address)) {
                return WORKED;
            }
            InetAddress ip = address.ip().orElse(null);
            if (ip == null) {
                return PUBLIC;
            }
            if (ip.isLoopbackAddress()) {
                return LOOPBACK;
            }
            return isPrivate(ip) ? PRIVATE : PUBLIC;
        }
    }

    /** An address that means nothing outside its network: site- or link-local, unique-local IPv6, carrier-grade NAT. */
    public static boolean isPrivate(InetAddress ip) {
        byte[] raw = ip.getAddress();
        boolean uniqueLocal = raw.length == 16 && (raw[0] & 0xfe) == 0xfc;
        boolean sharedByCarrier = raw.length == 4 && raw[0] == 100 && (raw[1] & 0xc0) == 64;
        return ip.isSiteLocalAddress() || ip.isLinkLocalAddress() || uniqueLocal || sharedByCarrier;
    }
}
