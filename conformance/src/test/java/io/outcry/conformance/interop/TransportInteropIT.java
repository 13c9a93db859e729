package io.outcry.conformance.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.conformance.peers.Event;
import io.outcry.conformance.peers.ForeignPeers;
import io.outcry.conformance.peers.Program;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Connection;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import io.outcry.transport.HostOptions;
import io.outcry.transport.IdentifyInfo;
import io.outcry.transport.PerfResult;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamReader;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP, Noise, both muxers, identify, ping, perf and a protocol of our own, beside the libp2p of others. */
@ExtendWith(LeakCheck.class)
final class TransportInteropIT {

    private static final String ECHO = "/outcry/test/echo/1.0.0";
    private static final long PERF_BYTES = 256L << 20;

    private static Host host(String muxer, KeyType key) {
        Host host = Host.start(HostOptions.builder()
                .listen("/ip4/127.0.0.1/tcp/0")
                .privateKey(PrivateKey.generate(key))
                .muxers(muxer)
                .servePerf(true)
                .ioThreads(1)
                .build());
        host.handle(ECHO, stream -> stream.reader(new EchoReader()));
        return host;
    }

    private static String addressOf(Host host) {
        return host.listenAddresses().get(0).withPeer(host.peerId()).toString();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Program.TIMEOUT_S, TimeUnit.SECONDS);
    }

    /** Every muxer the peer has, and every key type it can prove. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "JS, yamux, ED25519",
        "JS, mplex, ED25519",
        "JS, yamux, SECP256K1",
        "JS, mplex, RSA",
        "GO, yamux, ED25519",
        "GO, yamux, SECP256K1",
        "GO, yamux, RSA",
        "GO, yamux, ECDSA"
    })
    void weDial(ForeignPeers kind, String muxer, KeyType key) throws Exception {
        try (Program peer = kind.start(
                        "--pubsub", "off", "--muxer", muxer, "--key", key.name().toLowerCase(Locale.ROOT));
                Host host = host(protocol(muxer), key)) {
            Connection connection = get(host.connect(Multiaddr.parse(peer.address())));
            PeerId id = PeerId.parse(peer.peerId());
            assertThat(connection.peer()).isEqualTo(id);
            assertThat(connection.muxer()).isEqualTo(protocol(muxer));
            assertAll(host, peer, id);
        }
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "JS, yamux, ED25519",
        "JS, mplex, ED25519",
        "JS, yamux, RSA",
        "JS, mplex, SECP256K1",
        "GO, yamux, ED25519",
        "GO, yamux, SECP256K1",
        "GO, yamux, RSA",
        "GO, yamux, ECDSA"
    })
    void theyDial(ForeignPeers kind, String muxer, KeyType key) throws Exception {
        try (Program peer = kind.start(
                        "--pubsub", "off", "--muxer", muxer, "--key", key.name().toLowerCase(Locale.ROOT));
                Host host = host(protocol(muxer), key)) {
            CompletableFuture<Connection> here = connected(host);
            peer.ask("connect " + addressOf(host), "connected");
            get(here); // the dialling side knows of a connection first
            assertAll(host, peer, PeerId.parse(peer.peerId()));
        }
    }

    private static CompletableFuture<Connection> connected(Host host) {
        CompletableFuture<Connection> connected = new CompletableFuture<>();
        host.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                connected.complete(connection);
            }
        });
        return connected;
    }

    private static String protocol(String muxer) {
        return muxer.equals("yamux") ? HostOptions.YAMUX : HostOptions.MPLEX;
    }

    /** Ping, identify and echo, from both ends of the one connection there is. */
    private static void assertAll(Host host, Program peer, PeerId id) throws Exception {
        assertThat(get(host.ping(id))).isPositive();
        assertThat(peer.ask("ping " + addressOf(host), "ping").number("rttMs")).isNotNegative();

        IdentifyInfo info = get(host.identify(id));
        assertThat(info.protocols()).contains("/ipfs/ping/1.0.0", ECHO);
        assertThat(info.addresses().stream().map(a -> a.withPeer(id).toString()))
                .contains(peer.address());
        assertThat(info.signedRecord().orElseThrow().peer()).isEqualTo(id);

        Event told = peer.ask("identify " + addressOf(host), "identify");
        assertThat(told.text("peer")).isEqualTo(host.peerId().toString());
        assertThat(told.text("agent")).startsWith("outcry/");
        assertThat(told.texts("protocols")).contains("/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", ECHO);
        assertThat(told.texts("addresses"))
                .contains(host.listenAddresses().get(0).withoutPeer().toString());
        assertThat(told.flag("signedRecord")).isTrue();

        byte[] sent = new byte[300_000];
        new Random(7).nextBytes(sent);
        assertThat(echo(host, id, sent)).isEqualTo(sent);
        assertThat(peer.ask("echo " + addressOf(host) + " 300000", "echo").whole("bytes"))
                .isEqualTo(300_000);
        assertThat(host.connections(id)).hasSize(1);
    }

    private static byte[] echo(Host host, PeerId peer, byte[] sent) throws Exception {
        Stream stream = get(host.newStream(peer, ECHO));
        Collector back = new Collector();
        stream.reader(back);
        for (int at = 0; at < sent.length; at += 10_000) {
            ByteBuf part = Unpooled.wrappedBuffer(sent, at, Math.min(10_000, sent.length - at));
            stream.write(part);
            part.release();
        }
        get(stream.closeWrite());
        return get(back.all);
    }

    @Test
    void perfMovesAQuarterGibibyteToGoAndBack() throws Exception {
        try (Program peer = ForeignPeers.GO.start("--pubsub", "off");
                Host host = host(HostOptions.YAMUX, KeyType.ED25519)) {
            get(host.connect(Multiaddr.parse(peer.address())));
            PerfResult result = get(host.perf(PeerId.parse(peer.peerId()), PERF_BYTES, PERF_BYTES));
            assertThat(result.uploadedBytes()).isEqualTo(PERF_BYTES);
            assertThat(result.downloadedBytes()).isEqualTo(PERF_BYTES);
            Event served = peer.await("perf-served");
            assertThat(served.whole("received")).isEqualTo(PERF_BYTES);
            assertThat(served.whole("sent")).isEqualTo(PERF_BYTES);
        }
    }

    @Test
    void perfMovesAQuarterGibibyteFromGoAndBack() throws Exception {
        try (Program peer = ForeignPeers.GO.start("--pubsub", "off");
                Host host = host(HostOptions.YAMUX, KeyType.ED25519)) {
            Event result = peer.ask("perf " + addressOf(host) + " " + PERF_BYTES + " " + PERF_BYTES, "perf");
            assertThat(result.whole("uploadBytes")).isEqualTo(PERF_BYTES);
            assertThat(result.whole("downloadBytes")).isEqualTo(PERF_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(ForeignPeers.class)
    void aPeerThatGoesIsNoticed(ForeignPeers kind) throws Exception {
        try (Program peer = kind.start("--pubsub", "off");
                Host host = host(HostOptions.YAMUX, KeyType.ED25519)) {
            Connection connection = get(host.connect(Multiaddr.parse(peer.address())));
            Stream stream = get(connection.newStream(List.of(ECHO)));
            Collector end = new Collector();
            stream.reader(end);
            peer.quit();
            get(end.closed);
        }
    }

    /** Gathers what comes until the peer closed its half. */
    private static final class Collector implements StreamReader {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> all = new CompletableFuture<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        @Override
        public void onData(Stream stream, ByteBuf data) {
            byte[] part = new byte[data.readableBytes()];
            data.getBytes(data.readerIndex(), part);
            bytes.writeBytes(part);
        }

        @Override
        public void onRemoteClosed(Stream stream) {
            all.complete(bytes.toByteArray());
            stream.closeWrite();
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            if (cause != null) {
                all.completeExceptionally(cause);
            }
            closed.complete(null);
        }
    }

    /** Gives back what comes; credit follows what left. */
    private static final class EchoReader implements StreamReader {
        @Override
        public void onData(Stream stream, ByteBuf data) {
            stream.autoCredit(false);
            int length = data.readableBytes();
            stream.write(data).whenComplete((done, failure) -> {
                if (failure == null) {
                    stream.consumed(length);
                }
            });
        }
    }
}
