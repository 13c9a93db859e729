package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.field;
import static io.outcry.conformance.wire.RawWire.framed;
import static io.outcry.conformance.wire.RawWire.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.discovery.RendezvousServer;
import io.outcry.testkit.LeakCheck;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rendezvous server, asked by a raw client. */
@ExtendWith(LeakCheck.class)
final class RawRendezvousIT {

    private static final String PROTOCOL = "/rendezvous/1.0.0";
    private static final int REGISTER = 0;
    private static final int UNREGISTER = 2;
    private static final int DISCOVER = 3;

    private static final long OK = 0;
    private static final long INVALID_NAMESPACE = 100;
    private static final long INVALID_SIGNED_PEER_RECORD = 101;
    private static final long INVALID_TTL = 102;
    private static final long INVALID_COOKIE = 103;

    private static final long TWO_HOURS = 7_200;

    @AutoClose
    private final HostFixture host = HostFixture.start();

    @BeforeEach
    void serve() {
        RendezvousServer.install(host.host());
    }

    private static byte[] register(RawIdentity signer, RawIdentity peer, String namespace, long ttl) {
        return concat(
                field(1, REGISTER),
                field(
                        2,
                        concat(
                                field(1, text(namespace)),
                                field(2, RawServicesIT.record(signer, peer.peerId(), 1)),
                                field(3, ttl))));
    }

    private static byte[] discover(String namespace, long limit, byte[] cookie) {
        byte[] ask = concat(field(1, text(namespace)), field(2, limit));
        return concat(field(1, DISCOVER), field(5, cookie.length == 0 ? ask : concat(ask, field(3, cookie))));
    }

    private static RawFields ask(RawYamux yamux, byte[] message, int answer) throws Exception {
        RawStream stream = yamux.open(PROTOCOL);
        stream.send(framed(message));
        RawFields fields = RawFields.of(stream.readFramed()).message(answer);
        stream.closeWrite();
        return fields;
    }

    @Test
    void registersAndFindsInPages() throws Exception {
        RawIdentity one = RawIdentity.fresh();
        RawIdentity two = RawIdentity.fresh();
        try (RawYamux first = host.yamux(one);
                RawYamux second = host.yamux(two)) {
            assertThat(ask(first, register(one, one, "pit", TWO_HOURS), 3).number(1))
                    .isEqualTo(OK);
            assertThat(ask(second, register(two, two, "pit", TWO_HOURS), 3).number(1))
                    .isEqualTo(OK);
            RawFields page = ask(first, discover("pit", 1, new byte[0]), 6);
            assertThat(page.all(1)).hasSize(1);
            RawFields rest = ask(first, discover("pit", 10, page.first(2)), 6);
            assertThat(rest.all(1)).hasSize(1);
            assertThat(rest.first(1)).isNotEqualTo(page.first(1));
            RawFields none = ask(first, discover("pit", 10, rest.first(2)), 6);
            assertThat(none.all(1)).isEmpty();
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("a namespace of 256 bytes", "n".repeat(256), TWO_HOURS, INVALID_NAMESPACE),
                Arguments.of("73 hours", "pit", 73 * 3_600L, INVALID_TTL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refuses(String what, String namespace, long ttl, long wanted) throws Exception {
        RawIdentity one = RawIdentity.fresh();
        try (RawYamux yamux = host.yamux(one)) {
            assertThat(ask(yamux, register(one, one, namespace, ttl), 3).number(1))
                    .as(what)
                    .isEqualTo(wanted);
        }
    }

    @Test
    void refusesTheRecordOfSomebodyElse() throws Exception {
        RawIdentity one = RawIdentity.fresh();
        RawIdentity other = RawIdentity.fresh();
        try (RawYamux yamux = host.yamux(one)) {
            assertThat(ask(yamux, register(other, other, "pit", TWO_HOURS), 3).number(1))
                    .isEqualTo(INVALID_SIGNED_PEER_RECORD);
            assertThat(ask(yamux, register(other, one, "pit", TWO_HOURS), 3).number(1))
                    .isEqualTo(INVALID_SIGNED_PEER_RECORD);
        }
    }

    @Test
    void refusesACookieItDidNotBake() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            assertThat(ask(yamux, discover("pit", 10, text("no cookie of yours")), 6)
                            .number(3))
                    .isEqualTo(INVALID_COOKIE);
        }
    }

    @Test
    void forgetsWhoUnregisters() throws Exception {
        RawIdentity one = RawIdentity.fresh();
        try (RawYamux yamux = host.yamux(one)) {
            RawStream stream = yamux.open(PROTOCOL);
            stream.send(framed(register(one, one, "pit", TWO_HOURS)));
            stream.readFramed();
            stream.send(framed(concat(field(1, UNREGISTER), field(4, field(1, text("pit"))))));
            stream.send(framed(discover("pit", 10, new byte[0])));
            RawFields found = RawFields.of(stream.readFramed()).message(6);
            assertThat(found.all(1)).isEmpty();
        }
    }

    @Test
    void aLengthOfAGibibyteEndsTheStream() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream stream = yamux.open(PROTOCOL);
            stream.send(RawWire.varint(1 << 30));
            stream.awaitReset();
            assertThat(ask(yamux, discover("pit", 10, new byte[0]), 6).number(3))
                    .isEqualTo(OK);
        }
    }
}
