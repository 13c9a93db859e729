package io.outcry.transport.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class IpSharesTest {

    private final IpShares shares = new IpShares(1_000, false);

    @Test
    void socketsOfOnePlaceHaveOneShareForAsLongAsThereIsOne() throws UnknownHostException {
        Object first = shares.open(ip("192.0.2.1"));
        assertThat(first).isNotNull();
        assertThat(shares.open(ip("192.0.2.1"))).isSameAs(first);
        assertThat(shares.open(ip("192.0.2.2"))).isNotSameAs(first);
        shares.close(ip("192.0.2.1"));
        assertThat(shares.open(ip("192.0.2.1"))).isSameAs(first);
        shares.close(ip("192.0.2.1"));
        shares.close(ip("192.0.2.1"));
        shares.close(ip("192.0.2.2"));
        assertThat(shares.addresses()).isZero();
    }

    @Test
    void anIpv6PlaceIsA56() throws UnknownHostException {
        Object share = shares.open(ip("2001:db8:1:100::1"));
        assertThat(shares.open(ip("2001:db8:1:1ff::9"))).isSameAs(share);
        assertThat(shares.open(ip("2001:db8:1:200::1"))).isNotSameAs(share);
    }

    @Test
    void loopbackIsAPlaceOnlyIfToldSo() throws UnknownHostException {
        assertThat(shares.open(ip("127.0.0.1"))).isNull();
        shares.close(ip("127.0.0.1"));
        assertThat(shares.addresses()).isZero();
        IpShares strict = new IpShares(1_000, true);
        assertThat(strict.open(ip("::1"))).isNotNull();
        strict.close(ip("::1"));
        assertThat(strict.addresses()).isZero();
    }

    private static InetAddress ip(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }
}
