package io.outcry.core.multiformats;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address that says every layer: {@code /ip4/192.0.2.1/tcp/4001/p2p/12D3Koo...}.
 *
 * <p>Equality is that of the bytes. Text is printed in one form whatever was parsed: {@code ipfs} becomes {@code p2p},
 * IPv6 is compressed and in lower case.
 *
 * <p><b>Threading</b>: immutable.
 *
 * <p><b>Errors</b>: {@link MultiaddrException} naming the address and the part at fault; {@link #tryFrom} answers null
 * instead.
 *
 * <p><b>Spec</b>: multiformats multiaddr. Deviation: paths of unix and http-path are one percent-encoded component in
 * text; unescaped slashes would make text ambiguous.
 */
public final class Multiaddr {

    /** Longest address read, in bytes and in characters; real ones stay below 300. */
    public static final int LENGTH_MAX = 1024;

    /** Most components read. */
    public static final int COMPONENTS_MAX = 64;

    private final byte[] bytes;
    private final List<Component> components;
    private @Nullable String text;

    private Multiaddr(byte[] bytes, List<Component> components) {
        this.bytes = bytes;
        this.components = List.copyOf(components);
    }

    /** Reads text. Slashes at the end are tolerated, as other implementations do. */
    public static Multiaddr parse(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        if (end == 0 || text.charAt(0) != '/' || text.length() > LENGTH_MAX) {
            throw new MultiaddrException("'" + FormatException.shown(text)
                    + "' is no multiaddr: it begins with a slash and a protocol, and has at most " + LENGTH_MAX
                    + " characters");
        }
        List<Component> components = new ArrayList<>();
        String[] parts = text.substring(1, end).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            AddressProtocol protocol = AddressProtocol.ofText(parts[i]);
            if (protocol == null) {
                throw fault(text, "unknown protocol '" + FormatException.shown(parts[i]) + "'");
            }
            if (protocol.size() == 0) {
                components.add(new Component(protocol, Component.NO_VALUE));
                continue;
            }
            if (++i == parts.length) {
                throw fault(text, protocol + " has no value");
            }
            try {
                components.add(new Component(protocol, AddressValue.parse(protocol, parts[i])));
            } catch (FormatException e) {
                throw new MultiaddrException(
                        "'" + FormatException.shown(text) + "' is no multiaddr: " + e.getMessage(), e);
            }
        }
        return of(components);
    }

    private static MultiaddrException fault(String text, String why) {
        return new MultiaddrException("'" + FormatException.shown(text) + "' is no multiaddr: " + why);
    }

    /** Reads the binary form. */
    public static Multiaddr fromBytes(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > LENGTH_MAX) {
            throw new MultiaddrException("a multiaddr has 1 to " + LENGTH_MAX + " bytes, not " + bytes.length);
        }
        List<Component> components = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            long code = Varint.read(bytes, at, bytes.length);
            AddressProtocol protocol = AddressProtocol.ofCode(code);
            if (protocol == null) {
                throw fault(bytes, code < 0 ? "a protocol code is not a minimal varint" : "unknown code " + code);
            }
            at += Varint.sizeOf(code);
            long size = protocol.size();
            if (size == AddressProtocol.VARIABLE) {
                size = Varint.read(bytes, at, bytes.length);
                if (size < 0) {
                    throw fault(bytes, "the length of " + protocol + " is not a minimal varint");
                }
                at += Varint.sizeOf(size);
            }
            if (size > bytes.length - at) {
                throw fault(bytes, protocol + " needs " + size + " bytes, " + (bytes.length - at) + " are left");
            }
            byte[] value = Arrays.copyOfRange(bytes, at, at + (int) size);
            at += (int) size;
            try {
                AddressValue.check(protocol, value);
            } catch (FormatException e) {
                throw new MultiaddrException(Multihash.shown(bytes) + " is no multiaddr: " + e.getMessage(), e);
            }
            components.add(new Component(protocol, value));
        }
        requireFew(components);
        return new Multiaddr(bytes.clone(), components);
    }

    /** As {@link #fromBytes}, for bytes a peer sent: null if they are no address, or one of unknown protocols. */
    public static @Nullable Multiaddr tryFrom(byte[] bytes) {
        try {
            return fromBytes(bytes);
        } catch (MultiaddrException malformed) {
            return null;
        }
    }

    private static MultiaddrException fault(byte[] bytes, String why) {
        return new MultiaddrException(Multihash.shown(bytes) + " is no multiaddr: " + why);
    }

    /** An address of these components, at least one. */
    public static Multiaddr of(List<Component> components) {
        if (components.isEmpty()) {
            throw new MultiaddrException("a multiaddr has at least one component");
        }
        requireFew(components);
        ByteBuf out = Unpooled.buffer(64);
        for (Component component : components) {
            Varint.write(out, component.protocol.code());
            if (component.protocol.size() == AddressProtocol.VARIABLE) {
                Varint.write(out, component.value.length);
            }
            out.writeBytes(component.value);
        }
        if (out.readableBytes() > LENGTH_MAX) {
            throw new MultiaddrException(
                    "a multiaddr has at most " + LENGTH_MAX + " bytes, not " + out.readableBytes());
        }
        return new Multiaddr(Arrays.copyOf(out.array(), out.readableBytes()), components);
    }

    private static void requireFew(List<Component> components) {
        if (components.size() > COMPONENTS_MAX) {
            throw new MultiaddrException(
                    "a multiaddr has at most " + COMPONENTS_MAX + " components, not " + components.size());
        }
    }

    /** {@code /ip4/.../tcp/...} or {@code /ip6/.../tcp/...} of a resolved socket address. */
    public static Multiaddr ofTcp(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new MultiaddrException(
                    "the address " + FormatException.shown(address.getHostString()) + " was not resolved");
        }
        byte[] raw = ip.getAddress();
        int port = address.getPort();
        return of(List.of(
                new Component(raw.length == 4 ? AddressProtocol.IP4 : AddressProtocol.IP6, raw),
                new Component(AddressProtocol.TCP, new byte[] {(byte) (port >>> 8), (byte) port})));
    }

    /** A copy of the binary form. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public List<Component> components() {
        return components;
    }

    /** Whether a component has this protocol. */
    public boolean has(AddressProtocol protocol) {
        return find(protocol) != null;
    }

    /** The text of the first value of this protocol; empty if there is none or it has no value. */
    public Optional<String> value(AddressProtocol protocol) {
        Component found = find(protocol);
        return found == null || protocol.size() == 0 ? Optional.empty() : Optional.of(found.value());
    }

    private @Nullable Component find(AddressProtocol protocol) {
        for (Component component : components) {
            if (component.protocol == protocol) {
                return component;
            }
        }
        return null;
    }

    /** This address and {@code inner} behind it. */
    public Multiaddr encapsulate(Multiaddr inner) {
        List<Component> all = new ArrayList<>(components);
        all.addAll(inner.components);
        return of(all);
    }

    /** What stands before the last occurrence of {@code protocol}; empty if nothing would be left. */
    public Optional<Multiaddr> decapsulate(AddressProtocol protocol) {
        for (int i = components.size() - 1; i >= 0; i--) {
            if (components.get(i).protocol == protocol) {
                return i == 0 ? Optional.empty() : Optional.of(of(components.subList(0, i)));
            }
        }
        return Optional.of(this);
    }

    /** What stands before the last occurrence of {@code inner}; empty if nothing would be left. */
    public Optional<Multiaddr> decapsulate(Multiaddr inner) {
        int width = inner.components.size();
        for (int i = components.size() - width; i >= 0; i--) {
            if (components.subList(i, i + width).equals(inner.components)) {
                return i == 0 ? Optional.empty() : Optional.of(of(components.subList(0, i)));
            }
        }
        return Optional.of(this);
    }

    /** The peer this address leads to: the last p2p, if no relay comes after it. */
    public Optional<PeerId> peerId() {
        for (int i = components.size() - 1; i >= 0; i--) {
            AddressProtocol protocol = components.get(i).protocol;
            if (protocol == AddressProtocol.P2P) {
                return Optional.ofNullable(PeerId.tryFrom(components.get(i).value));
            }
            if (protocol == AddressProtocol.P2P_CIRCUIT) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** This address with {@code peer} at its end, in place of any peer already there. */
    public Multiaddr withPeer(PeerId peer) {
        List<Component> all = new ArrayList<>(components);
        if (all.get(all.size() - 1).protocol == AddressProtocol.P2P) {
            all.remove(all.size() - 1);
        }
        all.add(new Component(AddressProtocol.P2P, peer.bytes()));
        return of(all);
    }

    /** This address without the peer at its end; itself if it has none or is nothing else. */
    public Multiaddr withoutPeer() {
        int last = components.size() - 1;
        return last > 0 && components.get(last).protocol == AddressProtocol.P2P
                ? of(components.subList(0, last))
                : this;
    }

    /**
     * The socket address of a plain TCP address: an ip4 or ip6 (with its zone, if any) and a tcp, and nothing behind
     * but a peer. Nothing is looked up; a dns address has none.
     */
    public Optional<InetSocketAddress> tcpAddress() {
        List<Component> plain = withoutPeer().components;
        int at = plain.get(0).protocol == AddressProtocol.IP6ZONE ? 1 : 0;
        if (plain.size() != at + 2 || plain.get(at + 1).protocol != AddressProtocol.TCP) {
            return Optional.empty();
        }
        Component ip = plain.get(at);
        if (ip.protocol != AddressProtocol.IP6 && (ip.protocol != AddressProtocol.IP4 || at == 1)) {
            return Optional.empty();
        }
        return Optional.of(new InetSocketAddress(
                inet(ip.value, at == 1 ? plain.get(0).value() : null),
                AddressValue.unsignedShort(plain.get(at + 1).value, 0)));
    }

    /** The IP address at the start, if there is one. */
    public Optional<InetAddress> ip() {
        int at = components.get(0).protocol == AddressProtocol.IP6ZONE && components.size() > 1 ? 1 : 0;
        Component first = components.get(at);
        return first.protocol == AddressProtocol.IP4 || first.protocol == AddressProtocol.IP6
                ? Optional.of(inet(first.value, null))
                : Optional.empty();
    }

    private static InetAddress inet(byte[] raw, @Nullable String zone) {
        try {
            if (zone != null && raw.length == 16) {
                boolean number = zone.chars().allMatch(c -> c >= '0' && c <= '9') && zone.length() < 10;
                return number
                        ? java.net.Inet6Address.getByAddress(null, raw, Integer.parseInt(zone))
                        : InetAddress.getByName(IpText.printIp6(raw) + "%" + zone);
            }
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException noSuchZone) {
            try {
                return InetAddress.getByAddress(raw);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address of 4 or 16 bytes is always one", e);
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            StringBuilder out = new StringBuilder();
            components.forEach(out::append);
            known = out.toString();
            text = known;
        }
        return known;
    }

    /** One layer of an address: a protocol and, where it has one, a value. */
    public static final class Component {

        private static final byte[] NO_VALUE = {};

        private final AddressProtocol protocol;
        private final byte[] value;

        private Component(AddressProtocol protocol, byte[] value) {
            this.protocol = protocol;
            this.value = value;
        }

        public AddressProtocol protocol() {
            return protocol;
        }

        /** The value as text; empty for a protocol without one. */
        public String value() {
            return protocol.size() == 0 ? "" : AddressValue.print(protocol, value);
        }

        /** A copy of the value's bytes, without a length prefix. */
        public byte[] valueBytes() {
            return value.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Component that && protocol == that.protocol && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return 31 * protocol.hashCode() + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return protocol.size() == 0 ? "/" + protocol : "/" + protocol + "/" + value();
        }
    }
}
