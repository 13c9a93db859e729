package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One end of a muxed connection in a test: a muxer and a sink that writes everything down. */
public final class MuxEnd implements MuxerSink, AutoCloseable {

    /** What became of one stream. */
    public static final class Log {
        public final long handle;
        public final ByteArrayOutputStream received = new ByteArrayOutputStream();
        public int unconsumed;
        public long written;
        public boolean remoteClosed;
        public boolean writeClosed;
        public boolean closed;
        public long resetCode = -1;
        public @Nullable String failure;

        Log(long handle) {
            this.handle = handle;
        }

        public boolean ended() {
            return closed || resetCode >= 0 || failure != null;
        }
    }

    public final Muxer muxer;
    public final Map<Long, Log> logs = new LinkedHashMap<>();
    public final List<Long> accepted = new ArrayList<>();
    public final List<Long> roundTripsNs = new ArrayList<>();
    public boolean accept = true;
    public boolean consume = true;
    public long goAwayCode = -1;
    public @Nullable MuxerError error;
    public @Nullable String why;
    public int errors;

    public MuxEnd(Function<MuxerSink, Muxer> maker) {
        muxer = maker.apply(this);
    }

    public long open(long nowNs) {
        long handle = muxer.openStream(nowNs);
        if (handle > 0) {
            logs.put(handle, new Log(handle));
        }
        return handle;
    }

    public boolean send(long handle, byte[] bytes) {
        ByteBuf data = PooledByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length));
        return muxer.takeWrite(handle, data.writeBytes(bytes));
    }

    /** Hands bytes in and consumes what was delivered, as a shell does after the call. */
    public void receive(byte[] bytes, long nowNs) {
        ByteBuf in =
                PooledByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
        receive(in, nowNs);
        in.release();
    }

    public void receive(ByteBuf in, long nowNs) {
        muxer.onBytes(in, nowNs);
        assertThat(in.isReadable()).isFalse();
        if (consume) {
            consumeAll(nowNs);
        }
    }

    public void consumeAll(long nowNs) {
        for (Log log : logs.values()) {
            consume(log, log.unconsumed, nowNs);
        }
    }

    public void consume(Log log, int bytes, long nowNs) {
        if (bytes > 0 && !log.ended()) {
            log.unconsumed -= bytes;
            muxer.onConsumed(log.handle, bytes, nowNs);
        }
    }

    public Log log(long handle) {
        return Objects.requireNonNull(logs.get(handle), () -> "no stream " + handle);
    }

    /** The stream the peer opened last. */
    public Log last() {
        return log(accepted.get(accepted.size() - 1));
    }

    @Override
    public boolean onStreamOpened(long stream) {
        if (accept) {
            assertThat(logs.put(stream, new Log(stream))).as("a handle is new").isNull();
            accepted.add(stream);
        }
        return accept;
    }

    @Override
    public void onData(long stream, ByteBuf data) {
        Log log = live(stream);
        assertThat(log.remoteClosed).as("no data after the peer's close").isFalse();
        assertThat(data.isReadable()).isTrue();
        log.unconsumed += data.readableBytes();
        byte[] bytes = new byte[data.readableBytes()];
        data.getBytes(data.readerIndex(), bytes);
        log.received.writeBytes(bytes);
    }

    @Override
    public void onRemoteClosed(long stream) {
        Log log = live(stream);
        assertThat(log.remoteClosed).isFalse();
        log.remoteClosed = true;
    }

    @Override
    public void onReset(long stream, long code) {
        live(stream).resetCode = code;
    }

    @Override
    public void onStreamFailed(long stream, MuxerError failure, String text) {
        live(stream).failure = text;
    }

    @Override
    public void onWritten(long stream, int bytes) {
        live(stream).written += bytes;
    }

    @Override
    public void onWriteClosed(long stream) {
        Log log = live(stream);
        assertThat(log.writeClosed).isFalse();
        log.writeClosed = true;
    }

    @Override
    public void onClosed(long stream) {
        Log log = live(stream);
        assertThat(log.remoteClosed && log.writeClosed).isTrue();
        log.closed = true;
    }

    @Override
    public void onRoundTrip(long rttNs) {
        roundTripsNs.add(rttNs);
    }

    @Override
    public void onGoAway(long code) {
        goAwayCode = code;
    }

    @Override
    public void onSessionError(MuxerError failure, String text) {
        errors++;
        error = failure;
        why = text;
    }

    private Log live(long stream) {
        Log log = log(stream);
        assertThat(log.ended()).as("an ended stream is heard of no more").isFalse();
        assertThat(error).as("nothing is heard after the session's end").isNull();
        return log;
    }

    @Override
    public void close() {
        muxer.close();
    }
}
