package io.outcry.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.conformance.peers.ForeignPeers;
import io.outcry.conformance.peers.Program;
import io.outcry.testkit.RawPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The raw peer is honest enough for the libp2p of others, so what our host does not like about it is ours to explain. */
final class RawPeerIT {

    private static InetSocketAddress socketOf(String multiaddr) {
        List<String> parts = List.of(multiaddr.split("/"));
        return new InetSocketAddress(parts.get(2), Integer.parseInt(parts.get(4)));
    }

    @ParameterizedTest
    @EnumSource(ForeignPeers.class)
    void dialsAForeignPeer(ForeignPeers kind) throws IOException {
        RawIdentity identity = RawIdentity.fresh();
        try (Program peer = kind.start("--pubsub", "off");
                RawYamux yamux =
                        new RawYamux(RawSession.dial(socketOf(peer.address()), identity, RawWire.YAMUX), true)) {
            peer.await("peer-connected", e -> e.text("peer").equals(identity.toString()));

            RawStream ping = yamux.open("/ipfs/ping/1.0.0");
            byte[] payload = RawNoise.sha256(new byte[] {1});
            ping.send(payload);
            assertThat(ping.read(32)).isEqualTo(payload);
            ping.closeWrite();

            RawStream identify = yamux.open("/ipfs/id/1.0.0");
            RawFields fields = RawFields.of(identify.readFramed());
            assertThat(fields.texts(3)).contains("/ipfs/ping/1.0.0", "/outcry/test/echo/1.0.0");
        }
    }

    @ParameterizedTest
    @EnumSource(ForeignPeers.class)
    void isDialledByAForeignPeer(ForeignPeers kind) throws IOException {
        RawIdentity identity = RawIdentity.fresh();
        try (RawPeer.Listener listener = RawPeer.listen();
                Program peer = kind.start("--pubsub", "off")) {
            peer.say("connect /ip4/127.0.0.1/tcp/" + listener.address().getPort() + "/p2p/" + identity);
            try (RawYamux yamux = new RawYamux(RawSession.accept(listener.accept(), identity, RawWire.YAMUX), false)) {
                RawStream identify = yamux.accept("/ipfs/id/1.0.0");
                identify.send(RawWire.framed(RawWire.concat(
                        RawWire.field(1, identity.publicKey()),
                        RawWire.field(3, RawWire.text("/ipfs/ping/1.0.0")),
                        RawWire.field(6, RawWire.text("raw")))));
                identify.closeWrite();
                peer.await("connected");
                assertThat(yamux.open("/outcry/test/echo/1.0.0").isReset()).isFalse();
                peer.await("identified", e -> e.text("agent").equals("raw"));
            }
        }
    }
}
