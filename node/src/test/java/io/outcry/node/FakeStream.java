package io.outcry.node;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.transport.Connection;
import io.outcry.transport.FrameReader;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream whose other end is the test. */
final class FakeStream implements Stream {

    final List<byte[]> written = new ArrayList<>();
    int closes;
    int resets;
    long queued;

    private final PeerId peer;
    private @Nullable StreamReader reader;

    FakeStream(PeerId peer) {
        this.peer = peer;
    }

    /** The peer sends one frame. */
    void receive(byte[] frame) {
        ByteBuf data = FrameReader.framed(frame);
        receive(data);
    }

    /** The peer sends bytes. */
    void receive(ByteBuf data) {
        try {
            reader().onData(this, data);
        } finally {
            data.release();
        }
    }

    void remoteCloses() {
        reader().onRemoteClosed(this);
    }

    void ends(@Nullable StreamException cause) {
        reader().onClosed(this, cause);
    }

    private StreamReader reader() {
        StreamReader set = reader;
        if (set == null) {
            throw new AssertionError("nobody reads the stream");
        }
        return set;
    }

    /** The frames written, without their lengths. */
    List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        FrameReader cut = new FrameReader(1 << 20, (stream, frame) -> frames.add(frame));
        written.forEach(bytes -> cut.onData(this, Unpooled.wrappedBuffer(bytes)));
        return frames;
    }

    @Override
    public String protocol() {
        return "/fake/1.0.0";
    }

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public Connection connection() {
        throw new UnsupportedOperationException("there is no connection");
    }

    @Override
    public boolean outbound() {
        return false;
    }

    @Override
    public void reader(StreamReader set) {
        reader = set;
    }

    @Override
    public CompletableFuture<Void> write(ByteBuf data) {
        written.add(ByteBufUtil.getBytes(data));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long queuedBytes() {
        return queued;
    }

    @Override
    public void autoCredit(boolean automatic) {}

    @Override
    public void consumed(int bytes) {}

    @Override
    public CompletableFuture<Void> closeWrite() {
        closes++;
        return CompletableFuture.completedFuture(null);
    }

    /** Ends the stream as the transport does: the reader hears of it. */
    @Override
    public void reset(long code) {
        if (resets++ == 0 && reader != null) {
            ends(new StreamException(StreamException.Reason.RESET_LOCALLY, "reset"));
        }
    }
}
