package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.dial.DialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The way from a socket to a connection: gates, deadlines, and peers that talk nonsense on it. */
@ExtendWith(LeakCheck.class)
class UpgradeIT {

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void theGaterRefusesToDialAPeer() {
        Host b = hosts.start(HostOptions.YAMUX);
        Host a = gated(new ConnectionGater() {
            @Override
            public boolean allowPeerDial(PeerId peer) {
                return !peer.equals(b.peerId());
            }
        });
        assertRefused(a, b, DialFailure.GATED);
        assertThat(b.counters().accepted()).isZero();
    }

    @Test
    void theGaterRefusesToDialAnAddress() {
        Host b = hosts.start(HostOptions.YAMUX);
        Host a = gated(new ConnectionGater() {
            @Override
            public boolean allowAddressDial(@Nullable PeerId peer, Multiaddr address) {
                return false;
            }
        });
        assertRefused(a, b, DialFailure.GATED);
        assertThat(b.counters().accepted()).isZero();
    }

    @Test
    void theGaterRefusesToAccept() {
        Host b = gated(new ConnectionGater() {
            @Override
            public boolean allowAccept(Multiaddr local, Multiaddr remote) {
                return false;
            }
        });
        Host a = hosts.start(HostOptions.YAMUX);
        assertRefused(a, b, DialFailure.FAILED);
        assertThat(b.counters().acceptsRefused()).isEqualTo(1);
    }

    @Test
    void theGaterRefusesOnceThePeerIsKnown() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = gated(new ConnectionGater() {
            @Override
            public boolean allowSecured(boolean outbound, PeerId peer, Multiaddr remote) {
                return !peer.equals(a.peerId());
            }
        });
        a.connect(b.peerAddresses().get(0));
        Hosts.eventually(() -> b.counters().upgradesFailed() == 1);
        Hosts.eventually(() -> a.connections().isEmpty());
        assertThat(b.connections()).isEmpty();
    }

    @Test
    void theGaterHasTheLastWord() {
        Host b = gated(new ConnectionGater() {
            @Override
            public boolean allowUpgraded(Connection connection) {
                return false;
            }
        });
        Host a = hosts.start(HostOptions.YAMUX);
        CompletableFuture<Connection> dial = a.connect(b.peerAddresses().get(0));
        Hosts.eventually(() -> dial.isDone() && a.connections().isEmpty());
        assertThat(b.counters().accepted()).isEqualTo(1);
        assertThat(b.counters().connected()).isZero();
        Hosts.eventually(() -> b.memory().used() == 0);
    }

    @Test
    void aGaterThatThrowsRefuses() {
        Host b = gated(new ConnectionGater() {
            @Override
            public boolean allowAccept(Multiaddr local, Multiaddr remote) {
                throw new IllegalStateException("on purpose");
            }
        });
        assertRefused(hosts.start(HostOptions.YAMUX), b, DialFailure.FAILED);
    }

    @Test
    void whoStallsInTheHandshakeIsClosedAtTheDeadline() throws IOException {
        Host b = hosts.start(options -> options.timeouts(HostTimeouts.DEFAULT.withUpgradeMs(200)));
        try (RawLink silent = new RawLink(b);
                RawLink slow = new RawLink(b)) {
            slow.sendRaw("\u0013/multistream/1.0.0\n".getBytes(StandardCharsets.US_ASCII));
            silent.awaitClose();
            slow.awaitClose();
        }
        Hosts.eventually(() -> b.handshakes() == 0 && b.memory().used() == 0);
        assertThat(b.misbehaviours()).isEqualTo(2);
    }

    @Test
    void aListenerThatSaysNothingFailsTheDial() throws IOException {
        Host a = hosts.start(options -> options.timeouts(HostTimeouts.DEFAULT.withUpgradeMs(200)));
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + silent.getLocalPort());
            assertThatThrownBy(() -> await(a.connect(address)))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("200 ms");
        }
        Hosts.eventually(() -> a.memory().used() == 0);
    }

    @Test
    void garbageInsteadOfMultistreamIsClosed() throws IOException {
        Host b = hosts.start(HostOptions.YAMUX);
        try (RawLink web = new RawLink(b)) {
            web.sendRaw("GET / HTTP/1.1\r\nHost: example.org\r\nAccept: text/html\r\nUser-Agent: a lost browser\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            web.awaitClose();
        }
        Hosts.eventually(() -> b.memory().used() == 0);
        assertThat(b.misbehaviours()).isEqualTo(1);
    }

    @Test
    void garbageInsteadOfNoiseIsClosed() throws IOException {
        Host b = hosts.start(HostOptions.YAMUX);
        try (RawLink link = new RawLink(b)) {
            link.sendRaw("\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(StandardCharsets.US_ASCII));
            byte[] garbage = new byte[10_000];
            new Random(1).nextBytes(garbage);
            link.sendRaw(garbage);
            link.awaitClose();
        }
        Hosts.eventually(() -> b.memory().used() == 0);
        assertThat(b.misbehaviours()).isEqualTo(1);
    }

    @Test
    void aForgedFrameEndsTheConnection() throws IOException {
        Host b = hosts.start(HostOptions.YAMUX);
        try (RawLink link = RawLink.secured(b, HostOptions.YAMUX)) {
            Hosts.eventually(() -> b.connections().size() == 1);
            byte[] forged = new byte[102];
            forged[1] = 100;
            link.sendRaw(forged);
            link.awaitClose();
        }
        Hosts.eventually(() -> b.connections().isEmpty() && b.memory().used() == 0);
        assertThat(b.misbehaviours()).isEqualTo(1);
    }

    @Test
    void garbageInTheMuxerEndsTheConnection() throws IOException {
        for (String muxer : List.of(HostOptions.YAMUX, HostOptions.MPLEX)) {
            Host b = hosts.start(muxer);
            try (RawLink link = RawLink.secured(b, muxer)) {
                byte[] garbage = new byte[64];
                java.util.Arrays.fill(garbage, (byte) 0xff);
                link.send(garbage);
                link.awaitClose();
            }
            Hosts.eventually(() -> b.connections().isEmpty() && b.memory().used() == 0);
            assertThat(b.misbehaviours()).isEqualTo(1);
        }
    }

    @Test
    void withoutAnEarlyChoiceTheMuxerIsNegotiated() throws IOException {
        Host b = hosts.start(HostOptions.YAMUX);
        try (RawLink link = RawLink.secured(b, null)) {
            link.send("\u0013/multistream/1.0.0\n\r/yamux/1.0.0\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(link.receive(), StandardCharsets.US_ASCII);
            assertThat(answer).contains("/multistream/1.0.0");
            Hosts.eventually(() -> b.connections().size() == 1);
            assertThat(b.connections().get(0).muxer()).isEqualTo(HostOptions.YAMUX);
        }
    }

    @Test
    void hostsWithoutACommonMuxerDoNotConnect() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.MPLEX);
        assertRefused(a, b, DialFailure.FAILED);
        Hosts.eventually(() -> a.memory().used() == 0 && b.memory().used() == 0);
    }

    @Test
    void whenTooManyHandshakesAreUnderWayTheOldestGivesWay() throws IOException {
        Host b = hosts.start(
                options -> options.limits(HostLimits.builder().handshakes(2, 2).build()));
        try (RawLink one = new RawLink(b)) {
            Hosts.eventually(() -> b.handshakes() == 1);
            try (RawLink two = new RawLink(b);
                    RawLink three = new RawLink(b)) {
                one.awaitClose();
                assertThat(b.handshakes()).isEqualTo(2);
                Host a = hosts.start(HostOptions.YAMUX);
                assertThat(hosts.connect(a, b).isOpen()).isTrue();
                two.awaitClose();
                Hosts.eventually(() -> b.handshakes() == 1);
                assertThat(three).isNotNull();
            }
            Hosts.eventually(() -> b.handshakes() == 0);
        }
    }

    @Test
    void connectionsOfOnePeerAreLimited() throws IOException {
        Host b = hosts.start(
                options -> options.limits(HostLimits.builder().connections(2, 2).build()));
        try (RawLink one = RawLink.secured(b, HostOptions.YAMUX);
                RawLink two = RawLink.secured(b, HostOptions.YAMUX)) {
            Hosts.eventually(() -> b.connections().size() == 2);
            try (RawLink three = RawLink.secured(b, HostOptions.YAMUX)) {
                three.awaitClose();
            }
            assertThat(one).isNotSameAs(two);
        }
        Hosts.eventually(() -> b.connections().isEmpty());
    }

    @Test
    void aFullMemoryBudgetRefusesSockets() throws IOException {
        Host b = hosts.start(
                options -> options.memory(new io.outcry.core.memory.MemoryBudget("tiny", TcpTransport.SOCKET_BYTES)));
        try (RawLink refused = new RawLink(b)) {
            refused.awaitClose();
        }
        assertThat(b.counters().acceptsRefused()).isEqualTo(1);
        assertThat(b.memory().used()).isZero();
    }

    private Host gated(ConnectionGater gater) {
        return hosts.start(options -> options.gater(gater));
    }

    private static void assertRefused(Host from, Host to, DialFailure expected) {
        assertThatThrownBy(() -> await(from.connect(to.peerAddresses().get(0))))
                .isInstanceOfSatisfying(
                        DialException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(expected));
    }
}
