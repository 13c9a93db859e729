package io.outcry.discovery;

import static io.outcry.discovery.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Connection;
import io.outcry.transport.ConnectionGater;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootstrapIT {

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() throws Exception {
        loopback.close();
    }

    @Test
    void connectsToItsPeersAndKnowsThem() {
        Host b = loopback.host();
        Host a = loopback.host();
        BootstrapList list = loopback.closing(BootstrapList.start(a, b.peerAddresses()));
        assertThat(await(list.firstConnected())).isEqualTo(b.peerId());
        assertThat(await(list.findPeers("any", 5))).containsExactly(new PeerAddresses(b.peerId(), b.listenAddresses()));
        assertThat(list.connected())
                .as("what the list was told before it was asked, it has counted")
                .isEqualTo(1);
        assertThatThrownBy(() -> await(list.advertise("any", Duration.ofHours(2))))
                .hasMessageContaining("use a rendezvous point");
        assertThat(loopback.warnings()).isEmpty();
        list.close();
        assertThatThrownBy(() -> await(list.findPeers("any", 5))).isInstanceOf(DiscoveryException.class);
        assertThat(a.isConnected(b.peerId())).as("connections stay").isTrue();
    }

    @Test
    void onePeerThatIsAwayIsOneWarningAndIsFoundWhenItComes() {
        AtomicBoolean away = new AtomicBoolean(true);
        ConnectionGater door = new ConnectionGater() {
            @Override
            public boolean allowAddressDial(@Nullable PeerId peer, Multiaddr address) {
                return !away.get();
            }
        };
        Host b = loopback.host();
        Host a = loopback.host(options -> options.gater(door));
        BootstrapList list = loopback.closing(BootstrapList.start(a, b.peerAddresses()));
        String address = b.peerAddresses().get(0).toString();
        assertThat(await(loopback.firstWarning())).contains(address);
        away.set(false);
        assertThat(await(list.firstConnected())).isEqualTo(b.peerId());
        assertThat(loopback.warnings()).hasSize(1);
    }

    @Test
    void comesBackAfterADisconnect() {
        Host b = loopback.host();
        Host a = loopback.host();
        BootstrapList list = loopback.closing(BootstrapList.start(a, b.peerAddresses()));
        await(list.firstConnected());
        CompletableFuture<PeerId> again = new CompletableFuture<>();
        a.addListener(new HostListener() {
            private boolean wasAway;

            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                wasAway = true;
            }

            @Override
            public void onConnected(Connection connection) {
                if (wasAway) {
                    again.complete(connection.peer());
                }
            }
        });
        await(a.disconnect(b.peerId()));
        assertThat(await(again)).isEqualTo(b.peerId());
    }
}
