package io.outcry.transport;

import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.dial.AddressRanking;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which addresses mean something to whom. */
final class LocalAddresses {

    /** Addresses a wildcard stands for; machines with more interfaces than that announce addresses by hand. */
    private static final int EXPANDED_MAX = 32;

    private LocalAddresses() {}

    /** Replaces {@code 0.0.0.0} and {@code ::} by the addresses of this machine's interfaces. */
    static List<Multiaddr> expand(List<Multiaddr> bound) {
        Set<Multiaddr> all = new LinkedHashSet<>();
        for (Multiaddr address : bound) {
            InetSocketAddress socket = address.tcpAddress().orElse(null);
            if (socket == null || !socket.getAddress().isAnyLocalAddress()) {
                all.add(address);
                continue;
            }
            boolean four = socket.getAddress().getAddress().length == 4;
            for (InetAddress ip : interfaces()) {
                boolean sameFamily = ip.getAddress().length == 4;
                if ((sameFamily == four || !four) && all.size() < EXPANDED_MAX) {
                    all.add(Multiaddr.ofTcp(new InetSocketAddress(ip, socket.getPort())));
                }
            }
        }
        return List.copyOf(all);
    }

    private static List<InetAddress> interfaces() {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!each.isUp()) {
                    continue;
                }
                for (InetAddress ip : Collections.list(each.getInetAddresses())) {
                    if (!ip.isLinkLocalAddress()) {
                        found.add(ip);
                    }
                }
            }
        } catch (SocketException unreadable) {
            found.clear();
        }
        return found.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : found;
    }

    /**
     * The addresses that make sense to, or of, somebody at {@code other}: everything on one machine; no loopback in a private
     * network; nothing private on the public one.
     */
    static List<Multiaddr> visible(List<Multiaddr> addresses, Multiaddr other) {
        InetAddress there = other.ip().orElse(null);
        if (there == null || there.isLoopbackAddress()) {
            return addresses;
        }
        boolean isPrivate = AddressRanking.isPrivate(there);
        List<Multiaddr> kept = new ArrayList<>(addresses.size());
        for (Multiaddr address : addresses) {
            InetAddress ip = address.ip().orElse(null);
            boolean hidden = ip != null
                    && (ip.isLoopbackAddress() || ip.isAnyLocalAddress() || !isPrivate && AddressRanking.isPrivate(ip));
            if (!hidden) {
                kept.add(address);
            }
        }
        return kept;
    }
}
