package io.outcry.transport.limit;

import java.net.InetAddress;
import java.util.Arrays;

/** What counts as one place: an IPv4 address, an IPv6 /56 and, wider, its /48. */
record IpPrefix(byte[] bytes) {

    private static final int V4_BYTES = 4;
    private static final int V6_NARROW_BYTES = 7;
    private static final int V6_WIDE_BYTES = 6;

    /** The IPv4 address, or the IPv6 /56. */
    static IpPrefix narrow(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new IpPrefix(bytes.length == V4_BYTES ? bytes : Arrays.copyOf(bytes, V6_NARROW_BYTES));
    }

    /** The prefixes an address lies in, narrow ones first. */
    static IpPrefix[] all(InetAddress address) {
        byte[] bytes = address.getAddress();
        IpPrefix narrow = narrow(address);
        return bytes.length == V4_BYTES
                ? new IpPrefix[] {narrow}
                : new IpPrefix[] {narrow, new IpPrefix(Arrays.copyOf(bytes, V6_WIDE_BYTES))};
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpPrefix prefix && Arrays.equals(bytes, prefix.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
