package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.MULTISTREAM;
import static io.outcry.conformance.wire.RawWire.NOISE;
import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.framed;
import static io.outcry.conformance.wire.RawWire.multistream;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawWire.varint;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.RawPeer;
import io.outcry.transport.HostTimeouts;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** multistream-select on a socket and on a stream, spoken by a peer that does not care. */
@ExtendWith(LeakCheck.class)
final class RawMultistreamIT {

    @AutoClose
    private final HostFixture host = HostFixture.start();

    /** One whose deadlines are what a test waits for. */
    private static HostFixture hasty(UnaryOperator<HostTimeouts> deadline) {
        return HostFixture.start(o -> o.timeouts(deadline.apply(HostFixture.PATIENT)));
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("another header", multistream("/multistream/2.0.0")),
                Arguments.of("a proposal before the header", multistream(NOISE)),
                Arguments.of("a message of no bytes", concat(multistream(MULTISTREAM), new byte[] {0})),
                Arguments.of("no line feed", concat(multistream(MULTISTREAM), framed(text(NOISE)))),
                Arguments.of(
                        "1025 bytes", concat(multistream(MULTISTREAM), framed(text("/" + "a".repeat(1023) + "\n")))),
                Arguments.of("a length of a gibibyte", concat(multistream(MULTISTREAM), varint(1 << 30), text("/"))),
                Arguments.of("a length without end", concat(multistream(MULTISTREAM), text("\u00ff".repeat(6)))),
                // The G is a length of 71.
                Arguments.of("HTTP", text("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: " + "x".repeat(71))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void closesWhatIsNoMultistream(String what, byte[] bytes) throws Exception {
        try (RawPeer peer = RawPeer.connect(host.socket())) {
            peer.send(bytes);
            assertThat(peer.awaitEnd()).as(what).isTrue();
        }
        assertThat(host.awaitMisbehaviour()).as(what).contains("multistream");
    }

    @Test
    void declinesAndTakesTheNextProposal() throws IOException {
        try (RawPeer peer = RawPeer.connect(host.socket())) {
            peer.send(multistream(MULTISTREAM, "/tls/9.9.9"));
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(MULTISTREAM);
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo("na");
            peer.send(multistream(NOISE));
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(NOISE);
        }
    }

    @Test
    void toleratesOneByteAtATime() throws IOException {
        try (RawPeer peer = RawPeer.connect(host.socket())) {
            peer.sendByteByByte(multistream(MULTISTREAM, NOISE));
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(MULTISTREAM);
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(NOISE);
        }
    }

    @Test
    void listingIsAnsweredOrDeclinedAndNoCrash() throws IOException {
        try (RawPeer peer = RawPeer.connect(host.socket())) {
            peer.send(multistream(MULTISTREAM, "ls"));
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(MULTISTREAM);
            assertThat(peer.readFramed(1024)).isNotEmpty();
            peer.send(multistream(NOISE));
            assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(NOISE);
        }
    }

    @Test
    void silenceEndsAtTheDeadlineOfTheUpgrade() throws IOException {
        try (HostFixture hasty = hasty(timeouts -> timeouts.withUpgradeMs(300));
                RawPeer peer = RawPeer.connect(hasty.socket())) {
            peer.send(multistream(MULTISTREAM));
            assertThat(peer.awaitEnd()).isTrue();
        }
    }

    @Test
    void proposingForEverEndsAtTheDeadlineOfTheUpgrade() throws IOException {
        try (HostFixture hasty = hasty(timeouts -> timeouts.withUpgradeMs(300));
                RawPeer peer = RawPeer.connect(hasty.socket())) {
            assertThat(proposeUntilTheEnd(peer)).isTrue();
        }
    }

    private static boolean proposeUntilTheEnd(RawPeer peer) {
        try {
            peer.send(multistream(MULTISTREAM));
            peer.readFramed(1024);
            while (true) {
                peer.send(multistream("/never/1.0.0"));
                peer.readFramed(1024);
            }
        } catch (SocketTimeoutException silence) {
            return false;
        } catch (IOException end) {
            return true;
        }
    }

    @Test
    void aStreamDeclinesAndTakesTheNextProposal() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream stream = yamux.openBare();
            stream.send(multistream(MULTISTREAM, "/nobody/speaks/this"));
            assertThat(stream.readMessage()).isEqualTo(MULTISTREAM);
            assertThat(stream.readMessage()).isEqualTo("na");
            stream.send(multistream(HostFixture.ECHO));
            assertThat(stream.readMessage()).isEqualTo(HostFixture.ECHO);
        }
    }

    @Test
    void dataGluedToTheProposalReachesTheHandler() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream stream = yamux.openBare();
            stream.send(concat(multistream(MULTISTREAM, HostFixture.ECHO), text("early")));
            stream.closeWrite();
            assertThat(stream.readMessage()).isEqualTo(MULTISTREAM);
            assertThat(stream.readMessage()).isEqualTo(HostFixture.ECHO);
            assertThat(stream.readToEnd()).isEqualTo(text("early"));
        }
    }

    @Test
    void nonsenseOnAStreamEndsTheStreamAndNotTheConnection() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream bad = yamux.openBare();
            bad.send(concat(multistream(MULTISTREAM), varint(4096), new byte[4096]));
            bad.awaitReset();
            RawStream good = yamux.open(HostFixture.ECHO);
            good.send(text("still here"));
            assertThat(good.read(10)).isEqualTo(text("still here"));
        }
    }

    @Test
    void aStreamThatNeverSaysItsProtocolIsReset() throws Exception {
        try (HostFixture hasty = hasty(timeouts -> timeouts.withStreamNegotiationMs(300));
                RawYamux yamux = hasty.yamux()) {
            RawStream stream = yamux.openBare();
            stream.send(multistream(MULTISTREAM));
            stream.awaitReset();
            yamux.frame(RawYamux.PING, RawYamux.SYN, 0, 7, new byte[0]);
            yamux.await(frame -> frame.is(RawYamux.PING, RawYamux.ACK) && frame.length() == 7);
        }
    }

    @Test
    void aProtocolWithoutItsHandlerIsDeclined() throws Exception {
        host.host().handle("/here/today", stream -> stream.reader(new HostFixture.Echo()));
        try (RawYamux yamux = host.yamux()) {
            assertThat(yamux.open("/here/today").isReset()).isFalse();
            host.host().unhandle("/here/today");
            RawStream stream = yamux.openBare();
            stream.send(multistream(MULTISTREAM, "/here/today"));
            assertThat(stream.readMessage()).isEqualTo(MULTISTREAM);
            assertThat(stream.readMessage()).isEqualTo("na");
        }
    }
}
