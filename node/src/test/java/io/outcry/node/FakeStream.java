package io.outcry.node;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.transport.Connection;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamReader;
import java.util.concurrent.CompletableFuture;

/** A stream that only notes whether it was closed or reset. */
final class FakeStream implements Stream {

    int closes;
    int resets;

    @Override
    public String protocol() {
        return "/fake/1.0.0";
    }

    @Override
    public PeerId peer() {
        throw new UnsupportedOperationException("nobody is at the other end");
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
    public void reader(StreamReader reader) {}

    @Override
    public CompletableFuture<Void> write(ByteBuf data) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long queuedBytes() {
        return 0;
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

    @Override
    public void reset(long code) {
        resets++;
    }
}
