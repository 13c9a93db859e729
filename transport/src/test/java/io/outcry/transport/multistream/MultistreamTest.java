package io.outcry.transport.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import io.outcry.transport.multistream.Negotiation.Agreed;
import io.outcry.transport.multistream.Negotiation.Pending;
import io.outcry.transport.multistream.Negotiation.Unsupported;
import io.outcry.transport.multistream.Negotiation.Violated;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class MultistreamTest {

    private static final byte[] HEADER = Hex.bytes("13 2f6d756c746973747265616d2f312e302e300a");
    private static final byte[] NA = Hex.bytes("03 6e610a");
    private static final byte[] LS = Hex.bytes("03 6c730a");

    private final MultistreamListener listener = new MultistreamListener(ProtocolTable.of(List.of("/a", "/b")));

    // The initiator

    @Test
    void headerAndFirstProposalLeaveTogether() {
        assertThat(written(new MultistreamInitiator(List.of("/a", "/b"))))
                .isEqualTo(Bytes.concat(HEADER, message("/a")));
    }

    @Test
    void agreesOnTheEcho() {
        MultistreamInitiator initiator = new MultistreamInitiator(List.of("/a"));
        assertThat(initiator.isOptimistic()).isTrue();
        assertThat(heard(initiator, HEADER)).isInstanceOf(Pending.class);
        assertThat(heard(initiator, message("/a"))).isEqualTo(new Agreed("/a"));
    }

    @Test
    void proposesTheSecondAfterARefusalOfTheFirst() {
        MultistreamInitiator initiator = new MultistreamInitiator(List.of("/a", "/b"));
        assertThat(initiator.isOptimistic()).isFalse();
        written(initiator);
        assertThat(heard(initiator, HEADER, NA)).isInstanceOf(Pending.class);
        assertThat(initiator.proposal()).isEqualTo("/b");
        assertThat(written(initiator)).isEqualTo(message("/b"));
        assertThat(heard(initiator, message("/b"))).isEqualTo(new Agreed("/b"));
    }

    @Test
    void namesWhatWasTriedIfAllIsRefused() {
        MultistreamInitiator initiator = new MultistreamInitiator(List.of("/a", "/b"));
        Negotiation result = heard(initiator, HEADER, NA, NA);
        assertThat(result).isEqualTo(new Unsupported(List.of("/a", "/b")));
        assertThat(result.toString()).contains("/a", "/b");
    }

    @Test
    void anAnswerOfAnotherProtocolIsAViolation() {
        assertThat(heard(new MultistreamInitiator(List.of("/a")), HEADER, message("/b")))
                .isInstanceOf(Violated.class);
    }

    @Test
    void anAnswerWithoutHeaderIsAViolation() {
        assertThat(heard(new MultistreamInitiator(List.of("/a")), message("/a")))
                .isInstanceOf(Violated.class);
    }

    @Test
    void optimisticDataIsDeliveredOnlyBehindTheEcho() {
        MultistreamInitiator initiator = new MultistreamInitiator(List.of("/a"));
        ByteBuf in = Unpooled.wrappedBuffer(HEADER, message("/a"), new byte[] {1, 2, 3});
        assertThat(initiator.onBytes(in)).isEqualTo(new Agreed("/a"));
        assertThat(ByteBufUtil.getBytes(in)).containsExactly(1, 2, 3);
    }

    @Test
    void optimisticDataIsNotDeliveredIfRefused() {
        assertThat(heard(new MultistreamInitiator(List.of("/a")), HEADER, NA))
                .isEqualTo(new Unsupported(List.of("/a")));
    }

    @Test
    void selectingTwiceIsAMistake() {
        MultistreamInitiator initiator = new MultistreamInitiator(List.of("/a"));
        heard(initiator, HEADER, message("/a"));
        assertThatThrownBy(() -> heard(initiator, HEADER)).isInstanceOf(IllegalStateException.class);
        heard(listener, HEADER, message("/a"));
        assertThatThrownBy(() -> heard(listener, HEADER)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesThatCannotBeProposedAreMistakes() {
        for (String bad : List.of("", "/a\nb", "/" + "x".repeat(1023))) {
            assertThatThrownBy(() -> new MultistreamInitiator(List.of(bad)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new MultistreamInitiator(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    // The listener

    @Test
    void echoesAProtocolItSpeaksAndLeavesTheRestToIt() {
        ByteBuf in = Unpooled.wrappedBuffer(HEADER, message("/b"), new byte[] {7, 8});
        assertThat(listener.hasOutput()).isFalse();
        assertThat(listener.onBytes(in)).isEqualTo(new Agreed("/b"));
        assertThat(ByteBufUtil.getBytes(in)).containsExactly(7, 8);
        assertThat(written(listener)).isEqualTo(Bytes.concat(HEADER, message("/b")));
    }

    @Test
    void refusesWhatItDoesNotSpeakAndHearsTheNext() {
        assertThat(heard(listener, HEADER, message("/c"))).isInstanceOf(Pending.class);
        assertThat(written(listener)).isEqualTo(Bytes.concat(HEADER, NA));
        assertThat(heard(listener, message("/a"))).isEqualTo(new Agreed("/a"));
        assertThat(written(listener)).isEqualTo(message("/a"));
    }

    @Test
    void aMatchFunctionDecidesForItself() {
        MultistreamListener matching = new MultistreamListener(new ProtocolTable() {
            @Override
            public boolean supports(String protocol) {
                return protocol.startsWith("/meshsub/1.");
            }

            @Override
            public List<String> names() {
                return List.of();
            }
        });
        assertThat(heard(matching, HEADER, message("/other"), message("/meshsub/1.7.3")))
                .isEqualTo(new Agreed("/meshsub/1.7.3"));
    }

    @Test
    void aTableThatChangedIsAskedAnew() {
        List<String> spoken = new ArrayList<>(List.of("/gone"));
        MultistreamListener live = new MultistreamListener(new ProtocolTable() {
            @Override
            public boolean supports(String protocol) {
                return spoken.contains(protocol);
            }

            @Override
            public List<String> names() {
                return spoken;
            }
        });
        spoken.clear();
        assertThat(heard(live, HEADER, message("/gone"))).isInstanceOf(Pending.class);
        assertThat(written(live)).isEqualTo(Bytes.concat(HEADER, NA));
    }

    @Test
    void tellsItsListTwiceAndNoMore() {
        byte[] list = Bytes.framed(Bytes.concat(message("/a"), message("/b"), new byte[] {'\n'}));
        assertThat(heard(listener, HEADER, LS, LS, LS)).isInstanceOf(Pending.class);
        assertThat(written(listener)).isEqualTo(Bytes.concat(HEADER, list, list, NA));
        assertThat(heard(listener, message("/b"))).isEqualTo(new Agreed("/b"));
    }

    @Test
    void aLongListIsCutAtWhatReadersTake() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add("/protocol/number/" + i);
        }
        MultistreamListener talkative = new MultistreamListener(ProtocolTable.of(many));
        heard(talkative, HEADER, LS);
        assertThat(written(talkative).length).isBetween(16_000, HEADER.length + 3 + 16_383);
    }

    @Test
    void refusalsAreBounded() {
        heard(listener, HEADER);
        for (int i = 0; i < 64; i++) {
            assertThat(heard(listener, message("/no"))).isInstanceOf(Pending.class);
            assertThat(written(listener)).endsWith(NA);
        }
        assertThat(heard(listener, message("/no"))).isInstanceOf(Violated.class);
    }

    @Test
    void aFirstMessageThatIsNotTheHeaderIsAViolation() {
        assertThat(heard(listener, message("/a"))).isInstanceOf(Violated.class);
        assertThat(written(listener)).isEmpty();
    }

    // Messages

    @Test
    void aMessageOf1024BytesIsReadAndALongerOneIsNot() {
        assertThat(heard(listener, HEADER, message("/" + "x".repeat(1022)))).isInstanceOf(Pending.class);
        assertThat(heard(listener, Hex.bytes("8108"))).isInstanceOf(Violated.class);
    }

    @Test
    void aLengthOfThreeBytesIsNotReadToItsEnd() {
        assertThat(heard(listener, Hex.bytes("ffff"))).isInstanceOf(Violated.class);
    }

    @Test
    void aMessageWithoutNewlineIsAViolation() {
        assertThat(heard(listener, HEADER, Hex.bytes("032f6162"))).isInstanceOf(Violated.class);
    }

    @Test
    void aLengthOfZeroIsAViolation() {
        assertThat(heard(listener, HEADER, new byte[] {0})).isInstanceOf(Violated.class);
    }

    @Test
    void aLengthThatIsNotMinimalIsAViolation() {
        assertThat(heard(listener, Hex.bytes("9300"))).isInstanceOf(Violated.class);
    }

    @Test
    void anEndInsideAMessageIsAViolationWhereverItIs() {
        byte[] all = Bytes.concat(HEADER, message("/a"));
        for (int length = 0; length < all.length; length++) {
            MultistreamListener cut = new MultistreamListener(ProtocolTable.of(List.of("/a")));
            assertThat(heard(cut, Arrays.copyOf(all, length))).isInstanceOf(Pending.class);
            assertThat(cut.onEnd()).isInstanceOf(Violated.class);
        }
        heard(listener, all);
        assertThat(listener.onEnd()).isEqualTo(new Agreed("/a"));
    }

    @Test
    void bytesMayBeCutAnywhere() {
        byte[] all =
                Bytes.concat(HEADER, message("/no"), LS, message("/" + "y".repeat(500)), message("/b"), new byte[] {5});
        for (List<byte[]> pieces : Chunks.everyPairOf(all)) {
            MultistreamListener end = new MultistreamListener(ProtocolTable.of(List.of("/a", "/b")));
            List<Byte> rest = new ArrayList<>();
            Negotiation result = hearPieces(end, pieces, rest);
            assertThat(result).isEqualTo(new Agreed("/b"));
            assertThat(rest).containsExactly((byte) 5);
        }
        List<Byte> rest = new ArrayList<>();
        assertThat(hearPieces(listener, Chunks.every(all, 1), rest)).isEqualTo(new Agreed("/b"));
        assertThat(rest).containsExactly((byte) 5);
    }

    @RepeatedTest(20)
    void nothingThrowsHoweverSpoiled(RandomGenerator random) {
        for (int i = 0; i < 200; i++) {
            byte[] valid = Bytes.concat(HEADER, message("/no"), LS, message("/a"), Bytes.any(random, 50));
            byte[] bytes = random.nextInt(4) == 0 ? Bytes.any(random, 2000) : Mutations.of(random, valid);
            MultistreamListener end = new MultistreamListener(ProtocolTable.of(List.of("/a", "/b")));
            Negotiation result = hearPieces(end, Chunks.cut(random, bytes), new ArrayList<>());
            assertThat(result).isNotInstanceOf(Unsupported.class);
            MultistreamInitiator other = new MultistreamInitiator(List.of("/no", "/a"));
            Negotiation answer = Pending.INSTANCE;
            for (byte[] piece : Chunks.cut(random, Mutations.of(random, Bytes.concat(HEADER, NA, message("/a"))))) {
                if (answer instanceof Pending) {
                    answer = heard(other, piece);
                }
            }
        }
    }

    @RepeatedTest(5)
    void bothEndsAgreeOnTheFirstTheyShare(RandomGenerator random) {
        for (int i = 0; i < 100; i++) {
            List<String> proposed = names(random);
            List<String> spoken = names(random);
            MultistreamInitiator one = new MultistreamInitiator(proposed);
            MultistreamListener other = new MultistreamListener(ProtocolTable.of(spoken));
            Negotiation here = Pending.INSTANCE;
            Negotiation there = Pending.INSTANCE;
            while (here instanceof Pending && (one.hasOutput() || other.hasOutput())) {
                if (there instanceof Pending) {
                    there = heard(other, written(one));
                }
                here = heard(one, written(other));
            }
            assertThat(here)
                    .isEqualTo(proposed.stream()
                            .filter(spoken::contains)
                            .findFirst()
                            .<Negotiation>map(Agreed::new)
                            .orElse(new Unsupported(proposed)));
        }
    }

    private static List<String> names(RandomGenerator random) {
        List<String> names = new ArrayList<>();
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
            names.add("/p/" + random.nextInt(10));
        }
        return names;
    }

    private static Negotiation hearPieces(MultistreamListener end, List<byte[]> pieces, List<Byte> rest) {
        Negotiation result = Pending.INSTANCE;
        for (byte[] piece : pieces) {
            ByteBuf in = Unpooled.wrappedBuffer(piece);
            if (result instanceof Pending) {
                result = end.onBytes(in);
                if (result instanceof Pending) {
                    assertThat(in.isReadable()).isFalse();
                }
            }
            while (in.isReadable()) {
                rest.add(in.readByte());
            }
        }
        return result;
    }

    private static Negotiation heard(MultistreamListener end, byte[]... messages) {
        return end.onBytes(Unpooled.wrappedBuffer(messages));
    }

    private static Negotiation heard(MultistreamInitiator end, byte[]... messages) {
        return end.onBytes(Unpooled.wrappedBuffer(messages));
    }

    private static byte[] written(MultistreamInitiator end) {
        ByteBuf out = Unpooled.buffer();
        end.write(out);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] written(MultistreamListener end) {
        ByteBuf out = Unpooled.buffer();
        end.write(out);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] message(String text) {
        return Bytes.framed((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
