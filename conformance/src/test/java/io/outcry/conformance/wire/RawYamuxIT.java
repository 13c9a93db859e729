package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.MULTISTREAM;
import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.multistream;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawYamux.ACK;
import static io.outcry.conformance.wire.RawYamux.DATA;
import static io.outcry.conformance.wire.RawYamux.FIN;
import static io.outcry.conformance.wire.RawYamux.GO_AWAY;
import static io.outcry.conformance.wire.RawYamux.PING;
import static io.outcry.conformance.wire.RawYamux.RST;
import static io.outcry.conformance.wire.RawYamux.SYN;
import static io.outcry.conformance.wire.RawYamux.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Connection;
import io.outcry.transport.HostLimits;
import io.outcry.transport.HostListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** yamux, by a peer that breaks one rule at a time; a broken session says why, and harms nobody else. */
@ExtendWith(LeakCheck.class)
final class RawYamuxIT {

    private static final byte[] NONE = new byte[0];
    private static final int WINDOW = 256 * 1024;

    @AutoClose
    private final HostFixture host = HostFixture.start(o ->
            o.identify(false).limits(HostLimits.builder().streamOpens(50, 100).build()));

    /** Frames after which the session is over. */
    static Stream<Arguments> brokenSessions() {
        return Stream.of(
                Arguments.of("an even stream from the dialler", frame(WINDOW_UPDATE, SYN, 2, 0, NONE)),
                Arguments.of("stream 0", frame(DATA, SYN, 0, 1, new byte[1])),
                Arguments.of(
                        "an id in use",
                        concat(frame(WINDOW_UPDATE, SYN, 1, 0, NONE), frame(WINDOW_UPDATE, SYN, 1, 0, NONE))),
                Arguments.of("another version", new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                Arguments.of("another type", frame(4, 0, 0, 0, NONE)),
                Arguments.of("a first body longer than the window", frame(DATA, SYN, 1, WINDOW + 1L, new byte[64])),
                Arguments.of(
                        "credit past 32 bits",
                        concat(frame(WINDOW_UPDATE, SYN, 1, 0, NONE), frame(WINDOW_UPDATE, 0, 1, 0xffff_ffffL, NONE))));
    }

    private static byte[] frame(int type, int flags, int id, long length, byte[] body) {
        return RawYamux.bytes(type, flags, id, length, body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenSessions")
    void saysProtocolErrorAndCloses(String what, byte[] frames) throws Exception {
        try (RawYamux yamux = host.yamux();
                RawYamux neighbour = host.yamux()) {
            yamux.raw(frames);
            assertThat(yamux.awaitEnd()).as(what).containsOnly(1L);
            assertEchoes(neighbour);
        }
    }

    private static void assertEchoes(RawYamux yamux) throws IOException {
        RawStream echo = yamux.open(HostFixture.ECHO);
        echo.send(text("hello"));
        assertThat(echo.read(5)).isEqualTo(text("hello"));
        echo.closeWrite();
        assertThat(echo.readToEnd()).isEmpty();
    }

    @Test
    void moreThanTheWindowEndsTheSession() throws Exception {
        host.host().handle("/never/reads", stream -> {
            stream.autoCredit(false);
            stream.reader(new HostFixture.Deaf());
        });
        try (RawYamux yamux = host.yamux()) {
            RawStream stream = yamux.open("/never/reads");
            byte[] body = new byte[16 * 1024];
            for (int sent = 0; sent <= WINDOW; sent += body.length) {
                yamux.frame(DATA, 0, stream.id(), body.length, body);
            }
            assertThat(yamux.awaitEnd()).containsOnly(1L);
        }
    }

    @Test
    void everyFlagOfAFrameCounts() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            byte[] all = concat(multistream(MULTISTREAM, HostFixture.ECHO), text("once"));
            yamux.frame(DATA, SYN | FIN, 1, all.length, all);
            RawYamux.Frame end = yamux.await(f -> f.id() == 1 && (f.flags() & FIN) != 0);
            assertThat(end.flags() & RST).isZero();
            assertThat(yamux.seen()).anyMatch(f -> f.id() == 1 && (f.flags() & ACK) != 0);
        }
    }

    @Test
    void answersAPingWithItsValue() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            yamux.frame(PING, SYN, 0, 0xdead_beefL, NONE);
            assertThat(yamux.await(f -> f.is(PING, ACK)).length()).isEqualTo(0xdead_beefL);
        }
    }

    @Test
    void whatBelongsToNoStreamIsIgnored() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            yamux.frame(DATA, 0, 99, 3, new byte[3]);
            yamux.frame(WINDOW_UPDATE, 0, 99, 1_000, NONE);
            yamux.frame(WINDOW_UPDATE, RST, 99, 0, NONE);
            yamux.frame(WINDOW_UPDATE, FIN, 99, 0, NONE);
            assertEchoes(yamux);
            assertThat(yamux.seen()).noneMatch(f -> f.id() == 99 && (f.flags() & RST) != 0);
        }
    }

    @Test
    void aResetStreamIsForgotten() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream stream = yamux.open(HostFixture.ECHO);
            stream.reset();
            yamux.frame(DATA, 0, stream.id(), 4, new byte[4]);
            assertEchoes(yamux);
        }
    }

    @Test
    void goAwayEndsTheSession() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            host.awaitConnected();
            yamux.frame(GO_AWAY, 0, 0, 0, NONE);
            yamux.awaitEnd();
            assertThat(host.awaitDisconnected()).isNotNull();
        }
    }

    @Test
    void openingAndResettingWithoutEndIsStopped() throws Exception {
        try (RawYamux yamux = host.yamux();
                RawYamux neighbour = host.yamux()) {
            assertThat(churn(yamux)).isTrue();
            assertEchoes(neighbour);
        }
    }

    private static boolean churn(RawYamux yamux) {
        try {
            for (int id = 1; id < 200_000; id += 2) {
                yamux.raw(concat(frame(WINDOW_UPDATE, SYN, id, 0, NONE), frame(WINDOW_UPDATE, RST, id, 0, NONE)));
            }
            yamux.awaitEnd();
            return true;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void pingsWithoutReadingFillNothing() throws Exception {
        long before = host.host().memory().used();
        try (RawYamux yamux = host.yamux();
                RawYamux neighbour = host.yamux()) {
            byte[] pings = new byte[0];
            for (int i = 0; i < 1_000; i++) {
                pings = concat(pings, frame(PING, SYN, 0, i, NONE));
            }
            for (int i = 0; i < 50; i++) {
                yamux.raw(pings);
            }
            assertEchoes(neighbour);
            assertThat(host.host().memory().peak()).isLessThan(before + (32L << 20));
        }
    }

    @Test
    void aPeerThatStopsReadingStopsOneStream() throws Exception {
        RawIdentity identity = RawIdentity.fresh();
        try (RawYamux yamux = host.yamux(identity)) {
            PeerId peer = host.awaitConnected();
            var opening = host.host().newStream(peer, "/raw/sink");
            RawStream sink = yamux.accept("/raw/sink");
            var stream = opening.get(HostFixture.TIMEOUT_S, TimeUnit.SECONDS);
            yamux.stopCrediting();
            while (stream.isWritable()) {
                stream.write(Unpooled.wrappedBuffer(new byte[64 * 1024]));
            }
            assertThat(sink.read(WINDOW - 1024)).hasSize(WINDOW - 1024);
            assertEchoes(yamux);
            assertThat(stream.isWritable()).isFalse();
            stream.reset();
        }
    }

    @Test
    void whoHearsOfAConnectionMayOpenAStreamAtOnce() throws Exception {
        CompletableFuture<io.outcry.transport.Stream> opened = new CompletableFuture<>();
        host.host().addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                connection.newStream(List.of("/raw/sink")).whenComplete((stream, failure) -> {
                    if (failure == null) {
                        opened.complete(stream);
                    } else {
                        opened.completeExceptionally(failure);
                    }
                });
            }
        });
        try (RawYamux yamux = host.yamux()) {
            yamux.accept("/raw/sink");
            assertThat(opened.get(HostFixture.TIMEOUT_S, TimeUnit.SECONDS).protocol())
                    .isEqualTo("/raw/sink");
        }
    }
}
