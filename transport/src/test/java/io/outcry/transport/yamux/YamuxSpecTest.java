package io.outcry.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Bytes;
import io.outcry.testkit.VirtualClock;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.WindowBudget;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the specification says of frames, streams, pings and good-byes, against frames written by hand. */
class YamuxSpecTest extends YamuxListener {

    // Opening

    @ParameterizedTest
    @ValueSource(ints = {DATA, WINDOW})
    void aStreamOpensByEitherFrameAndIsAcknowledgedAtOnce(int type) {
        in(RawFrame.header(0, type, SYN, 1, 0));
        assertThat(end.accepted).hasSize(1);
        assertThat(out()).containsExactly(frame(WINDOW, ACK, 1, 0));
    }

    @Test
    void bothEndsClientIsAParityError() {
        in(RawFrame.window(SYN, 2, 0));
        assertFailed(MuxerError.PROTOCOL, "parity");
    }

    @Test
    void aLiveIdIsNotOpenedTwice() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.window(SYN, 1, 0));
        assertFailed(MuxerError.PROTOCOL, "open already");
    }

    @Test
    void anIdUsedAgainIsANewHandle() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.window(RST, 1, 0), RawFrame.window(SYN, 1, 0));
        assertThat(end.accepted).hasSize(2).doesNotHaveDuplicates();
        assertThat(end.send(end.accepted.get(0), new byte[1])).isFalse();
        assertThat(end.send(end.accepted.get(1), new byte[1])).isTrue();
    }

    @Test
    void openingWithMoreThanTheWindowFailsBeforeTheStreamExists() {
        in(RawFrame.header(0, DATA, SYN, 1, START + 1));
        assertThat(end.accepted).isEmpty();
        assertFailed(MuxerError.PROTOCOL, "more than its window");
    }

    @Test
    void openingWithAWholeWindowIsFine() {
        in(RawFrame.data(SYN, 1, new byte[START]));
        assertThat(end.last().received.size()).isEqualTo(START);
        assertThat(end.error).isNull();
    }

    @Test
    void everyFlagOfAFrameCounts() {
        in(RawFrame.data(SYN | FIN, 1, (byte) 42));
        assertThat(end.last().received.toByteArray()).containsExactly(42);
        assertThat(end.last().remoteClosed).isTrue();
        in(RawFrame.window(SYN | ACK | FIN, 3, 10));
        assertThat(end.last().remoteClosed).isTrue();
        long own = end.open(clock.nowNs());
        out();
        in(RawFrame.window(ACK | FIN, 2, 0));
        assertThat(end.log(own).remoteClosed).isTrue();
        in(RawFrame.window(RST | FIN, 2, 5));
        assertThat(end.log(own).resetCode).isEqualTo(5);
    }

    @Test
    void openedAndResetInOneFrameIsNothing() {
        in(RawFrame.window(SYN | RST, 1, 0));
        assertThat(end.accepted).isEmpty();
        assertThat(end.muxer.hasOutput()).isFalse();
        assertThat(end.error).isNull();
    }

    @Test
    void streamsBeyondTheLimitAreResetWithACodeAndTheirDataDrained() {
        end = end(YamuxParams.builder().keepAliveMs(0).limits(l -> l.inboundStreamsMax(1)), WindowBudget.NONE);
        in(RawFrame.window(SYN, 1, 0), RawFrame.data(SYN, 3, new byte[100]), RawFrame.data(FIN, 3, (byte) 1));
        assertThat(end.accepted).hasSize(1);
        assertThat(out()).containsExactly(frame(WINDOW, RST, 3, Yamux.RESET_RESOURCE_LIMIT), frame(WINDOW, ACK, 1, 0));
        assertThat(yamux().drainedBytes()).isEqualTo(101);
        assertThat(end.error).isNull();
    }

    @Test
    void atMost256OpensWaitForTheirAcknowledgement() {
        for (int i = 0; i < 256; i++) {
            assertThat(end.open(clock.nowNs())).isPositive();
        }
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_ACK_BACKLOG);
        out();
        in(RawFrame.window(ACK, 2, 0));
        assertThat(end.open(clock.nowNs())).isPositive();
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_ACK_BACKLOG);
        in(RawFrame.window(RST, 4, 0));
        assertThat(end.open(clock.nowNs())).isPositive();
    }

    @Test
    void theFirstFrameOfAStreamAcknowledgesItToo() {
        end = end(YamuxParams.builder().keepAliveMs(0).ackBacklogMax(1), WindowBudget.NONE);
        end.open(clock.nowNs());
        out();
        in(RawFrame.data(0, 2, (byte) 1));
        assertThat(end.open(clock.nowNs())).isPositive();
    }

    @Test
    void streamsOfOursAreLimited() {
        end = end(YamuxParams.builder().keepAliveMs(0).limits(l -> l.outboundStreamsMax(2)), WindowBudget.NONE);
        end.open(clock.nowNs());
        long second = end.open(clock.nowNs());
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_STREAM_LIMIT);
        end.muxer.reset(second, 0);
        assertThat(end.open(clock.nowNs())).isPositive();
    }

    @Test
    void idsOfOursHaveOurParityAndGrow() {
        end.open(clock.nowNs());
        end.open(clock.nowNs());
        assertThat(out()).containsExactly(frame(WINDOW, SYN, 2, 0), frame(WINDOW, SYN, 4, 0));
    }

    // Ends of streams

    @Test
    void aResetCarriesItsCodeBothWays() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.window(SYN, 3, 0));
        out();
        in(RawFrame.window(RST, 1, 0x1004));
        assertThat(end.log(end.accepted.get(0)).resetCode).isEqualTo(0x1004);
        end.muxer.reset(end.accepted.get(1), 0x1001);
        assertThat(out()).containsExactly(frame(WINDOW, RST, 3, 0x1001));
    }

    @Test
    void aResetOnADataFrameHasNoCodeAndNoData() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.data(RST, 1));
        assertThat(end.last().resetCode).isZero();
        in(RawFrame.window(SYN, 3, 0), RawFrame.data(RST, 3, (byte) 1));
        assertFailed(MuxerError.PROTOCOL, "a reset with 1 bytes");
    }

    @Test
    void dataBehindACloseIsAProtocolError() {
        in(RawFrame.data(SYN | FIN, 1, (byte) 1), RawFrame.data(0, 1, (byte) 2));
        assertFailed(MuxerError.PROTOCOL, "closed");
    }

    @Test
    void aSecondCloseIsNothing() {
        in(RawFrame.data(SYN | FIN, 1, (byte) 1), RawFrame.window(FIN, 1, 0), RawFrame.data(FIN, 1));
        assertThat(end.last().remoteClosed).isTrue();
        assertThat(end.error).isNull();
    }

    @Test
    void creditStillCountsBehindAClose() {
        in(RawFrame.window(SYN | FIN, 1, 0));
        end.send(end.last().handle, new byte[START + 1]);
        out();
        in(RawFrame.window(0, 1, 1));
        assertThat(out()).containsExactly(data(1, 1));
    }

    @Test
    void framesOfUnknownStreamsAreDrainedAndCounted() {
        in(
                RawFrame.data(0, 99, new byte[70_000]),
                RawFrame.data(FIN, 98, new byte[5]),
                RawFrame.window(0, 99, 5),
                RawFrame.window(RST, 99, 5));
        assertThat(end.error).isNull();
        assertThat(end.muxer.hasOutput()).isFalse();
        assertThat(yamux().drainedBytes()).isEqualTo(70_005);
        assertThat(yamux().drainedFrames()).isEqualTo(4);
    }

    @Test
    void aFrameNoWindowCouldHoldIsNotDrained() {
        in(RawFrame.header(0, DATA, 0, 99, (16 << 20) + 1));
        assertFailed(MuxerError.PROTOCOL, "more than any window");
    }

    @Test
    void resetInTheMiddleOfABodyDrainsTheRest() {
        in(RawFrame.window(SYN, 1, 0));
        out();
        byte[] frame = RawFrame.data(FIN, 1, new byte[100]);
        in(Arrays.copyOf(frame, 50));
        end.muxer.reset(end.last().handle, 0);
        in(Arrays.copyOfRange(frame, 50, frame.length), RawFrame.window(SYN, 3, 0));
        assertThat(end.accepted).hasSize(2);
        assertThat(yamux().drainedBytes()).isEqualTo(62);
    }

    // Pings and good-byes

    @Test
    void aPingIsAnsweredWithItsValue() {
        in(RawFrame.ping(SYN, 0xdead_beef));
        assertThat(out()).containsExactly(frame(PING, ACK, 0, 0xdead_beefL));
    }

    @Test
    void pongsOvertakeEverything() {
        in(RawFrame.window(SYN, 1, 0));
        end.send(end.last().handle, new byte[10]);
        in(RawFrame.ping(SYN, 5));
        assertThat(out()).containsExactly(frame(PING, ACK, 0, 5), frame(WINDOW, ACK, 1, 0), data(1, 10));
    }

    @Test
    void pongsThatNobodyReadsAreBounded() {
        for (int i = 0; i < 31; i++) {
            in(RawFrame.ping(SYN, i));
        }
        assertThat(end.muxer.controlBacklogFull()).isFalse();
        in(RawFrame.ping(SYN, 31), RawFrame.ping(SYN, 32), RawFrame.ping(SYN, 33));
        assertThat(end.muxer.controlBacklogFull()).isTrue();
        assertThat(end.muxer.inputPaused()).isTrue();
        assertThat(yamux().pongsDropped()).isEqualTo(2);
        assertThat(out())
                .containsExactlyElementsOf(IntStream.range(0, 32)
                        .mapToObj(i -> frame(PING, ACK, 0, i))
                        .toList());
        assertThat(end.muxer.controlBacklogFull()).isFalse();
    }

    @Test
    void resetsThatNobodyReadsAreBounded() {
        end = end(
                YamuxParams.builder()
                        .keepAliveMs(0)
                        .limits(l -> l.inboundStreamsMax(0).openBurst(5000)),
                WindowBudget.NONE);
        for (int i = 0; i < 2048; i++) {
            assertThat(end.muxer.controlBacklogFull()).isEqualTo(i >= 256);
            in(RawFrame.window(SYN, 1 + 2 * i, 0));
        }
        assertThat(end.error).isNull();
        in(RawFrame.window(SYN, 9999, 0));
        assertFailed(MuxerError.LIMIT, "2048 resets");
    }

    @Test
    void theRoundTripIsMeasuredAtOnceAndThenEveryHalfMinute() {
        end = end(YamuxParams.builder(), WindowBudget.NONE);
        measureRoundTrip(50);
        assertThat(end.roundTripsNs).containsExactly(50_000_000L);
        assertThat(yamux().roundTripNs()).isEqualTo(50_000_000L);
        clock.advanceToNs(end.muxer.nextDeadlineNs());
        assertThat(clock.nowNs()).isEqualTo(new VirtualClock().nowNs() + 30_000_000_000L);
        measureRoundTrip(90);
        assertThat(end.roundTripsNs).hasSize(2);
        assertThat(yamux().roundTripNs()).isEqualTo(55_000_000L);
    }

    @Test
    void aPongNobodyAskedForIsNothing() {
        end = end(YamuxParams.builder(), WindowBudget.NONE);
        in(RawFrame.ping(ACK, 1));
        end.muxer.onTick(clock.nowNs());
        in(RawFrame.ping(ACK, 1));
        RawFrame ping = out().get(0);
        in(RawFrame.ping(ACK, (int) ping.length() + 1));
        assertThat(end.roundTripsNs).isEmpty();
        assertThat(end.error).isNull();
    }

    @Test
    void silenceAfterAPingEndsTheSession() {
        end = end(YamuxParams.builder(), WindowBudget.NONE);
        end.muxer.onTick(clock.nowNs());
        out();
        clock.advanceMs(9_999);
        end.muxer.onTick(clock.nowNs());
        assertThat(end.error).isNull();
        clock.advanceToNs(end.muxer.nextDeadlineNs());
        end.muxer.onTick(clock.nowNs());
        assertThat(end.error).isEqualTo(MuxerError.TIMEOUT);
        assertThat(out()).containsExactly(frame(GO_AWAY, 0, 0, Yamux.GO_AWAY_INTERNAL));
    }

    @Test
    void otherTrafficIsASignOfLife() {
        end = end(YamuxParams.builder(), WindowBudget.NONE);
        end.muxer.onTick(clock.nowNs());
        out();
        for (int i = 0; i < 10; i++) {
            clock.advanceMs(9_000);
            in(RawFrame.window(0, 77, 0));
            end.muxer.onTick(clock.nowNs());
        }
        assertThat(end.error).isNull();
    }

    @Test
    void silenceWhileInputIsPausedProvesNothing() {
        end = end(YamuxParams.builder().limits(l -> l.unconsumedMax(START)), WindowBudget.NONE);
        end.consume = false;
        in(RawFrame.data(SYN, 1, new byte[START]));
        end.muxer.onTick(clock.nowNs());
        out();
        clock.advanceMs(60_000);
        end.muxer.onTick(clock.nowNs());
        assertThat(end.error).isNull();
        end.consumeAll(clock.nowNs());
        out();
        clock.advanceMs(10_000);
        end.muxer.onTick(clock.nowNs());
        assertThat(end.error).isEqualTo(MuxerError.TIMEOUT);
    }

    @Test
    void aPeerThatGoesAwayGetsNoNewStreams() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.goAway(0x1006));
        assertThat(end.goAwayCode).isEqualTo(0x1006);
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_GOING_AWAY);
        in(RawFrame.data(0, 1, (byte) 3));
        assertThat(end.last().received.toByteArray()).containsExactly(3);
    }

    @Test
    void ourGoodByeComesLastAndRefusesStreams() {
        in(RawFrame.window(SYN, 1, 0));
        end.send(end.last().handle, new byte[5]);
        end.muxer.goAway(Yamux.GO_AWAY_NORMAL);
        assertThat(out()).containsExactly(frame(WINDOW, ACK, 1, 0), data(1, 5), frame(GO_AWAY, 0, 0, 0));
        assertThat(end.open(clock.nowNs())).isEqualTo(Muxer.REFUSED_GOING_AWAY);
        in(RawFrame.window(SYN, 3, 0));
        assertThat(out()).containsExactly(frame(WINDOW, RST, 3, Yamux.RESET_SHUTDOWN));
        assertThat(end.accepted).hasSize(1);
    }

    // Frames that cannot be

    @Test
    void anotherVersionEndsTheSession() {
        in(RawFrame.header(1, DATA, 0, 1, 0));
        assertFailed(MuxerError.PROTOCOL, "version 1");
    }

    @Test
    void anUnknownTypeEndsTheSession() {
        in(RawFrame.header(0, 4, 0, 1, 0));
        assertFailed(MuxerError.PROTOCOL, "type 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {DATA, WINDOW})
    void aStreamsFrameOnStreamZeroEndsTheSession(int type) {
        in(RawFrame.header(0, type, SYN, 0, 0));
        assertFailed(MuxerError.PROTOCOL, "stream 0");
    }

    @Test
    void aPingOnAStreamEndsTheSession() {
        in(RawFrame.header(0, PING, SYN, 1, 0));
        assertFailed(MuxerError.PROTOCOL, "ping");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, SYN | ACK, FIN})
    void aPingThatNeitherAsksNorAnswersEndsTheSession(int flags) {
        in(RawFrame.ping(flags, 0));
        assertFailed(MuxerError.PROTOCOL, "ping");
    }

    @Test
    void aGoodByeOnAStreamEndsTheSession() {
        in(RawFrame.header(0, GO_AWAY, 0, 1, 0));
        assertFailed(MuxerError.PROTOCOL, "go-away");
    }

    @Test
    void afterTheEndNothingIsHeardAndOnlyTheGoodByeSaid() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.data(0, 1, (byte) 1));
        end.send(end.last().handle, new byte[1000]);
        in(RawFrame.header(1, 0, 0, 0, 0), RawFrame.window(SYN, 3, 0), RawFrame.header(1, 0, 0, 0, 0));
        assertFailed(MuxerError.PROTOCOL, "version");
        assertThat(end.errors).isOne();
        assertThat(end.accepted).hasSize(1);
        assertThat(end.send(end.last().handle, new byte[1])).isFalse();
    }

    @Test
    void framesMayComeByteByByte() {
        byte[] bytes = Bytes.concat(
                RawFrame.data(SYN, 1, new byte[300]),
                RawFrame.ping(SYN, 9),
                RawFrame.data(FIN, 1, (byte) 1, (byte) 2),
                RawFrame.window(SYN | FIN, 3, 70_000));
        for (byte b : bytes) {
            in(new byte[] {b});
        }
        assertThat(end.accepted).hasSize(2);
        assertThat(end.log(end.accepted.get(0)).received.size()).isEqualTo(302);
        assertThat(end.log(end.accepted.get(0)).remoteClosed).isTrue();
        assertThat(out()).contains(frame(PING, ACK, 0, 9));
    }
}
