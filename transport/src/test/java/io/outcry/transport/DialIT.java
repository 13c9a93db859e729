package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.dial.DialFailure;
import io.outcry.transport.dns.NameLookup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reaching peers over real sockets, and letting go of them. */
@ExtendWith(LeakCheck.class)
class DialIT {

    private static final long HOUR_MS = 3_600_000;

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void oneGoodAddressAmongBlackHolesConnectsFastAndTheLosersAreClosed() throws IOException {
        // Nothing here ends by waiting: who tried one address after the other would never come to the good one.
        HostTimeouts patient = HostTimeouts.DEFAULT.withUpgradeMs(HOUR_MS).withDialMs(HOUR_MS, HOUR_MS);
        Host a = hosts.start(options -> options.timeouts(patient));
        Host b = hosts.start(HostOptions.YAMUX);
        List<ServerSocket> holes = new ArrayList<>();
        List<Multiaddr> addresses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ServerSocket hole = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
            hole.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Hosts.PATIENCE_S));
            holes.add(hole);
            addresses.add(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + hole.getLocalPort()));
        }
        addresses.addAll(b.listenAddresses());
        Connection connection = await(a.connect(b.peerId(), addresses));
        assertThat(connection.peer()).isEqualTo(b.peerId());
        for (ServerSocket hole : holes) {
            try (Socket loser = hole.accept()) {
                awaitEnd(loser);
            }
            hole.close();
        }
        assertThat(a.connections()).hasSize(1);
    }

    @Test
    void namesAreDialled() throws UnknownHostException {
        Host b = hosts.start(HostOptions.YAMUX);
        int port = b.listenAddresses().get(0).tcpAddress().orElseThrow().getPort();
        Host a = hosts.start(options -> options.nameLookup(new OneName(
                List.of("dnsaddr=/dns4/b.example.org/tcp/" + port + "/p2p/" + b.peerId()),
                List.of(InetAddress.getLoopbackAddress()))));
        Connection connection = await(a.connect(Multiaddr.parse("/dnsaddr/example.org/p2p/" + b.peerId())));
        assertThat(connection.peer()).isEqualTo(b.peerId());
        assertThat(connection.remoteAddress()).isEqualTo(b.listenAddresses().get(0));
    }

    @Test
    void ofANameOfManyPeersOnlyTheOneAskedForIsDialled() {
        Host b = hosts.start(HostOptions.YAMUX);
        Host other = hosts.start(HostOptions.YAMUX);
        Host a = hosts.start(options -> options.nameLookup(new OneName(
                List.of(
                        "dnsaddr=" + other.peerAddresses().get(0),
                        "dnsaddr=" + b.peerAddresses().get(0)),
                List.of())));
        Connection connection = await(a.connect(b.peerId(), List.of(Multiaddr.parse("/dnsaddr/example.org"))));
        assertThat(connection.peer()).isEqualTo(b.peerId());
        assertThat(other.counters().accepted()).isZero();
    }

    @Test
    void aNameThatIsNotFoundSaysSo() {
        Host a = hosts.start(options -> options.nameLookup(new OneName(List.of(), List.of())));
        assertThatThrownBy(() -> await(a.connect(Multiaddr.parse("/dns4/nowhere.example/tcp/1"))))
                .isInstanceOfSatisfying(
                        DialException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(DialFailure.NO_ADDRESSES))
                .hasMessageContaining("nowhere.example");
    }

    @Test
    void theSystemsOwnNamesAreKnown() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        int port = b.listenAddresses().get(0).tcpAddress().orElseThrow().getPort();
        Multiaddr address = Multiaddr.parse("/dns4/localhost/tcp/" + port + "/p2p/" + b.peerId());
        assertThat(await(a.connect(address)).peer()).isEqualTo(b.peerId());
    }

    @Test
    void anAddressWithoutAPeerIdTellsWhoLivesThere() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        assertThat(await(a.connect(b.listenAddresses().get(0))).peer()).isEqualTo(b.peerId());
    }

    @Test
    void ip6WorksAsWell() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(options -> options.listen("/ip6/::1/tcp/0"));
        assertThat(b.listenAddresses().get(0).toString()).startsWith("/ip6/::1/tcp/");
        assertThat(hosts.connect(a, b).isOpen()).isTrue();
    }

    @Test
    void aCallerWhoGivesUpFreesTheSocket() throws IOException {
        Host a = hosts.start(HostOptions.YAMUX);
        try (ServerSocket hole = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Connection> dial =
                    a.connect(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + hole.getLocalPort()));
            try (Socket accepted = hole.accept()) {
                dial.cancel(false);
                awaitEnd(accepted);
            }
        }
        Hosts.eventually(() -> a.memory().used() == 0);
    }

    @Test
    void aStreamConnectsFirstIfNeedBe() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle("/echo/1.0.0", Hosts.echo());
        a.addressBook().add(b.peerId(), b.listenAddresses(), AddressBook.ADDRESS_TTL);
        assertThat(await(a.newStream(b.peerId(), "/echo/1.0.0")).peer()).isEqualTo(b.peerId());
        PeerId unknown = hosts.start(HostOptions.YAMUX).peerId();
        assertThatThrownBy(() -> await(a.newStream(unknown, "/echo/1.0.0")))
                .isInstanceOfSatisfying(
                        DialException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(DialFailure.NO_ADDRESSES));
    }

    @Test
    void roomIsMadeAboveTheHighWaterMarkButNotOfTheProtected() {
        Host hub = hosts.start(options -> options.waterMarks(new WaterMarks(2, 3, 0, 0)));
        ConcurrentLinkedQueue<DisconnectReason> reasons = new ConcurrentLinkedQueue<>();
        hub.addListener(new HostListener() {
            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                reasons.add(reason);
            }
        });
        Host dear = hosts.start(HostOptions.YAMUX);
        hub.connectionManager().protect(dear.peerId(), "friend");
        hosts.connect(dear, hub);
        for (int i = 0; i < 3; i++) {
            hosts.connect(hosts.start(HostOptions.YAMUX), hub);
        }
        Hosts.eventually(() -> reasons.size() == 2);
        assertThat(reasons).containsOnly(DisconnectReason.TRIMMED);
        assertThat(hub.connections()).hasSize(2);
        assertThat(hub.isConnected(dear.peerId())).isTrue();
    }

    @Test
    void connectionsWithOnePeerAreLimited() {
        Host hub = hosts.start(options ->
                options.limits(HostLimits.builder().connections(100, 1).build()));
        Host a = hosts.start(HostOptions.YAMUX);
        hosts.connect(a, hub);
        Hosts.eventually(() -> hub.connections().size() == 1);
        Host sameKey = hosts.start(options -> options.privateKey(a.options().privateKey()));
        CompletableFuture<Connection> second =
                sameKey.connect(hub.peerAddresses().get(0));
        // It may have been a connection for a moment, or was closed before it came to that.
        Hosts.eventually(() -> second.isDone() && sameKey.connections().isEmpty());
        assertThat(hub.counters().accepted()).isEqualTo(2);
        assertThat(hub.counters().connected()).isEqualTo(1);
        assertThat(hub.connections()).hasSize(1);
    }

    @Test
    void afterClosingEveryCallFails() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        Connection connection = hosts.connect(a, b);
        a.close();
        assertThatThrownBy(() -> await(a.connect(b.peerAddresses().get(0))))
                .isInstanceOfSatisfying(
                        DialException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(DialFailure.CLOSED));
        assertThatThrownBy(() -> await(connection.newStream(List.of("/x"))))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(StreamException.Reason.CONNECTION_CLOSED));
        assertThat(a.memory().used()).isZero();
    }

    @Test
    void theHostsAgentMayShareAThread() {
        try (AgentGroup group =
                AgentGroup.start(ThreadingMode.SHARED, "node", NanoClock.system(), (agent, failure) -> {})) {
            Host a = hosts.start(options -> options.agents(group));
            Host b = hosts.start(options -> options.agents(group));
            assertThat(hosts.connect(a, b).isOpen()).isTrue();
            a.close();
            Hosts.eventually(() -> b.connections().isEmpty());
            b.close();
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Hosts.PATIENCE_S));
        InputStream input = socket.getInputStream();
        try {
            while (input.read() >= 0) {
                // what the dialler said first
            }
        } catch (SocketException reset) {
            // A reset is an end, too.
        }
    }

    /** A zone with one name of each kind. */
    private record OneName(List<String> texts, List<InetAddress> addresses) implements NameLookup {

        @Override
        public CompletableFuture<List<InetAddress>> addresses(String name, Family family) {
            return addresses.isEmpty() ? missing(name) : CompletableFuture.completedFuture(addresses);
        }

        @Override
        public CompletableFuture<List<String>> texts(String name) {
            return texts.isEmpty() ? missing(name) : CompletableFuture.completedFuture(texts);
        }

        private static <T> CompletableFuture<T> missing(@Nullable String name) {
            return CompletableFuture.failedFuture(new UnknownHostException(name));
        }
    }
}
