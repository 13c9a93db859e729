package io.outcry.transport.mplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.VirtualClock;
import io.outcry.transport.muxer.MuxEnd;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One session, against frames written by hand. */
@ExtendWith(LeakCheck.class)
class MplexSpecTest {

    private static final int NEW_STREAM = 0;
    private static final int MESSAGE_RECEIVER = 1;
    private static final int MESSAGE_INITIATOR = 2;
    private static final int CLOSE_RECEIVER = 3;
    private static final int CLOSE_INITIATOR = 4;
    private static final int RESET_RECEIVER = 5;
    private static final int RESET_INITIATOR = 6;
    private static final byte[] NOTHING = {};

    private final VirtualClock clock = new VirtualClock();
    private MuxEnd end = end(MplexParams.builder());

    @AfterEach
    void close() {
        end.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 1000, (1L << 32) + 7, (1L << 60) - 1})
    void anIdHasUpTo60Bits(long id) {
        in(frame(id, NEW_STREAM, NOTHING), frame(id, MESSAGE_INITIATOR, 1, 2, 3));
        assertThat(end.last().received.toByteArray()).containsExactly(1, 2, 3);
        end.send(end.last().handle, new byte[] {9});
        end.muxer.closeWrite(end.last().handle);
        assertThat(out()).isEqualTo(Bytes.concat(frame(id, MESSAGE_RECEIVER, 9), frame(id, CLOSE_RECEIVER, NOTHING)));
    }

    @Test
    void whatOurStreamsSayHasTheFlagsOfAnInitiator() {
        long stream = end.open(clock.nowNs());
        end.send(stream, new byte[] {1});
        end.muxer.closeWrite(stream);
        long second = end.open(clock.nowNs());
        assertThat(out())
                .isEqualTo(Bytes.concat(
                        frame(0, NEW_STREAM, "0".getBytes(StandardCharsets.US_ASCII)),
                        frame(1, NEW_STREAM, "1".getBytes(StandardCharsets.US_ASCII)),
                        frame(0, MESSAGE_INITIATOR, 1),
                        frame(0, CLOSE_INITIATOR, NOTHING)));
        end.muxer.reset(second, 0);
        assertThat(out()).isEqualTo(frame(1, RESET_INITIATOR, NOTHING));
    }

    @Test
    void theSameIdOfBothSidesIsTwoStreams() {
        long own = end.open(clock.nowNs());
        out();
        in(frame(0, NEW_STREAM, NOTHING), frame(0, MESSAGE_INITIATOR, 1), frame(0, MESSAGE_RECEIVER, 2));
        assertThat(end.last().received.toByteArray()).containsExactly(1);
        assertThat(end.log(own).received.toByteArray()).containsExactly(2);
        in(frame(0, RESET_INITIATOR, NOTHING));
        assertThat(end.last().resetCode).isZero();
        assertThat(end.log(own).ended()).isFalse();
        in(frame(0, CLOSE_RECEIVER, NOTHING));
        assertThat(end.log(own).remoteClosed).isTrue();
    }

    @Test
    void aMessageLongerThanAMebibyteEndsTheSessionOnItsPrefix() {
        in(frame(0, NEW_STREAM, NOTHING), Bytes.varint(MESSAGE_INITIATOR), Bytes.varint((1 << 20) + 1));
        assertFailed(MuxerError.PROTOCOL, "1048577 bytes");
        assertThat(end.last().received.size()).isZero();
    }

    @Test
    void aMessageOfAMebibyteIsFine() {
        in(frame(0, NEW_STREAM, NOTHING), frame(0, MESSAGE_INITIATOR, new byte[1 << 20]));
        assertThat(end.last().received.size()).isEqualTo(1 << 20);
    }

    @Test
    void flagSevenEndsTheSession() {
        in(frame(0, 7, NOTHING));
        assertFailed(MuxerError.PROTOCOL, "flag 7");
    }

    @Test
    void openingALiveStreamAgainEndsTheSession() {
        in(frame(4, NEW_STREAM, NOTHING), frame(4, NEW_STREAM, NOTHING));
        assertFailed(MuxerError.PROTOCOL, "stream 4 is open already");
    }

    @Test
    void anIdUsedAgainIsANewHandle() {
        in(frame(4, NEW_STREAM, NOTHING), frame(4, RESET_INITIATOR, NOTHING), frame(4, NEW_STREAM, NOTHING));
        assertThat(end.accepted).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void framesOfUnknownStreamsAreDrainedAndCounted() {
        in(
                frame(9, MESSAGE_INITIATOR, new byte[500]),
                frame(9, MESSAGE_RECEIVER, new byte[50]),
                frame(9, CLOSE_INITIATOR, NOTHING),
                frame(9, RESET_INITIATOR, NOTHING));
        assertThat(end.error).isNull();
        assertThat(end.muxer.hasOutput()).isFalse();
        assertThat(((Mplex) end.muxer).drainedBytes()).isEqualTo(550);
        assertThat(((Mplex) end.muxer).drainedFrames()).isEqualTo(4);
    }

    @Test
    void dataBehindACloseIsDrained() {
        in(frame(1, NEW_STREAM, NOTHING), frame(1, CLOSE_INITIATOR, NOTHING), frame(1, MESSAGE_INITIATOR, 1, 2));
        assertThat(end.last().received.size()).isZero();
        assertThat(end.error).isNull();
    }

    @Test
    void aSlowReadersStreamIsResetAndTheOthersGoOn() {
        end = end(MplexParams.builder().streamUnconsumedMax(1000));
        end.consume = false;
        in(frame(1, NEW_STREAM, NOTHING), frame(2, NEW_STREAM, NOTHING), frame(1, MESSAGE_INITIATOR, new byte[1000]));
        MuxEnd.Log slow = end.log(end.accepted.get(0));
        assertThat(slow.failure).isNull();
        in(frame(1, MESSAGE_INITIATOR, 1, 2), frame(1, MESSAGE_INITIATOR, 3), frame(2, MESSAGE_INITIATOR, 4));
        assertThat(slow.failure).contains("1000 bytes wait");
        assertThat(slow.received.size()).isEqualTo(1000);
        assertThat(end.last().received.toByteArray()).containsExactly(4);
        assertThat(out()).isEqualTo(frame(1, RESET_RECEIVER, NOTHING));
        assertThat(end.muxer.inputPaused()).isFalse();
    }

    @Test
    void aSlowReaderBlocksTheConnectionIfSoChosen() {
        end = end(MplexParams.builder().streamUnconsumedMax(1000).overflow(MplexParams.Overflow.BLOCK));
        end.consume = false;
        in(frame(1, NEW_STREAM, NOTHING), frame(1, MESSAGE_INITIATOR, new byte[1000]));
        assertThat(end.muxer.inputPaused()).isFalse();
        in(frame(1, MESSAGE_INITIATOR, 1));
        assertThat(end.muxer.inputPaused()).isTrue();
        end.consume(end.last(), 1, clock.nowNs());
        assertThat(end.muxer.inputPaused()).isFalse();
        assertThat(end.last().failure).isNull();
    }

    @Test
    void aBlockEndsWithItsStream() {
        end = end(MplexParams.builder().streamUnconsumedMax(1000).overflow(MplexParams.Overflow.BLOCK));
        end.consume = false;
        in(frame(1, NEW_STREAM, NOTHING), frame(1, MESSAGE_INITIATOR, new byte[1001]));
        end.muxer.reset(end.last().handle, 0);
        assertThat(end.muxer.inputPaused()).isFalse();
        assertThat(end.muxer.unconsumedBytes()).isZero();
    }

    @Test
    void inputPausesAtTheCapOfAllStreams() {
        end = end(MplexParams.builder().streamUnconsumedMax(1000).limits(l -> l.unconsumedMax(1500)));
        end.consume = false;
        in(frame(1, NEW_STREAM, NOTHING), frame(1, MESSAGE_INITIATOR, new byte[1000]));
        in(frame(2, NEW_STREAM, NOTHING), frame(2, MESSAGE_INITIATOR, new byte[500]));
        assertThat(end.muxer.inputPaused()).isTrue();
        end.consumeAll(clock.nowNs());
        assertThat(end.muxer.inputPaused()).isFalse();
    }

    @Test
    void writesAreSplitIntoFrames() {
        end = end(MplexParams.builder().limits(l -> l.frameDataMax(10)));
        in(frame(1, NEW_STREAM, NOTHING));
        end.send(end.last().handle, new byte[25]);
        assertThat(out())
                .isEqualTo(Bytes.concat(
                        frame(1, MESSAGE_RECEIVER, new byte[10]),
                        frame(1, MESSAGE_RECEIVER, new byte[10]),
                        frame(1, MESSAGE_RECEIVER, new byte[5])));
    }

    @Test
    void goingAwayRefusesStreamsAndSaysNothing() {
        end.muxer.goAway(0);
        assertThat(end.muxer.hasOutput()).isFalse();
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_GOING_AWAY);
        in(frame(1, NEW_STREAM, NOTHING));
        assertThat(end.accepted).isEmpty();
        assertThat(out()).isEqualTo(frame(1, RESET_RECEIVER, NOTHING));
    }

    @Test
    void streamsOfOursAreLimited() {
        end = end(MplexParams.builder().limits(l -> l.outboundStreamsMax(1)));
        long first = end.open(clock.nowNs());
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_STREAM_LIMIT);
        end.muxer.reset(first, 0);
        assertThat(end.open(clock.nowNs())).isPositive();
    }

    @Test
    void resetsThatNobodyReadsAreBounded() {
        end = end(MplexParams.builder().limits(l -> l.inboundStreamsMax(0).openBurst(5000)));
        for (int i = 0; i < 2048; i++) {
            assertThat(end.muxer.controlBacklogFull()).isEqualTo(i >= 256);
            in(frame(i, NEW_STREAM, NOTHING));
        }
        assertThat(end.error).isNull();
        in(frame(9999, NEW_STREAM, NOTHING));
        assertFailed(MuxerError.LIMIT, "2048 resets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "ffffffffffffffffff01", "808080808080808080"})
    void headersThatAreNoMinimalVarintEndTheSession(String hex) {
        in(Hex.bytes(hex), new byte[2]);
        assertThat(end.error).isEqualTo(MuxerError.PROTOCOL);
        assertThat(end.why).contains("varint");
    }

    @Test
    void framesMayComeByteByByte() {
        byte[] bytes = Bytes.concat(
                frame(1 << 20, NEW_STREAM, "name".getBytes(StandardCharsets.US_ASCII)),
                frame(1 << 20, MESSAGE_INITIATOR, new byte[300]),
                frame(1 << 20, CLOSE_INITIATOR, NOTHING));
        for (byte b : bytes) {
            in(new byte[] {b});
        }
        assertThat(end.last().received.size()).isEqualTo(300);
        assertThat(end.last().remoteClosed).isTrue();
    }

    private MuxEnd end(MplexParams.Builder params) {
        return new MuxEnd(sink -> new Mplex(params.build(), sink, clock.nowNs()));
    }

    private void in(byte[]... frames) {
        end.receive(Bytes.concat(frames), clock.nowNs());
    }

    private byte[] out() {
        ByteBuf out = Unpooled.buffer();
        while (end.muxer.hasOutput()) {
            end.muxer.write(out, 64 << 10, clock.nowNs());
        }
        return ByteBufUtil.getBytes(out);
    }

    private void assertFailed(MuxerError error, String why) {
        assertThat(end.error).isEqualTo(error);
        assertThat(end.why).contains(why);
        assertThat(end.muxer.streamCount()).isZero();
        assertThat(end.muxer.hasOutput()).isFalse();
    }

    private static byte[] frame(long id, int flag, int... body) {
        byte[] bytes = new byte[body.length];
        for (int i = 0; i < body.length; i++) {
            bytes[i] = (byte) body[i];
        }
        return frame(id, flag, bytes);
    }

    private static byte[] frame(long id, int flag, byte[] body) {
        return Bytes.concat(Bytes.varint(id << 3 | flag), Bytes.varint(body.length), body);
    }
}
