package io.outcry.core.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.PeerId;
import io.outcry.testkit.Hex;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrSpecTest {

    private static final String RELAY = "QmdPU7PfRyKehdrP5A3WqmjyD6bhVpU1mLGKppa2FjGDjZ";
    private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    @ParameterizedTest
    @CsvSource({
        "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
        "/ip4/127.0.0.1/tcp/4321, 047f0000010610e1",
        "/ip4/127.0.0.1/tcp/4001, 047f000001060fa1",
        "/ip6/::1/udp/4001/quic-v1, 290000000000000000000000000000000191020fa1cd03",
        "/dns4/example.com/tcp/443/wss, 360b6578616d706c652e636f6d0601bbde03",
        "/dns/example.com/tcp/443/tls/ws, 350b6578616d706c652e636f6d0601bbc003dd03",
        "/ip4/192.0.2.0/tcp/5002/p2p/" + RELAY + "/p2p-circuit/p2p/" + PEER
                + ", 04c000020006138aa503221220df98100149311096b2d532b1dfa065a9835993b1e0accbb75c646aa70c31c8cc"
                + "a202a503260024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b",
        "/ip6zone/eth0/ip6/fe80::1/tcp/1, 2a046574683029fe800000000000000000000000000001060001",
        "/dnsaddr/bootstrap.libp2p.io, 3813626f6f7473747261702e6c69627032702e696f",
        "/ip4/1.2.3.4/tcp/443/tls/sni/foo.example.com/ws, "
                + "04010203040601bbc003c1030f666f6f2e6578616d706c652e636f6ddd03",
        "/unix/%2Ftmp%2Fp2p.sock, 90030d2f746d702f7032702e736f636b",
        "/memory/test, 89060474657374"
    })
    void matchesTheVectorsBothWays(String text, String hex) {
        assertThat(HexFormat.of().formatHex(Multiaddr.parse(text).bytes())).isEqualTo(hex);
        assertThat(Multiaddr.fromBytes(Hex.bytes(hex))).hasToString(text).isEqualTo(Multiaddr.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ip4/1.2.3.4",
                "/ip4/0.0.0.0",
                "/ip6/::1",
                "/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21",
                "/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21/udp/1234/quic-v1",
                "/ip6/::/ipcidr/0",
                "/ip6/1:0:1::",
                "/ip6/::ffff:127.0.0.1/tcp/111",
                "/ip6zone/x/ip6/fe80::1/udp/1234/quic-v1",
                "/ip6zone/x%y/ip6/fe80::1",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:80/http",
                "/udp/0",
                "/tcp/0",
                "/tcp/65535",
                "/p2p/" + RELAY,
                "/p2p/" + PEER,
                "/udp/1234/udp/1234",
                "/p2p-circuit",
                "/ip4/127.0.0.1/udp/9090/quic-v1/webtransport",
                "/ip4/127.0.0.1/udp/9090/quic-v1/webtransport/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
                "/ip4/127.0.0.1/tcp/1234/p2p/" + RELAY + "/p2p-circuit",
                "/dns6/xn--bcher-kva.example/tcp/4001",
                "/ip4/127.0.0.1/tcp/80/http/http-path/%2Ffoo%20bar",
                "/ip4/127.0.0.1/udp/1234/webrtc-direct",
                "/ip4/127.0.0.1/udp/1234/webrtc-direct/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
                "/ip4/127.0.0.1/tcp/1/noise",
                "/ip4/127.0.0.1/udp/1/quic",
                "/webrtc"
            })
    void printsBackWhatItParsed(String text) {
        Multiaddr parsed = Multiaddr.parse(text);
        assertThat(parsed).hasToString(text);
        assertThat(Multiaddr.fromBytes(parsed.bytes())).isEqualTo(parsed).hasSameHashCodeAs(parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "//",
                "///",
                "ip4/127.0.0.1",
                "127.0.0.1",
                "/ip4",
                "/ip4/",
                "/ip4/::1",
                "/ip4/fdpsofodsajfdoisa",
                "/ip4/127.0.0.1.2",
                "/ip4/127.0.0",
                "/ip4/127.0.0.256",
                "/ip4/127.0.0.01",
                "/ip4/127.0.0.1a",
                "/ip4/127.0.0.-1",
                "/ip6",
                "/ip6/",
                "/ip6/127.0.0.1",
                "/ip6/::1::",
                "/ip6/:::",
                "/ip6/1:2:3:4:5:6:7",
                "/ip6/1:2:3:4:5:6:7:8:9",
                "/ip6/1:2:3:4:5:6:7::8",
                "/ip6/12345::",
                "/ip6/g::",
                "/ip6/fe80::1%eth0",
                "/ip6/::1.2.3",
                "/ip6/1.2.3.4::",
                "/ip6zone",
                "/ip6zone/",
                "/ip6zone//ip6/fe80::1",
                "/ipcidr/256",
                "/udp",
                "/tcp",
                "/tcp/",
                "/tcp/a",
                "/tcp/65536",
                "/tcp/-1",
                "/tcp/+1",
                "/tcp/ 1",
                "/tcp/1e3",
                "/tcp/0x10",
                "/tcp/\u0661",
                "/tcp/000000000000001",
                "/ip4/127.0.0.1/udp/jfodsajfidosajfoidsa",
                "/ip4/127.0.0.1/tcp/jfodsajfidosajfoidsa",
                "/ip4/127.0.0.1/udp",
                "/ip4/127.0.0.1/tcp",
                "/ip4/127.0.0.1/quic-v1/1234",
                "/ip4/127.0.0.1/quic/1234",
                "/ip4/127.0.0.1/p2p",
                "/ip4/127.0.0.1/p2p/tcp",
                "/ip4/127.0.0.1//tcp/1",
                "/p2p/",
                "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNK",
                "/p2p/Qm0OIl",
                "/p2p/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
                "/p2p/1",
                "/ipfs/tcp",
                "/onion3/9ww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:80",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:0",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:65536",
                "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpy:80",
                "/certhash",
                "/certhash/",
                "/certhash/b2uaraocy6yrdblb4sfptaddgimjm",
                "/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE",
                "/certhash/xEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
                "/dns",
                "/dns4/",
                "/dnsaddr",
                "/dns4/a\u0007b",
                "/dns4/a\nb",
                "/sni/",
                "/memory/",
                "/unix",
                "/unix/%2",
                "/unix/%zz",
                "/http-path/%ff",
                "/IP4/127.0.0.1",
                "/unknown/1",
                "/tls/tls/x",
                "/p2p-circuit/1",
                "/ws/80"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(MultiaddrException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "04",
                "047f0000",
                "06",
                "0601",
                "290000",
                "2a",
                "2a00",
                "2a01",
                "2a022f61",
                "3500",
                "3503616263ff",
                "3502c328",
                "84007f000001",
                "ff",
                "ffffffffffffffffff7f",
                "a503",
                "a50300",
                "a50322",
                "a503221220",
                "a5032212212ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b",
                "a503231221df98100149311096b2d532b1dfa065a9835993b1e0accbb75c646aa70c31c8ccff",
                "a503a2001220df98100149311096b2d532b1dfa065a9835993b1e0accbb75c646aa70c31c8cc",
                "a50304130201ff",
                "d20304122001ff",
                "bd0300",
                "9003",
                "900300",
                "e1030180",
                "35ffffffffffffffff7f61",
                "890600",
                "8906010a"
            })
    void refusesBytesThatAreNoAddress(String hex) {
        byte[] bytes = Hex.bytes(hex);
        assertThatThrownBy(() -> Multiaddr.fromBytes(bytes)).isInstanceOf(MultiaddrException.class);
        assertThat(Multiaddr.tryFrom(bytes)).isNull();
    }

    @Test
    void namesTheAddressAndThePartAtFault() {
        assertThatThrownBy(() -> Multiaddr.parse("/ip4/127.0.0.1/tcp/65536"))
                .hasMessageContaining("/ip4/127.0.0.1/tcp/65536")
                .hasMessageContaining("0 to 65535");
        assertThatThrownBy(() -> Multiaddr.parse("/ip5/1")).hasMessageContaining("unknown protocol 'ip5'");
    }

    @Test
    void toleratesSlashesAtTheEnd() {
        assertThat(Multiaddr.parse("/ip4/127.0.0.1//")).hasToString("/ip4/127.0.0.1");
    }

    @Test
    void readsIpfsAndPrintsP2p() {
        assertThat(Multiaddr.parse("/ipfs/" + RELAY)).hasToString("/p2p/" + RELAY);
    }

    @Test
    void readsPeersAsCids() {
        PeerId peer = PeerId.parse(PEER);
        assertThat(Multiaddr.parse("/p2p/" + peer.toCid())).hasToString("/p2p/" + PEER);
        assertThat(Multiaddr.parse("/p2p/" + peer.toCid().toString(Multibase.BASE36)))
                .hasToString("/p2p/" + PEER);
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0000:0000:0000:ff00:0042:8329, 2001:db8::ff00:42:8329",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "::1.2.3.4, ::102:304"
    })
    void printsIp6AsRfc5952Says(String text, String printed) {
        assertThat(Multiaddr.parse("/ip6/" + text)).hasToString("/ip6/" + printed);
    }

    @Test
    void encapsulatesAndDecapsulates() {
        Multiaddr outer = Multiaddr.parse("/ip4/127.0.0.1/udp/1234");
        Multiaddr inner = Multiaddr.parse("/udp/5678");
        Multiaddr both = outer.encapsulate(inner);
        assertThat(both).hasToString("/ip4/127.0.0.1/udp/1234/udp/5678");
        assertThat(both.decapsulate(inner)).contains(outer);
        assertThat(both.decapsulate(AddressProtocol.UDP)).contains(outer);
        assertThat(outer.decapsulate(AddressProtocol.UDP)).contains(Multiaddr.parse("/ip4/127.0.0.1"));
        assertThat(both.decapsulate(Multiaddr.parse("/udp/1234"))).contains(Multiaddr.parse("/ip4/127.0.0.1"));
        assertThat(both.decapsulate(Multiaddr.parse("/tcp/1"))).contains(both);
        assertThat(both.decapsulate(AddressProtocol.IP4)).isEmpty();
        assertThat(both.decapsulate(both)).isEmpty();
    }

    @Test
    void splitsIntoComponents() {
        Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/1/ws");
        assertThat(address.components())
                .extracting(Multiaddr.Component::toString)
                .containsExactly("/ip4/127.0.0.1", "/tcp/1", "/ws");
        assertThat(Multiaddr.of(address.components())).isEqualTo(address);
        assertThat(address.value(AddressProtocol.TCP)).contains("1");
        assertThat(address.value(AddressProtocol.WS)).isEmpty();
        assertThat(address.has(AddressProtocol.WS)).isTrue();
    }

    @Test
    void leadsToThePeerBehindTheRelay() {
        Multiaddr relayed = Multiaddr.parse("/ip4/192.0.2.0/tcp/5002/p2p/" + RELAY + "/p2p-circuit/p2p/" + PEER);
        assertThat(relayed.peerId()).contains(PeerId.parse(PEER));
        assertThat(relayed.withoutPeer().peerId()).isEmpty();
        assertThat(Multiaddr.parse("/ip4/192.0.2.0/tcp/5002/p2p/" + RELAY).peerId())
                .contains(PeerId.parse(RELAY));
        assertThat(Multiaddr.parse("/ip4/192.0.2.0/tcp/5002").peerId()).isEmpty();
    }

    @Test
    void exchangesThePeerAtTheEnd() {
        Multiaddr plain = Multiaddr.parse("/ip4/192.0.2.0/tcp/5002");
        Multiaddr named = plain.withPeer(PeerId.parse(PEER));
        assertThat(named).hasToString("/ip4/192.0.2.0/tcp/5002/p2p/" + PEER);
        assertThat(named.withPeer(PeerId.parse(RELAY))).isEqualTo(plain.withPeer(PeerId.parse(RELAY)));
        assertThat(named.withoutPeer()).isEqualTo(plain);
        assertThat(plain.withoutPeer()).isSameAs(plain);
    }

    @Test
    void givesTheSocketAddressOfPlainTcpOnly() {
        assertThat(Multiaddr.parse("/ip4/192.0.2.7/tcp/5002/p2p/" + PEER).tcpAddress())
                .contains(new InetSocketAddress("192.0.2.7", 5002));
        assertThat(Multiaddr.parse("/ip6/::1/tcp/80").tcpAddress()).contains(new InetSocketAddress("::1", 80));
        for (String other : new String[] {
            "/ip4/192.0.2.7/udp/1/quic-v1",
            "/ip4/192.0.2.7/tcp/80/ws",
            "/dns4/localhost/tcp/80",
            "/ip4/192.0.2.7",
            "/tcp/80",
            "/p2p/" + PEER,
            "/ip4/192.0.2.0/tcp/5002/p2p/" + RELAY + "/p2p-circuit/p2p/" + PEER
        }) {
            assertThat(Multiaddr.parse(other).tcpAddress()).as(other).isEqualTo(Optional.empty());
        }
        InetSocketAddress socket = new InetSocketAddress("192.0.2.7", 65535);
        assertThat(Multiaddr.ofTcp(socket).tcpAddress()).contains(socket);
    }

    @Test
    void boundsLengthAndComponents() {
        assertThatThrownBy(() -> Multiaddr.parse("/ws".repeat(65))).hasMessageContaining("64 components");
        assertThatThrownBy(() -> Multiaddr.fromBytes(Hex.bytes("dd03".repeat(65))))
                .hasMessageContaining("64");
        assertThatThrownBy(() -> Multiaddr.parse("/dns4/" + "a".repeat(2000))).hasMessageContaining("1024");
        assertThatThrownBy(() -> Multiaddr.fromBytes(new byte[1025])).hasMessageContaining("1025");
    }
}
