package io.outcry.transport.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AddressResolverTest {

    private static final PeerId PEER = PrivateKey.generate(KeyType.ED25519).peerId();
    private static final PeerId OTHER = PrivateKey.generate(KeyType.ED25519).peerId();

    private final Zone zone = new Zone();
    private final AddressResolver resolver = new AddressResolver(zone, 60_000);

    @Test
    void anAddressWithoutANameStandsForItself() {
        assertThat(resolve("/ip4/1.2.3.4/tcp/1")).containsExactly("/ip4/1.2.3.4/tcp/1");
    }

    @Test
    void dnsAsksForBothFamiliesAndTheOthersForOne() {
        zone.address("example.org", "1.2.3.4");
        zone.address("example.org", "2001:db8::1");
        assertThat(resolve("/dns/example.org/tcp/1"))
                .containsExactlyInAnyOrder("/ip4/1.2.3.4/tcp/1", "/ip6/2001:db8::1/tcp/1");
        assertThat(resolve("/dns4/example.org/tcp/1")).containsExactly("/ip4/1.2.3.4/tcp/1");
        assertThat(resolve("/dns6/example.org/tcp/1")).containsExactly("/ip6/2001:db8::1/tcp/1");
    }

    @Test
    void dnsaddrKeepsTheRecordsOfThePeerAskedFor() {
        zone.text("_dnsaddr.example.org", "dnsaddr=/ip4/1.1.1.1/tcp/1/p2p/" + PEER);
        zone.text("_dnsaddr.example.org", "dnsaddr=/ip4/2.2.2.2/tcp/1/p2p/" + OTHER);
        zone.text("_dnsaddr.example.org", "v=spf1 -all");
        assertThat(resolve("/dnsaddr/example.org/p2p/" + PEER)).containsExactly("/ip4/1.1.1.1/tcp/1");
    }

    @Test
    void dnsaddrLeadsToNames() {
        zone.text("_dnsaddr.example.org", "dnsaddr=/dnsaddr/a.example.org/p2p/" + PEER);
        zone.text("_dnsaddr.a.example.org", "dnsaddr=/dns4/b.example.org/tcp/1/p2p/" + PEER);
        zone.address("b.example.org", "1.2.3.4");
        assertThat(resolve("/dnsaddr/example.org/p2p/" + PEER)).containsExactly("/ip4/1.2.3.4/tcp/1");
    }

    @Test
    void recordsThatLeadInCirclesEnd() {
        zone.text("_dnsaddr.example.org", "dnsaddr=/dnsaddr/example.org/p2p/" + PEER);
        assertThatThrownBy(() -> resolve("/dnsaddr/example.org/p2p/" + PEER)).hasMessageContaining("lead on");
        assertThat(zone.queries).isEqualTo(AddressResolver.DEPTH_MAX);
    }

    @Test
    void recordsThatMultiplyAreBounded() {
        for (int i = 0; i < 10; i++) {
            zone.text("_dnsaddr.example.org", "dnsaddr=/dnsaddr/example.org/tcp/" + (i + 1));
        }
        zone.text("_dnsaddr.example.org", "dnsaddr=/ip4/1.2.3.4/tcp/1");
        assertThat(resolve("/dnsaddr/example.org")).contains("/ip4/1.2.3.4/tcp/1");
        assertThat(zone.queries).isLessThanOrEqualTo(AddressResolver.QUERIES_MAX);
    }

    @Test
    void atMostAHundredAddresses() {
        for (int i = 0; i < 250; i++) {
            zone.text("_dnsaddr.example.org", "dnsaddr=/ip4/1.2.3." + i + "/tcp/1");
        }
        assertThat(resolve("/dnsaddr/example.org")).hasSize(AddressResolver.ADDRESSES_MAX);
    }

    @Test
    void aNameThatDoesNotExistFails() {
        assertThatThrownBy(() -> resolve("/dns4/nowhere.example/tcp/1")).hasMessageContaining("nowhere.example");
    }

    @Test
    void brokenRecordsAreLeftOut() {
        zone.text("_dnsaddr.example.org", "dnsaddr=/ip4/999/tcp/1");
        zone.text("_dnsaddr.example.org", "dnsaddr=/ip4/1.2.3.4/tcp/1");
        assertThat(resolve("/dnsaddr/example.org")).containsExactly("/ip4/1.2.3.4/tcp/1");
    }

    @Test
    void anAddressTooLongOnceItsNameIsANumberIsLeftOut() {
        String rest = "/memory/" + "x".repeat(Multiaddr.LENGTH_MAX - "/dns4/a/memory/".length());
        zone.address("a", "1.2.3.4");
        zone.address("a", "2001:db8::1");
        assertThatThrownBy(() -> resolve("/dns6/a" + rest)).hasMessageContaining("bytes");
    }

    private List<String> resolve(String address) {
        return resolver.resolve(Multiaddr.parse(address)).join().stream()
                .map(Multiaddr::toString)
                .toList();
    }

    /** A zone in memory that answers at once. */
    private static final class Zone implements NameLookup {
        final Map<String, List<InetAddress>> addresses = new HashMap<>();
        final Map<String, List<String>> texts = new HashMap<>();
        int queries;

        void address(String name, String ip) {
            try {
                addresses.computeIfAbsent(name, key -> new ArrayList<>()).add(InetAddress.getByName(ip));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        void text(String name, String text) {
            texts.computeIfAbsent(name, key -> new ArrayList<>()).add(text);
        }

        @Override
        public CompletableFuture<List<InetAddress>> addresses(String name, Family family) {
            queries++;
            return answer(addresses, name);
        }

        @Override
        public CompletableFuture<List<String>> texts(String name) {
            queries++;
            return answer(texts, name);
        }

        private static <T> CompletableFuture<List<T>> answer(Map<String, List<T>> records, String name) {
            List<T> found = records.get(name);
            return found == null
                    ? CompletableFuture.failedFuture(new UnknownHostException(name))
                    : CompletableFuture.completedFuture(found);
        }
    }
}
