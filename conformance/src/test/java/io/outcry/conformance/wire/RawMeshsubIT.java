package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.field;
import static io.outcry.conformance.wire.RawWire.framed;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawWire.u64;
import static io.outcry.conformance.wire.RawWire.varint;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.gossip.PubSub;
import io.outcry.gossip.PubSubOptions;
import io.outcry.gossip.Subscription;
import io.outcry.testkit.Hex;
import io.outcry.testkit.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** GossipSub RPCs, byte by byte, from a peer that opens its own stream and reads ours. */
@ExtendWith(LeakCheck.class)
final class RawMeshsubIT {

    private static final String MESHSUB = "/meshsub/1.1.0";
    private static final String TOPIC = "T";
    private static final byte[] SUBSCRIBE_T = Hex.bytes("07 0a 05 08 01 12 01 54");
    private static final byte[] GRAFT_T = Hex.bytes("07 1a 05 1a 03 0a 01 54");

    @AutoClose
    private final HostFixture host = HostFixture.start();

    @AutoClose
    private final PubSub pubsub =
            PubSub.start(host.host(), PubSubOptions.builder().build());

    private final RawIdentity identity = RawIdentity.fresh();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Subscription subscription;

    @BeforeEach
    void subscribe() {
        subscription =
                pubsub.subscribe(TOPIC, message -> heard.add(new String(message.data(), StandardCharsets.UTF_8)));
    }

    /** A message signed as the pubsub specification has it; the key is inlined in the peer id. */
    private static byte[] signed(RawIdentity author, String data, long seqno) {
        byte[] unsigned =
                concat(field(1, author.peerId()), field(2, text(data)), field(3, u64(seqno)), field(4, text(TOPIC)));
        return concat(unsigned, field(5, author.sign(concat(text("libp2p-pubsub:"), unsigned))));
    }

    private static byte[] publish(byte[]... messages) {
        byte[] rpc = new byte[0];
        for (byte[] message : messages) {
            rpc = concat(rpc, field(2, message));
        }
        return framed(rpc);
    }

    private String nextHeard() throws InterruptedException {
        return heard.poll(HostFixture.TIMEOUT_S, TimeUnit.SECONDS);
    }

    /** Reads RPCs of our host until one has a control message with field {@code kind}. */
    private static RawFields awaitControl(RawStream rpcs, int kind) throws Exception {
        while (true) {
            for (byte[] control : RawFields.of(rpcs.readFramed()).all(3)) {
                RawFields fields = RawFields.of(control);
                if (!fields.all(kind).isEmpty()) {
                    return fields.message(kind);
                }
            }
        }
    }

    @Test
    void saysHelloAndGrafts() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream theirs = yamux.accept(MESHSUB);
            RawFields subscription = RawFields.of(theirs.readFramed()).message(1);
            assertThat(subscription.number(1)).isEqualTo(1);
            assertThat(subscription.texts(2)).containsExactly(TOPIC);

            RawStream ours = yamux.open(MESHSUB);
            ours.send(SUBSCRIBE_T);
            assertThat(awaitControl(theirs, 3).texts(1)).containsExactly(TOPIC);
        }
    }

    @Test
    void deliversWhatIsSignedAndOnce() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream ours = yamux.open(MESHSUB);
            ours.send(concat(SUBSCRIBE_T, GRAFT_T));
            ours.send(publish(signed(identity, "one", 1), signed(identity, "one", 1)));
            ours.send(publish(signed(identity, "two", 2)));
            assertThat(nextHeard()).isEqualTo("one");
            assertThat(nextHeard()).isEqualTo("two");
        }
    }

    @Test
    void hearsAPeerThatNeverOpensItsEar() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            yamux.stopCrediting();
            RawStream ours = yamux.open(MESHSUB);
            ours.send(publish(signed(identity, "one way", 1)));
            assertThat(nextHeard()).isEqualTo("one way");
        }
    }

    /** Messages that StrictSign refuses, each followed by an honest one that must still come. */
    static Stream<Arguments> refused() {
        RawIdentity author = RawIdentity.fresh();
        byte[] honest = signed(author, "forged", 9);
        byte[] forged = honest.clone();
        forged[forged.length - 1] ^= 1;
        byte[] bare = concat(field(2, text("forged")), field(4, text(TOPIC)));
        byte[] noSeqno = concat(
                field(1, author.peerId()), field(2, text("forged")), field(4, text(TOPIC)), field(5, new byte[64]));
        return Stream.of(
                Arguments.of("one bit of the signature", forged),
                Arguments.of("no signature", bare),
                Arguments.of("no seqno", noSeqno),
                Arguments.of("a from that is no peer id", concat(field(1, new byte[] {1, 2}), bare)),
                Arguments.of(
                        "the key of another",
                        concat(honest, field(6, RawIdentity.fresh().publicKey()))),
                Arguments.of("no topic", concat(field(1, author.peerId()), field(2, text("forged")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesAMessageAndKeepsThePeer(String what, byte[] message) throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream ours = yamux.open(MESHSUB);
            ours.send(publish(message));
            ours.send(publish(signed(identity, "honest", 1)));
            assertThat(nextHeard()).as(what).isEqualTo("honest");
        }
    }

    @Test
    void aForgeryDoesNotKeepTheGenuineMessageOut() throws Exception {
        RawIdentity author = RawIdentity.fresh();
        byte[] genuine = signed(author, "genuine", 5);
        byte[] forged = signed(author, "forgery", 5);
        System.arraycopy(genuine, genuine.length - 64, forged, forged.length - 64, 64);
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream ours = yamux.open(MESHSUB);
            ours.send(concat(publish(forged), publish(genuine)));
            assertThat(nextHeard()).isEqualTo("genuine");
        }
    }

    @Test
    void asksForWhatItDoesNotHave() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream theirs = yamux.accept(MESHSUB);
            RawStream ours = yamux.open(MESHSUB);
            ours.send(SUBSCRIBE_T);
            ours.send(Hex.bytes("0b 1a 09 0a 07 0a 01 54 12 02 aa bb"));
            assertThat(awaitControl(theirs, 2).all(1)).containsExactly(Hex.bytes("aa bb"));
        }
    }

    @Test
    void sendsAMessageAgainThreeTimesAndNoMore() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream theirs = yamux.accept(MESHSUB);
            RawStream ours = yamux.open(MESHSUB);
            ours.send(SUBSCRIBE_T);
            awaitControl(theirs, 3);
            byte[] id = pubsub.publish(TOPIC, text("wanted")).id().orElseThrow().bytes();
            byte[] iwant = framed(field(3, field(2, field(1, id))));
            ours.send(concat(iwant, iwant, iwant, iwant, iwant));
            ours.send(publish(signed(identity, "all asked", 1)));
            assertThat(nextHeard()).isEqualTo("all asked");
            pubsub.publish(TOPIC, text("last"));
            int copies = 0;
            for (String data = nextMessage(theirs); !data.equals("last"); data = nextMessage(theirs)) {
                assertThat(data).isEqualTo("wanted");
                copies++;
            }
            assertThat(copies).as("once unasked, three times asked").isEqualTo(4);
        }
    }

    @Test
    void refusesAGraftWithinTheBackoffThePeerAskedFor() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream theirs = yamux.accept(MESHSUB);
            RawStream ours = yamux.open(MESHSUB);
            ours.send(concat(SUBSCRIBE_T, GRAFT_T));
            ours.send(Hex.bytes("09 1a 07 22 05 0a 01 54 18 3c"));
            ours.send(GRAFT_T);
            RawFields prune = awaitControl(theirs, 4);
            assertThat(prune.texts(1)).containsExactly(TOPIC);
            assertThat(prune.number(3)).isEqualTo(60);
        }
    }

    @Test
    void leavingIsToldWithTheShorterBackoff() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream theirs = yamux.accept(MESHSUB);
            RawStream ours = yamux.open(MESHSUB);
            ours.send(SUBSCRIBE_T);
            awaitControl(theirs, 3);
            subscription.close();
            RawFields rpc = RawFields.of(theirs.readFramed());
            assertThat(rpc.message(1).number(1)).isZero();
            assertThat(rpc.message(1).texts(2)).containsExactly(TOPIC);
            RawFields prune = rpc.message(3).message(4);
            assertThat(prune.texts(1)).containsExactly(TOPIC);
            assertThat(prune.number(3)).isEqualTo(10);
        }
    }

    /** The payload of the next message, which travels alone; frames without one are passed over. */
    private static String nextMessage(RawStream rpcs) throws Exception {
        while (true) {
            RawFields rpc = RawFields.of(rpcs.readFramed());
            if (!rpc.all(2).isEmpty()) {
                return rpc.message(2).texts(2).get(0);
            }
        }
    }

    @Test
    void skipsWhatItDoesNotKnowAndTakesEmptyFrames() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream ours = yamux.open(MESHSUB);
            ours.send(new byte[] {0});
            ours.send(Hex.bytes("05 92 91 e2 18 00"));
            ours.send(Hex.bytes("09 1a 07 32 05 90 91 e2 18 01"));
            ours.send(framed(concat(field(1000, text("later")), field(2, signed(identity, "known", 1)))));
            assertThat(nextHeard()).isEqualTo("known");
        }
    }

    @Test
    void framesMayBeCutAnywhere() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream ours = yamux.open(MESHSUB);
            for (byte b : concat(SUBSCRIBE_T, publish(signed(identity, "in pieces", 1)))) {
                ours.send(new byte[] {b});
            }
            assertThat(nextHeard()).isEqualTo("in pieces");
        }
    }

    /** Frames that end the stream of the one who sent them. */
    static Stream<Arguments> brokenFrames() {
        return Stream.of(
                Arguments.of("a length of a gibibyte", varint(1 << 30)),
                Arguments.of("a length without end", Hex.bytes("ff ff ff ff ff ff ff ff ff ff 01")),
                Arguments.of("no protobuf", framed(Hex.bytes("ff ff ff ff"))),
                Arguments.of("a field longer than its frame", framed(Hex.bytes("12 7f 00"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFrames")
    void aBrokenFrameEndsItsStreamAndNotTheHost(String what, byte[] bytes) throws Exception {
        try (RawYamux yamux = host.yamux(identity);
                RawYamux neighbour = host.yamux()) {
            RawStream ours = yamux.open(MESHSUB);
            ours.send(bytes);
            ours.awaitReset();
            RawIdentity author = RawIdentity.fresh();
            RawStream honest = neighbour.open(MESHSUB);
            honest.send(publish(signed(author, "still here", 1)));
            assertThat(nextHeard()).as(what).isEqualTo("still here");
        }
    }

    @Test
    void aNewStreamOfThePeerTakesTheOldOnesPlace() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            RawStream first = yamux.open(MESHSUB);
            first.send(publish(signed(identity, "first", 1)));
            assertThat(nextHeard()).isEqualTo("first");
            RawStream second = yamux.open(MESHSUB);
            second.send(publish(signed(identity, "second", 2)));
            assertThat(nextHeard()).isEqualTo("second");
        }
    }
}
