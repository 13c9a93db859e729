package io.outcry.discovery;

import static io.outcry.discovery.Loopback.await;
import static io.outcry.discovery.Loopback.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootstrapIT {

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() throws Exception {
        loopback.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void connectsToItsPeersAndKnowsThem() {
        Host b = loopback.host();
        Host a = loopback.host();
        BootstrapList list = loopback.closing(BootstrapList.start(a, b.peerAddresses()));
        assertThat(await(list.firstConnected())).isEqualTo(b.peerId());
        eventually(() -> list.connected() == 1);
        assertThat(await(list.findPeers("any", 5))).containsExactly(new PeerAddresses(b.peerId(), b.listenAddresses()));
        assertThatThrownBy(() -> await(list.advertise("any", Duration.ofHours(2))))
                .hasMessageContaining("use a rendezvous point");
        assertThat(loopback.warnings()).isEmpty();
        list.close();
        assertThatThrownBy(() -> await(list.findPeers("any", 5))).isInstanceOf(DiscoveryException.class);
        assertThat(a.isConnected(b.peerId())).as("connections stay").isTrue();
    }

    @Test
    void onePeerThatIsAwayIsOneWarningAndIsFoundWhenItComes() throws IOException {
        int port = freePort();
        Host a = loopback.host();
        BootstrapList list =
                loopback.closing(BootstrapList.start(a, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port))));
        eventually(() -> !loopback.warnings().isEmpty());
        Host b = loopback.host(options -> options.listen("/ip4/127.0.0.1/tcp/" + port));
        assertThat(await(list.firstConnected())).isEqualTo(b.peerId());
        assertThat(loopback.warnings()).hasSize(1).first().asString().contains("127.0.0.1/tcp/" + port);
    }

    @Test
    void comesBackAfterADisconnect() {
        Host b = loopback.host();
        Host a = loopback.host();
        BootstrapList list = loopback.closing(BootstrapList.start(a, b.peerAddresses()));
        await(list.firstConnected());
        await(a.disconnect(b.peerId()));
        eventually(() -> a.isConnected(b.peerId()));
    }
}
