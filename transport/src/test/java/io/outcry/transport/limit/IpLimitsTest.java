package io.outcry.transport.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IpLimitsTest {

    private final IpLimits limits = new IpLimits(8, 4, 12, 16, false);
    private long nowNs;

    @Test
    void loopbackIsExempt() throws UnknownHostException {
        for (int i = 0; i < 1_000; i++) {
            assertThat(limits.admit(InetAddress.getByName("127.0.0.1"), nowNs)).isZero();
            assertThat(limits.admit(InetAddress.getByName("::1"), nowNs)).isZero();
        }
    }

    @Test
    void handshakesOfOneAddressAreLimited() throws UnknownHostException {
        admit("192.0.2.1", 4);
        assertThat(limits.admit(ip("192.0.2.1"), nowNs)).isNegative();
        assertThat(limits.lastRefusal()).isEqualTo(IpLimits.Verdict.TOO_MANY_HANDSHAKES);
        assertThat(limits.admit(ip("192.0.2.2"), nowNs)).isPositive();
    }

    @Test
    void connectionsOfOneAddressAreLimited() throws UnknownHostException {
        for (int i = 0; i < 8; i++) {
            limits.onUpgraded(limits.admit(ip("192.0.2.1"), nowNs));
        }
        assertThat(limits.admit(ip("192.0.2.1"), nowNs)).isNegative();
        assertThat(limits.lastRefusal()).isEqualTo(IpLimits.Verdict.TOO_MANY_CONNECTIONS);
    }

    @Test
    void closingMakesRoom() throws UnknownHostException {
        List<Long> tickets = admit("192.0.2.1", 4);
        limits.onClosed(tickets.get(0), false);
        assertThat(limits.admit(ip("192.0.2.1"), nowNs)).isPositive();
    }

    @Test
    void newSocketsAreLimitedInRate() throws UnknownHostException {
        for (int i = 0; i < 16; i++) {
            limits.onClosed(limits.admit(ip("192.0.2.1"), nowNs), false);
        }
        assertThat(limits.admit(ip("192.0.2.1"), nowNs)).isNegative();
        assertThat(limits.lastRefusal()).isEqualTo(IpLimits.Verdict.TOO_FAST);
        nowNs += TimeUnit.SECONDS.toNanos(5);
        assertThat(limits.admit(ip("192.0.2.1"), nowNs)).isPositive();
    }

    @Test
    void anIpv6PrefixSharesOneLimitAndItsSiteAWiderOne() throws UnknownHostException {
        for (int i = 0; i < 4; i++) {
            assertThat(limits.admit(ip("2001:db8:1:100::" + (i + 1)), nowNs)).isPositive();
        }
        assertThat(limits.admit(ip("2001:db8:1:1ff::9"), nowNs)).isNegative();
        assertThat(limits.admit(ip("2001:db8:1:200::1"), nowNs)).isPositive();
    }

    @Test
    void manyAddressesDoNotGrowTheMapWithoutBound() throws UnknownHostException {
        for (int i = 0; i < IpLimits.PREFIXES_MAX + 1_000; i++) {
            limits.admit(InetAddress.getByAddress(new byte[] {11, (byte) (i >> 16), (byte) (i >> 8), (byte) i}), nowNs);
        }
        assertThat(limits.prefixes()).isLessThanOrEqualTo(IpLimits.PREFIXES_MAX + 1);
    }

    @Test
    void aFullMapIsSearchedForIdlePrefixesOnceASecond() throws UnknownHostException {
        for (int i = 0; i < IpLimits.PREFIXES_MAX; i++) {
            limits.onClosed(limits.admit(stranger(i), nowNs), false);
        }
        limits.admit(stranger(-1), nowNs);
        nowNs += TimeUnit.HOURS.toNanos(1);
        limits.admit(stranger(-2), nowNs);
        assertThat(limits.prefixes()).isLessThan(10);
        for (int i = 0; i < IpLimits.PREFIXES_MAX; i++) {
            limits.onClosed(limits.admit(stranger(i), nowNs), false);
        }
        int full = limits.prefixes();
        nowNs += TimeUnit.MILLISECONDS.toNanos(999);
        limits.admit(stranger(-3), nowNs);
        assertThat(limits.prefixes()).isGreaterThanOrEqualTo(full);
    }

    private static InetAddress stranger(int i) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {11, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
    }

    private List<Long> admit(String address, int times) throws UnknownHostException {
        List<Long> tickets = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            tickets.add(limits.admit(ip(address), nowNs));
        }
        assertThat(tickets).allMatch(ticket -> ticket > 0);
        return tickets;
    }

    private static InetAddress ip(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }
}
