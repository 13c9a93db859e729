package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.MULTISTREAM;
import static io.outcry.conformance.wire.RawWire.YAMUX;
import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.field;
import static io.outcry.conformance.wire.RawWire.multistream;
import static io.outcry.conformance.wire.RawWire.u16;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.RawPeer;
import io.outcry.transport.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Noise handshake and its transport messages, by a peer that spoils one thing at a time. */
@ExtendWith(LeakCheck.class)
final class RawNoiseIT {

    @AutoClose
    private final HostFixture host = HostFixture.start();

    private final RawIdentity identity = RawIdentity.fresh();

    private RawPeer connect() throws IOException {
        return connect(host);
    }

    private static RawPeer connect(HostFixture host) throws IOException {
        RawPeer peer = RawPeer.connect(host.socket());
        RawSession.agreeOnNoise(peer, true);
        return peer;
    }

    @Test
    void anHonestHandshakeShowsBothIdentities() throws Exception {
        try (RawPeer peer = connect()) {
            RawNoise noise = new RawNoise(peer, true);
            RawFields payload = RawFields.of(noise.handshake(noise.payload(identity)));
            assertThat(payload.all(1))
                    .containsExactly(
                            host.host().peerId().inlineKey().orElseThrow().encoded());
            noise.send(multistream(MULTISTREAM, YAMUX));
            assertThat(host.awaitConnected()).isEqualTo(PeerId.parse(identity.toString()));
        }
    }

    /** What the third message may claim; each is refused. */
    static Stream<Arguments> lies() {
        RawIdentity one = RawIdentity.fresh();
        RawIdentity other = RawIdentity.fresh();
        byte[] rsa1024 = concat(field(1, 0), field(2, new byte[162]));
        return Stream.of(
                Arguments.of(
                        "a signature by another key",
                        lie(n -> RawNoise.payload(one.publicKey(), other.sign(n.signed())))),
                Arguments.of(
                        "a signature of something else",
                        lie(n -> RawNoise.payload(one.publicKey(), one.sign(new byte[32])))),
                Arguments.of("no signature", lie(n -> field(1, one.publicKey()))),
                Arguments.of("no key", lie(n -> field(2, one.sign(n.signed())))),
                Arguments.of("nothing", lie(n -> new byte[0])),
                Arguments.of("no protobuf", lie(n -> new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff})),
                Arguments.of(
                        "a key of no type",
                        lie(n -> RawNoise.payload(concat(field(1, 9), field(2, new byte[32])), new byte[64]))),
                Arguments.of("an RSA key that is none", lie(n -> RawNoise.payload(rsa1024, new byte[128]))),
                Arguments.of(
                        "a key of 60 KiB",
                        lie(n -> RawNoise.payload(concat(field(1, 0), field(2, new byte[60_000])), new byte[64]))));
    }

    private interface Lie {
        byte[] payload(RawNoise noise);
    }

    private static Lie lie(Lie lie) {
        return lie;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void refusesAnIdentityThatIsNotProven(String what, Lie lie) throws Exception {
        try (RawPeer peer = connect()) {
            RawNoise noise = new RawNoise(peer, true);
            noise.handshake(lie.payload(noise));
            assertThat(peer.awaitEnd()).as(what).isTrue();
        }
        assertThat(host.awaitMisbehaviour()).as(what).startsWith("noise: ");
        assertThat(host.host().connections()).isEmpty();
    }

    /** What may come in place of the first message. */
    static Stream<Arguments> firstMessages() {
        return Stream.of(
                Arguments.of("nothing", new byte[] {0, 0}),
                Arguments.of("31 bytes", concat(u16(31), new byte[31])),
                Arguments.of("a key of low order", concat(u16(32), new byte[32])),
                Arguments.of("a frame as long as they get", concat(u16(65_535), new byte[65_535])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("firstMessages")
    void refusesAFirstMessageThatIsNone(String what, byte[] bytes) throws Exception {
        try (RawPeer peer = connect()) {
            peer.send(bytes);
            assertThat(peer.awaitEnd()).as(what).isTrue();
        }
        assertThat(host.awaitMisbehaviour()).as(what).startsWith("noise: ");
    }

    @Test
    void refusesAThirdMessageWithOneBitChanged() throws Exception {
        try (RawPeer peer = connect()) {
            RawNoise noise = new RawNoise(peer, true);
            noise.sendFirst(new byte[0]);
            noise.readSecond();
            byte[] third = noise.third(noise.payload(identity));
            third[third.length - 1] ^= 1;
            noise.sendFrame(third);
            assertThat(peer.awaitEnd()).isTrue();
        }
        assertThat(host.awaitMisbehaviour()).startsWith("noise: ");
    }

    @Test
    void aHandshakeThatStopsHalfWayEndsAtTheDeadline() throws IOException {
        try (HostFixture hasty = HostFixture.start(o -> o.timeouts(HostFixture.PATIENT.withUpgradeMs(3_000)));
                RawPeer peer = connect(hasty)) {
            RawNoise noise = new RawNoise(peer, true);
            noise.sendFirst(new byte[0]);
            noise.readSecond();
            assertThat(peer.awaitEnd()).isTrue();
        }
    }

    @Test
    void aMuxerAgreedInTheHandshakeNeedsNoMultistream() throws Exception {
        try (RawPeer peer = connect()) {
            RawNoise noise = new RawNoise(peer, true);
            byte[] payload = noise.handshake(noise.payload(identity, YAMUX));
            assertThat(RawFields.of(payload).message(4).texts(2)).contains(YAMUX);
            noise.send(RawYamux.bytes(RawYamux.PING, RawYamux.SYN, 0, 77, new byte[0]));
            byte[] pong = RawYamux.bytes(RawYamux.PING, RawYamux.ACK, 0, 77, new byte[0]);
            StringBuilder seen = new StringBuilder();
            String wanted = new String(pong, StandardCharsets.ISO_8859_1);
            while (seen.indexOf(wanted) < 0) {
                seen.append(new String(noise.read(), StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void transportBytesGluedToTheThirdMessageAreRead() throws Exception {
        try (RawPeer peer = connect()) {
            RawNoise noise = new RawNoise(peer, true);
            noise.sendFirst(new byte[0]);
            noise.readSecond();
            byte[] third = noise.third(noise.payload(identity));
            noise.split();
            byte[] next = noise.seal(multistream(MULTISTREAM, YAMUX));
            peer.send(concat(u16(third.length), third, u16(next.length), next));
            assertThat(host.awaitConnected()).isEqualTo(PeerId.parse(identity.toString()));
        }
    }

    @Test
    void transportMessagesOfEverySizeAreRead() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream echo = yamux.open(HostFixture.ECHO);
            yamux.raw(new byte[0]);
            byte[] body = new byte[65_519 - 12];
            yamux.raw(RawYamux.bytes(RawYamux.DATA, 0, echo.id(), body.length, body));
            assertThat(echo.read(body.length)).isEqualTo(body);
        }
    }

    @Test
    void aTransportMessageTooShortForItsTagEndsTheConnection() throws Exception {
        try (RawSession session = RawSession.dial(host.socket(), identity, YAMUX)) {
            session.peer().send(concat(u16(15), new byte[15]));
            assertThat(session.peer().awaitEnd()).isTrue();
        }
        assertThat(host.awaitMisbehaviour()).startsWith("noise: ");
    }

    @Test
    void aForgedTransportMessageEndsTheConnection() throws Exception {
        try (RawSession session = RawSession.dial(host.socket(), identity, YAMUX)) {
            byte[] sealed = session.noise().seal(RawYamux.bytes(RawYamux.PING, RawYamux.SYN, 0, 1, new byte[0]));
            sealed[0] ^= 1;
            session.noise().sendFrame(sealed);
            assertThat(session.peer().awaitEnd()).isTrue();
        }
        assertThat(host.awaitDisconnected()).isNotNull();
    }

    @Test
    void aDialFailsWhenAnotherPeerAnswers() throws Exception {
        RawIdentity expected = RawIdentity.fresh();
        try (RawPeer.Listener listener = RawPeer.listen()) {
            CompletableFuture<Connection> dial = host.host()
                    .connect(Multiaddr.parse(
                            "/ip4/127.0.0.1/tcp/" + listener.address().getPort() + "/p2p/" + expected));
            try (RawPeer peer = listener.accept()) {
                RawSession.agreeOnNoise(peer, false);
                RawNoise noise = new RawNoise(peer, false);
                noise.readFirst();
                noise.sendSecond(noise.payload(identity));
                assertThat(peer.awaitEnd()).isTrue();
            }
            assertThatThrownBy(() -> dial.get(HostFixture.TIMEOUT_S, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining(identity.toString());
        }
    }
}
