package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every muxer does, whatever its frames look like. */
@ExtendWith({LeakCheck.class, Seeds.class})
public abstract class MuxerContract {

    private static final long SECOND_NS = 1_000_000_000L;

    protected final MuxPair pair = new MuxPair(this::muxer, this::muxer);

    /** A muxer with default limits. */
    protected abstract Muxer muxer(boolean client, MuxerSink sink);

    /** A muxer that lets its peer have two streams. */
    protected abstract Muxer muxerForTwo(boolean client, MuxerSink sink);

    @AfterEach
    void close() {
        pair.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 1, 100000",
        "1, 100, 10",
        "100, 100, 100",
        "1000, 10, 64",
        "10, 3, 1000000",
        "2, 1, 10000000"
    })
    void echoes(int streams, int messages, int length, RandomGenerator random) {
        Map<Long, byte[]> sent = new HashMap<>();
        List<Long> handles = new ArrayList<>();
        for (int s = 0; s < streams; s++) {
            long handle = openOrSettle();
            handles.add(handle);
            byte[][] pieces = new byte[messages][];
            for (int m = 0; m < messages; m++) {
                pieces[m] = Bytes.random(random, length);
                assertThat(pair.dialer.send(handle, pieces[m])).isTrue();
            }
            pair.dialer.muxer.closeWrite(handle);
            sent.put(handle, Bytes.concat(pieces));
        }
        pair.settle();
        assertThat(pair.listener.accepted).hasSize(streams);
        for (long handle : pair.listener.accepted) {
            MuxEnd.Log log = pair.listener.log(handle);
            assertThat(log.remoteClosed).isTrue();
            assertThat(pair.listener.send(handle, log.received.toByteArray())).isTrue();
            pair.listener.muxer.closeWrite(handle);
        }
        pair.settle();
        for (long handle : handles) {
            MuxEnd.Log log = pair.dialer.log(handle);
            assertThat(log.closed).isTrue();
            byte[] expected = Objects.requireNonNull(sent.get(handle));
            assertThat(log.written).isEqualTo(expected.length);
            assertThat(log.received.toByteArray()).isEqualTo(expected);
        }
        assertThat(pair.dialer.muxer.streamCount()).isZero();
        assertThat(pair.listener.muxer.streamCount()).isZero();
        assertThat(pair.listener.muxer.unconsumedBytes()).isZero();
    }

    @Test
    void bothSidesOpenAtTheSameTime() {
        List<Long> dialled = new ArrayList<>();
        List<Long> listened = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            dialled.add(pair.dialer.open(pair.nowNs()));
            listened.add(pair.listener.open(pair.nowNs()));
        }
        dialled.forEach(handle -> pair.dialer.send(handle, new byte[] {1}));
        listened.forEach(handle -> pair.listener.send(handle, new byte[] {2, 2}));
        pair.settle();
        assertThat(pair.dialer.accepted).hasSize(20);
        assertThat(pair.listener.accepted).hasSize(20);
        pair.listener.accepted.forEach(handle ->
                assertThat(pair.listener.log(handle).received.toByteArray()).containsExactly(1));
        pair.dialer.accepted.forEach(handle ->
                assertThat(pair.dialer.log(handle).received.toByteArray()).containsExactly(2, 2));
    }

    @Test
    void opensFiftyThousandStreamsOneAfterTheOther() {
        for (int i = 0; i < 50_000; i++) {
            long handle = pair.dialer.open(pair.nowNs());
            pair.dialer.send(handle, new byte[] {7});
            pair.dialer.muxer.closeWrite(handle);
            pair.settle();
            pair.listener.muxer.closeWrite(pair.listener.last().handle);
            pair.settle();
            assertThat(pair.dialer.log(handle).closed).isTrue();
            pair.dialer.logs.clear();
            pair.listener.logs.clear();
            pair.clock.advanceMs(3);
        }
        assertThat(pair.listener.accepted).hasSize(50_000).doesNotHaveDuplicates();
    }

    @Test
    void writingAfterTheHalfCloseFailsAndTheOtherHalfKeepsWorking() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.muxer.closeWrite(stream[0].handle);
        assertThat(pair.dialer.send(stream[0].handle, new byte[1])).isFalse();
        pair.settle();
        assertThat(stream[1].remoteClosed).isTrue();
        assertThat(stream[1].closed).isFalse();
        assertThat(pair.listener.send(stream[1].handle, new byte[] {1, 2, 3})).isTrue();
        pair.settle();
        assertThat(stream[0].received.toByteArray()).containsExactly(1, 2, 3);
    }

    @Test
    void closingSendsWhatIsQueuedFirst() {
        long handle = pair.dialer.open(pair.nowNs());
        pair.dialer.send(handle, new byte[1_000_000]);
        pair.dialer.muxer.closeWrite(handle);
        pair.settle();
        assertThat(pair.listener.last().received.size()).isEqualTo(1_000_000);
        assertThat(pair.listener.last().remoteClosed).isTrue();
        assertThat(pair.dialer.log(handle).writeClosed).isTrue();
    }

    @Test
    void aRemoteResetIsAResetAndNotAnEnd() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.muxer.reset(stream[0].handle, 0);
        pair.settle();
        assertThat(stream[1].resetCode).isZero();
        assertThat(stream[1].remoteClosed).isFalse();
        assertThat(pair.listener.send(stream[1].handle, new byte[1])).isFalse();
    }

    @Test
    void aRemoteCloseComesAfterTheDataBeforeIt() {
        MuxEnd.Log[] stream = pair.stream();
        pair.listener.consume = false;
        pair.dialer.send(stream[0].handle, new byte[5000]);
        pair.dialer.muxer.closeWrite(stream[0].handle);
        pair.settle();
        assertThat(stream[1].received.size()).isEqualTo(5000);
        assertThat(stream[1].remoteClosed).isTrue();
    }

    @Test
    void aResetDropsWhatIsQueued() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.send(stream[0].handle, new byte[100_000]);
        pair.dialer.muxer.reset(stream[0].handle, 0);
        assertThat(pair.dialer.muxer.queuedBytes(stream[0].handle)).isZero();
        pair.settle();
        assertThat(stream[1].received.size()).isZero();
        assertThat(stream[1].resetCode).isZero();
    }

    @Test
    void aStreamOpenedAndResetBeforeItLeftIsNeverHeardOf() {
        long handle = pair.dialer.open(pair.nowNs());
        pair.dialer.send(handle, new byte[10]);
        pair.dialer.muxer.reset(handle, 0);
        assertThat(pair.dialer.muxer.hasOutput()).isFalse();
        assertThat(pair.dialer.muxer.streamCount()).isZero();
    }

    @Test
    void dataThatCrossesAResetIsDrained() {
        MuxEnd.Log[] stream = pair.stream();
        pair.listener.send(stream[1].handle, new byte[1000]);
        pair.dialer.muxer.reset(stream[0].handle, 0);
        pair.carry(pair.listener, pair.dialer);
        assertThat(pair.dialer.error).isNull();
        pair.settle();
        assertThat(pair.dialer.error).isNull();
        assertThat(pair.listener.error).isNull();
    }

    @Test
    void aResetIsNeverAnsweredWithAReset() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.muxer.reset(stream[0].handle, 0);
        pair.listener.muxer.reset(stream[1].handle, 0);
        pair.carry(pair.dialer, pair.listener);
        pair.carry(pair.listener, pair.dialer);
        assertThat(pair.dialer.muxer.hasOutput()).isFalse();
        assertThat(pair.listener.muxer.hasOutput()).isFalse();
    }

    @Test
    void closingTheMuxerReleasesEverythingAndRefusesStreams() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.send(stream[0].handle, new byte[500_000]);
        pair.dialer.muxer.close();
        pair.dialer.muxer.close();
        assertThat(pair.dialer.muxer.openStream(pair.nowNs())).isEqualTo(Muxer.REFUSED_GOING_AWAY);
        assertThat(pair.dialer.send(stream[0].handle, new byte[1])).isFalse();
        assertThat(pair.dialer.muxer.streamCount()).isZero();
        assertThat(pair.dialer.muxer.hasOutput()).isFalse();
        assertThat(pair.dialer.muxer.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void halfClosedStreamsStayAndClosedOnesLeave() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.muxer.closeWrite(stream[0].handle);
        pair.settle();
        assertThat(pair.dialer.muxer.streamCount()).isOne();
        assertThat(pair.listener.muxer.streamCount()).isOne();
        pair.listener.muxer.closeWrite(stream[1].handle);
        pair.settle();
        assertThat(pair.dialer.muxer.streamCount()).isZero();
        assertThat(pair.listener.muxer.streamCount()).isZero();
        assertThat(stream[0].closed).isTrue();
        assertThat(stream[1].closed).isTrue();
    }

    @Test
    void endingOneStreamLeavesTheOthers() {
        MuxEnd.Log[] one = pair.stream();
        MuxEnd.Log[] two = pair.stream();
        MuxEnd.Log[] three = pair.stream();
        pair.dialer.muxer.reset(one[0].handle, 0);
        pair.dialer.muxer.closeWrite(two[0].handle);
        pair.dialer.send(three[0].handle, new byte[] {9});
        pair.settle();
        assertThat(three[1].received.toByteArray()).containsExactly(9);
        assertThat(three[1].ended()).isFalse();
    }

    @Test
    void streamsBeyondTheLimitOfThePeerAreReset() {
        try (MuxPair small = new MuxPair(this::muxer, this::muxerForTwo)) {
            List<MuxEnd.Log> logs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                logs.add(small.dialer.log(small.dialer.open(small.nowNs())));
            }
            small.settle();
            assertThat(small.listener.accepted).hasSize(2);
            assertThat(logs.stream().filter(log -> log.resetCode >= 0)).containsExactly(logs.get(2), logs.get(3));
            small.dialer.muxer.reset(logs.get(0).handle, 0);
            small.settle();
            small.dialer.open(small.nowNs());
            small.settle();
            assertThat(small.listener.accepted).hasSize(3);
            assertThat(small.listener.error).isNull();
        }
    }

    @Test
    void aStreamTheSinkRefusesIsReset() {
        pair.listener.accept = false;
        long handle = pair.dialer.open(pair.nowNs());
        pair.dialer.send(handle, new byte[100]);
        pair.settle();
        assertThat(pair.dialer.log(handle).resetCode).isNotNegative();
        assertThat(pair.listener.muxer.streamCount()).isZero();
        assertThat(pair.listener.error).isNull();
    }

    @Test
    void openingFasterThanAllowedEndsTheSession() {
        for (int i = 0; i < 1100 && pair.listener.error == null; i++) {
            long handle = pair.dialer.open(pair.nowNs());
            pair.carry(pair.dialer, pair.listener);
            pair.dialer.muxer.reset(handle, 0);
            pair.carry(pair.dialer, pair.listener);
        }
        assertThat(pair.listener.error).isEqualTo(MuxerError.LIMIT);
        assertThat(pair.listener.errors).isOne();
    }

    @Test
    void openingAsFastAsAllowedForLongIsFine() {
        for (int i = 0; i < 5000; i++) {
            pair.dialer.muxer.reset(pair.stream()[0].handle, 0);
            pair.settle();
            pair.clock.advanceMs(2);
        }
        assertThat(pair.listener.error).isNull();
    }

    @Test
    void streamsTakeTurns() {
        List<MuxEnd.Log[]> streams = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            streams.add(pair.stream());
        }
        streams.forEach(stream -> pair.dialer.send(stream[0].handle, new byte[200_000]));
        pair.carry(pair.dialer, pair.listener);
        pair.carry(pair.dialer, pair.listener);
        streams.forEach(stream -> assertThat(stream[1].received.size()).isBetween(8 << 10, 32 << 10));
    }

    @Test
    void controlOvertakesData() {
        MuxEnd.Log[] bulk = pair.stream();
        pair.dialer.send(bulk[0].handle, new byte[10_000_000]);
        pair.carry(pair.dialer, pair.listener);
        long late = pair.dialer.open(pair.nowNs());
        pair.carry(pair.dialer, pair.listener);
        MuxEnd.Log doomed = pair.listener.last();
        assertThat(doomed.handle).isNotEqualTo(bulk[1].handle);
        pair.dialer.muxer.reset(late, 0);
        pair.carry(pair.dialer, pair.listener);
        assertThat(doomed.resetCode).isZero();
        assertThat(bulk[1].received.size()).isLessThan(300_000);
    }

    @Test
    void manySizesKeepTheirOrder(RandomGenerator random) {
        MuxEnd.Log[] stream = pair.stream();
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] piece = Bytes.any(random, 100_000);
            pieces.add(piece);
            assertThat(pair.dialer.send(stream[0].handle, piece)).isTrue();
            if (random.nextBoolean()) {
                pair.carry(pair.dialer, pair.listener);
                pair.carry(pair.listener, pair.dialer);
            }
        }
        pair.settle();
        assertThat(stream[1].received.toByteArray()).isEqualTo(Bytes.concat(pieces.toArray(byte[][]::new)));
    }

    @Test
    void writesNoMoreThanAsked() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.send(stream[0].handle, new byte[100_000]);
        for (int max = 0; max < 3000; max += 7) {
            ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
            int written = pair.dialer.muxer.write(out, max, pair.nowNs());
            assertThat(written).isEqualTo(out.readableBytes()).isLessThanOrEqualTo(max);
            if (max >= Muxer.WRITE_MIN && stream[0].written < 100_000) {
                assertThat(written).isPositive();
            }
            pair.listener.receive(out, pair.nowNs());
            out.release();
        }
        pair.settle();
        assertThat(stream[1].received.size()).isEqualTo(100_000);
    }

    @Test
    void outputThatNobodyPullsEndsTheSession() {
        MuxEnd.Log[] stream = pair.stream();
        pair.dialer.send(stream[0].handle, new byte[10]);
        pair.dialer.muxer.onTick(pair.nowNs());
        assertThat(pair.dialer.muxer.nextDeadlineNs()).isLessThanOrEqualTo(pair.nowNs() + 10 * SECOND_NS);
        pair.clock.advanceMs(9_999);
        pair.dialer.muxer.onTick(pair.nowNs());
        assertThat(pair.dialer.error).isNull();
        pair.clock.advanceMs(1);
        pair.dialer.muxer.onTick(pair.nowNs());
        assertThat(pair.dialer.error).isEqualTo(MuxerError.TIMEOUT);
        assertThat(pair.dialer.muxer.streamCount()).isZero();
    }

    @Test
    void aSinkThatCallsBackIsToldSo() {
        MuxEnd.Log[] stream = pair.stream();
        List<Throwable> thrown = new ArrayList<>();
        RudeSink rude = new RudeSink(thrown);
        try (Muxer muxer = muxer(false, rude)) {
            rude.muxer = muxer;
            pair.dialer.muxer.reset(stream[0].handle, 0);
            pair.settle();
            pair.dialer.open(pair.nowNs());
            ByteBuf wire = PooledByteBufAllocator.DEFAULT.buffer();
            pair.dialer.muxer.write(wire, 1000, pair.nowNs());
            muxer.onBytes(wire, pair.nowNs());
            wire.release();
        }
        assertThat(thrown).hasSize(1).hasOnlyElementsOfType(IllegalStateException.class);
    }

    @Test
    void consumingMoreThanWasDeliveredIsAMistake() {
        MuxEnd.Log[] stream = pair.stream();
        pair.listener.consume = false;
        pair.dialer.send(stream[0].handle, new byte[10]);
        pair.settle();
        assertThatThrownBy(() -> pair.listener.muxer.onConsumed(stream[1].handle, 11, pair.nowNs()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11");
        pair.listener.muxer.onConsumed(stream[1].handle, 10, pair.nowNs());
        assertThat(pair.listener.muxer.unconsumedBytes()).isZero();
    }

    @Test
    void unknownHandlesAreNoMistake() {
        Muxer muxer = pair.dialer.muxer;
        muxer.closeWrite(12345);
        muxer.reset(12345, 0);
        muxer.onConsumed(12345, 10, pair.nowNs());
        assertThat(muxer.queuedBytes(12345)).isZero();
        assertThat(pair.dialer.send(12345, new byte[3])).isFalse();
    }

    private long openOrSettle() {
        long handle = pair.dialer.open(pair.nowNs());
        if (handle == Muxer.REFUSED_ACK_BACKLOG) {
            pair.settle();
            handle = pair.dialer.open(pair.nowNs());
        }
        assertThat(handle).isPositive();
        return handle;
    }

    /** Does what a sink must not do. */
    private static final class RudeSink implements MuxerSink {
        private final List<Throwable> thrown;
        private @Nullable Muxer muxer;

        RudeSink(List<Throwable> thrown) {
            this.thrown = thrown;
        }

        @Override
        public boolean onStreamOpened(long stream) {
            try {
                Objects.requireNonNull(muxer).closeWrite(stream);
            } catch (IllegalStateException e) {
                thrown.add(e);
            }
            return true;
        }

        @Override
        public void onData(long stream, ByteBuf data) {}

        @Override
        public void onRemoteClosed(long stream) {}

        @Override
        public void onReset(long stream, long code) {}

        @Override
        public void onStreamFailed(long stream, MuxerError error, String why) {}

        @Override
        public void onWritten(long stream, int bytes) {}

        @Override
        public void onWriteClosed(long stream) {}

        @Override
        public void onClosed(long stream) {}

        @Override
        public void onRoundTrip(long rttNs) {}

        @Override
        public void onGoAway(long code) {}

        @Override
        public void onSessionError(MuxerError error, String why) {}
    }
}
