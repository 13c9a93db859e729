package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.MPLEX;
import static io.outcry.conformance.wire.RawWire.MULTISTREAM;
import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.framed;
import static io.outcry.conformance.wire.RawWire.multistream;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawWire.varint;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** mplex, frame by frame: {@code id << 3 | flag}, a length, and that many bytes. */
@ExtendWith(LeakCheck.class)
final class RawMplexIT {

    private static final int NEW_STREAM = 0;
    private static final int MESSAGE_OF_OPENER = 2;
    private static final int CLOSE_OF_OPENER = 4;

    @AutoClose
    private final HostFixture host = HostFixture.start();

    private RawSession dial() throws IOException {
        return RawSession.dial(host.socket(), RawIdentity.fresh(), MPLEX);
    }

    private static byte[] frame(long id, int flag, byte[] body) {
        return concat(varint(id << 3 | flag), framed(body));
    }

    private static byte[] open(long id, String protocol) {
        return concat(
                frame(id, NEW_STREAM, text("s")), frame(id, MESSAGE_OF_OPENER, multistream(MULTISTREAM, protocol)));
    }

    /** Reads frames until one fulfils the condition; returns what came on stream {@code id} as the receiver of it. */
    private static byte[] readUntil(RawSession session, long id, BiPredicate<Integer, byte[]> wanted)
            throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (true) {
            long header = session.readVarint();
            byte[] body = session.read((int) session.readVarint());
            int flag = (int) (header & 7);
            boolean ours = header >>> 3 == id && flag % 2 == 1;
            if (!ours) {
                continue;
            }
            if (flag == 1) {
                received.writeBytes(body);
            }
            if (wanted.test(flag, received.toByteArray())) {
                return received.toByteArray();
            }
        }
    }

    private static byte[] echoed(String text) {
        return concat(multistream(MULTISTREAM, HostFixture.ECHO), text(text));
    }

    @Test
    void echoesOnAStreamAndHalfCloses() throws IOException {
        try (RawSession session = dial()) {
            session.write(concat(
                    open(7, HostFixture.ECHO),
                    frame(7, MESSAGE_OF_OPENER, text("hello")),
                    frame(7, CLOSE_OF_OPENER, new byte[0])));
            assertThat(readUntil(session, 7, (flag, all) -> flag == 3)).isEqualTo(echoed("hello"));
        }
    }

    @Test
    void idsOfSixtyBitsAreIds() throws IOException {
        long id = (1L << 60) - 1;
        try (RawSession session = dial()) {
            session.write(concat(open(id, HostFixture.ECHO), frame(id, MESSAGE_OF_OPENER, text("far"))));
            byte[] wanted = echoed("far");
            assertThat(readUntil(session, id, (flag, all) -> all.length == wanted.length))
                    .isEqualTo(wanted);
        }
    }

    /** Frames after which the connection is over. */
    static Stream<Arguments> brokenSessions() {
        return Stream.of(
                Arguments.of("flag 7", frame(1, 7, new byte[0])),
                Arguments.of("more than a mebibyte", concat(varint(1 << 3), varint((1 << 20) + 1), new byte[64])),
                Arguments.of("a length of four exbibytes", concat(varint(1 << 3), varint(1L << 62), new byte[64])),
                Arguments.of("an id in use", concat(frame(1, NEW_STREAM, text("a")), frame(1, NEW_STREAM, text("b")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenSessions")
    void closesTheConnection(String what, byte[] frames) throws IOException {
        try (RawSession session = dial()) {
            session.write(frames);
            assertThat(session.peer().awaitEnd()).as(what).isTrue();
        }
    }

    @Test
    void whatBelongsToNoStreamIsIgnored() throws IOException {
        try (RawSession session = dial()) {
            session.write(concat(
                    frame(9, MESSAGE_OF_OPENER, text("late")),
                    frame(9, CLOSE_OF_OPENER, new byte[0]),
                    frame(9, 6, new byte[0]),
                    open(1, HostFixture.ECHO),
                    frame(1, MESSAGE_OF_OPENER, text("x"))));
            byte[] wanted = echoed("x");
            assertThat(readUntil(session, 1, (flag, all) -> all.length == wanted.length))
                    .isEqualTo(wanted);
        }
    }

    @Test
    void aStreamNobodyReadsIsResetAndTheOthersGoOn() throws Exception {
        host.host().handle("/never/reads", stream -> {
            stream.autoCredit(false);
            stream.reader(new HostFixture.Deaf());
        });
        try (RawSession session = dial()) {
            session.write(open(1, "/never/reads"));
            byte[] body = new byte[32 * 1024];
            for (int sent = 0; sent < 8 << 20; sent += body.length) {
                session.write(frame(1, MESSAGE_OF_OPENER, body));
            }
            readUntil(session, 1, (flag, all) -> flag == 5);
            session.write(concat(open(3, HostFixture.ECHO), frame(3, MESSAGE_OF_OPENER, text("alive"))));
            byte[] wanted = echoed("alive");
            assertThat(readUntil(session, 3, (flag, all) -> all.length == wanted.length))
                    .isEqualTo(wanted);
        }
    }
}
