package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.field;
import static io.outcry.conformance.wire.RawWire.framed;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawWire.u64;
import static io.outcry.conformance.wire.RawWire.varint;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.IdentifyInfo;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ping, identify, identify push and perf, asked and answered by a raw peer. */
@ExtendWith(LeakCheck.class)
final class RawServicesIT {

    private static final String PING = "/ipfs/ping/1.0.0";
    private static final String IDENTIFY = "/ipfs/id/1.0.0";
    private static final String PUSH = "/ipfs/id/push/1.0.0";
    private static final String PERF = "/perf/1.0.0";

    @AutoClose
    private final HostFixture host = HostFixture.start();

    private final RawIdentity identity = RawIdentity.fresh();

    @Test
    void pingEchoesWholePayloadsHoweverTheyWereCut() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream ping = yamux.open(PING);
            byte[] payload = RawNoise.sha256(text("one"));
            for (byte b : payload) {
                ping.send(new byte[] {b});
            }
            assertThat(ping.read(32)).isEqualTo(payload);
            byte[] two = concat(RawNoise.sha256(text("two")), RawNoise.sha256(text("three")));
            ping.send(two);
            assertThat(ping.read(64)).isEqualTo(two);
            ping.closeWrite();
            assertThat(ping.readToEnd()).isEmpty();
        }
    }

    @Test
    void pingGivesBackNoHalfPayload() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream ping = yamux.open(PING);
            ping.send(new byte[40]);
            ping.closeWrite();
            byte[] back = ping.readToEnd();
            assertThat(back).hasSize(32);
        }
    }

    @Test
    void perfCountsExactly() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream perf = yamux.open(PERF);
            perf.send(concat(u64(300_001), new byte[100_003]));
            perf.closeWrite();
            assertThat(perf.readToEnd()).hasSize(300_001);

            RawStream nothing = yamux.open(PERF);
            nothing.send(u64(0));
            nothing.closeWrite();
            assertThat(nothing.readToEnd()).isEmpty();
        }
    }

    @Test
    void perfWithoutItsCountIsReset() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawStream perf = yamux.open(PERF);
            perf.send(new byte[7]);
            perf.closeWrite();
            perf.awaitReset();
        }
    }

    @Test
    void tellsWhoItIs() throws Exception {
        try (RawYamux yamux = host.yamux()) {
            RawFields told = RawFields.of(yamux.open(IDENTIFY).readFramed());
            assertThat(told.all(1))
                    .containsExactly(host.peerId().inlineKey().orElseThrow().encoded());
            assertThat(told.texts(3)).contains(PING, IDENTIFY, PUSH, HostFixture.ECHO);
            assertThat(told.all(2)).contains(host.address().withoutPeer().bytes());
            assertThat(told.texts(6)).singleElement().asString().startsWith("outcry/");
            assertThat(told.all(8)).hasSize(1);
        }
    }

    private byte[] about(String agent, String... protocols) {
        byte[] about = concat(field(1, identity.publicKey()), field(6, text(agent)));
        for (String protocol : protocols) {
            about = concat(about, field(3, text(protocol)));
        }
        return about;
    }

    private void answerIdentify(RawYamux yamux, byte[]... parts) throws Exception {
        RawStream stream = yamux.accept(IDENTIFY);
        for (byte[] part : parts) {
            stream.send(part);
        }
        stream.closeWrite();
    }

    @Test
    void mergesAnAnswerOfTwoParts() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            byte[] address = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001").bytes();
            answerIdentify(
                    yamux,
                    framed(concat(about("first", "/a/1", "/b/1"), field(2, address))),
                    framed(concat(field(3, text("/b/1")), field(3, text("/c/1")), field(6, text("second")))));
            IdentifyInfo info = host.awaitIdentified();
            assertThat(info.agent()).isEqualTo("second");
            assertThat(info.protocols()).containsExactlyInAnyOrder("/a/1", "/b/1", "/c/1");
            assertThat(info.addresses()).containsExactly(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"));
        }
    }

    @Test
    void skipsAnAddressItCannotReadAndCleansWhatGoesToLogs() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            answerIdentify(yamux, framed(concat(about("evil\n2026 INFO all is well\u001b[2J"), field(2, new byte[] {99
            }))));
            IdentifyInfo info = host.awaitIdentified();
            assertThat(info.agent()).doesNotContain("\n", "\u001b");
            assertThat(info.addresses()).isEmpty();
        }
    }

    /** Answers to identify that count as none. */
    static Stream<Arguments> badAnswers() {
        RawIdentity stranger = RawIdentity.fresh();
        byte[][] eleven = new byte[11][];
        for (int i = 0; i < eleven.length; i++) {
            eleven[i] = framed(field(6, text("part")));
        }
        return Stream.of(
                Arguments.of("the key of somebody else", framed(field(1, stranger.publicKey()))),
                Arguments.of("a part of more than 8 KiB", concat(varint(8_193), new byte[8_193])),
                Arguments.of("a part of a gibibyte", varint(1 << 30)),
                Arguments.of("eleven parts", concat(eleven)),
                Arguments.of("no protobuf", framed(new byte[] {(byte) 0xff, (byte) 0xff})),
                Arguments.of("half a part", concat(varint(100), new byte[50])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void anAnswerThatIsNoneFailsIdentifyAndNotTheConnection(String what, byte[] bytes) throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            answerIdentify(yamux, bytes);
            assertThat(host.awaitIdentifyFailed()).as(what).isNotEmpty();
            assertThat(yamux.open(PING).isReset()).isFalse();
        }
    }

    @Test
    void silenceFailsIdentify() throws Exception {
        try (HostFixture hasty = HostFixture.start(o -> o.timeouts(HostFixture.PATIENT.withIdentifyMs(300)));
                RawYamux yamux = hasty.yamux(identity)) {
            yamux.accept(IDENTIFY);
            assertThat(hasty.awaitIdentifyFailed()).isNotEmpty();
        }
    }

    @Test
    void anEnvelopeOfSomebodyElseIsNotBelieved() throws Exception {
        RawIdentity stranger = RawIdentity.fresh();
        try (RawYamux yamux = host.yamux(identity)) {
            answerIdentify(yamux, framed(concat(about("x"), field(8, record(stranger, stranger.peerId(), 1)))));
            assertThat(host.awaitIdentified().signedRecord()).isEmpty();
        }
    }

    @Test
    void anHonestEnvelopeIsBelieved() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            answerIdentify(yamux, framed(concat(about("x"), field(8, record(identity, identity.peerId(), 7)))));
            assertThat(host.awaitIdentified().signedRecord().orElseThrow().seq())
                    .isEqualTo(7);
        }
    }

    /** A signed peer record as RFC 0002 and 0003 write it, with the domain and type that are deployed. */
    static byte[] record(RawIdentity signer, byte[] peerId, long seq) {
        byte[] address = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001").bytes();
        byte[] payload = concat(field(1, peerId), field(2, seq), field(3, field(1, address)));
        byte[] type = {3, 1};
        byte[] signed = concat(framed(text("libp2p-peer-record")), framed(type), framed(payload));
        return concat(field(1, signer.publicKey()), field(2, type), field(3, payload), field(5, signer.sign(signed)));
    }

    @Test
    void aPushChangesWhatItNamesAndNothingElse() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            answerIdentify(yamux, framed(about("before", "/a/1")));
            assertThat(host.awaitIdentified().agent()).isEqualTo("before");
            RawStream push = yamux.open(PUSH);
            push.send(framed(field(3, text("/b/1"))));
            push.closeWrite();
            IdentifyInfo after = host.awaitIdentified();
            assertThat(after.protocols()).containsExactly("/b/1");
            assertThat(after.agent()).isEqualTo("before");
        }
    }

    @Test
    void newProtocolsArePushedToWhoAsksForThem() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            answerIdentify(yamux, framed(about("listener", PUSH)));
            host.awaitIdentified();
            host.host().handle("/brand/new", stream -> stream.reader(new HostFixture.Echo()));
            List<String> told;
            do {
                // What the host set up at its start may still be on its way, as a push of its own.
                told = RawFields.of(yamux.accept(PUSH).readFramed()).texts(3);
            } while (!told.contains("/brand/new"));
        }
    }
}
