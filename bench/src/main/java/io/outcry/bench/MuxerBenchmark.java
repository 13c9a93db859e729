package io.outcry.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.transport.mplex.Mplex;
import io.outcry.transport.mplex.MplexParams;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.WindowBudget;
import io.outcry.transport.yamux.Yamux;
import io.outcry.transport.yamux.YamuxParams;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One write through two muxers in memory: framed, carried, unframed, consumed, its credit returned. The baseline copies
 * the same bytes twice and does nothing else.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MuxerBenchmark {

    private static final int WIRE_LENGTH = 1 << 17;

    /** How much is written at a time. */
    @Param({"256", "16384"})
    int length;

    /** How many streams take turns. */
    @Param({"1", "64"})
    int streams;

    /** The protocol, or two copies. */
    @Param({"yamux", "mplex", "copy"})
    String by = "";

    private final ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 16);
    private final ByteBuf wire = PooledByteBufAllocator.DEFAULT.directBuffer(WIRE_LENGTH);
    private final ByteBuf far = PooledByteBufAllocator.DEFAULT.directBuffer(WIRE_LENGTH);
    private final End dialerEnd = new End();
    private final End listenerEnd = new End();
    private Muxer dialer = muxer(true, dialerEnd);
    private Muxer listener = muxer(false, listenerEnd);
    private long[] handles = {};
    private int turn;
    private long nowNs;

    /** Takes what arrives and remembers how much. */
    private static final class End implements MuxerSink {
        long stream;
        int bytes;

        @Override
        public boolean onStreamOpened(long opened) {
            return true;
        }

        @Override
        public void onData(long from, ByteBuf part) {
            stream = from;
            bytes += part.readableBytes();
        }

        @Override
        public void onRemoteClosed(long closed) {}

        @Override
        public void onReset(long reset, long code) {
            throw new IllegalStateException("stream " + reset + " was reset: " + code);
        }

        @Override
        public void onStreamFailed(long failed, MuxerError error, String why) {
            throw new IllegalStateException("stream " + failed + " failed: " + why);
        }

        @Override
        public void onWritten(long written, int count) {}

        @Override
        public void onWriteClosed(long closed) {}

        @Override
        public void onClosed(long closed) {}

        @Override
        public void onRoundTrip(long rttNs) {}

        @Override
        public void onGoAway(long code) {}

        @Override
        public void onSessionError(MuxerError error, String why) {
            throw new IllegalStateException(error + ": " + why);
        }
    }

    private Muxer muxer(boolean client, End end) {
        return by.equals("mplex")
                ? new Mplex(MplexParams.DEFAULT, end, 0)
                : new Yamux(client, YamuxParams.DEFAULT, WindowBudget.NONE, end, 0);
    }

    /** Opens the streams. */
    @Setup
    public void setUp() {
        data.writerIndex(length);
        dialer = muxer(true, dialerEnd);
        listener = muxer(false, listenerEnd);
        handles = new long[streams];
        for (int i = 0; i < streams; i++) {
            // Opened at the pace that the other end allows.
            nowNs += TimeUnit.SECONDS.toNanos(1);
            handles[i] = dialer.openStream(nowNs);
            settle();
        }
    }

    /** Gives everything back. */
    @TearDown
    public void tearDown() {
        dialer.close();
        listener.close();
        data.release();
        wire.release();
        far.release();
    }

    /** One write from end to end. */
    @Benchmark
    public int carry() {
        nowNs += 1_000;
        if (by.equals("copy")) {
            wire.clear();
            far.clear();
            wire.writeBytes(data, 0, length);
            far.writeBytes(wire);
            return far.readableBytes();
        }
        long stream = handles[turn];
        turn = turn + 1 == handles.length ? 0 : turn + 1;
        listenerEnd.bytes = 0;
        dialer.takeWrite(stream, data.retainedSlice(0, length));
        settle();
        if (listenerEnd.bytes != length) {
            throw new IllegalStateException(listenerEnd.bytes + " of " + length + " bytes arrived");
        }
        return listenerEnd.bytes;
    }

    private void settle() {
        while (dialer.hasOutput() || listener.hasOutput()) {
            int before = listenerEnd.bytes;
            pass(dialer, listener);
            if (listenerEnd.bytes > before) {
                listener.onConsumed(listenerEnd.stream, listenerEnd.bytes - before, nowNs);
            }
            pass(listener, dialer);
        }
    }

    private void pass(Muxer from, Muxer to) {
        wire.clear();
        if (from.write(wire, WIRE_LENGTH, nowNs) > 0) {
            to.onBytes(wire, nowNs);
        }
    }
}
