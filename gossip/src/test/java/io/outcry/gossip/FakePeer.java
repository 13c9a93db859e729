package io.outcry.gossip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.router.PeerProtocol;
import io.outcry.gossip.rpc.FrameSplitter;
import io.outcry.gossip.rpc.RpcWriter;
import io.outcry.testkit.Hex;
import io.outcry.transport.Host;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A real host with a pubsub made by hand: it writes what a test wants and counts what it hears. */
final class FakePeer {

    final Host host;
    /** Bodies of the frames heard, in hexadecimal, of all streams. */
    final List<String> heard = new CopyOnWriteArrayList<>();
    /** Streams the other side opened, in order. */
    final List<Stream> inbound = new CopyOnWriteArrayList<>();

    final AtomicInteger ended = new AtomicInteger();
    private final Runnable wake;
    private volatile boolean reads = true;

    FakePeer(Host host, Runnable wake) {
        this.host = host;
        this.wake = wake;
        host.handle(PeerProtocol.MESHSUB_1_1.id(), stream -> {
            if (!reads) {
                stream.autoCredit(false);
            }
            stream.reader(new Ear());
            inbound.add(stream);
            wake.run();
        });
    }

    /** From now on streams of others get no credit. */
    void stopReading() {
        reads = false;
    }

    /** Opens a stream to another host. */
    Stream open(Host to) {
        Stream stream = host.newStream(to.peerId(), PeerProtocol.MESHSUB_1_1.id())
                .orTimeout(Swarm.PATIENCE_S, TimeUnit.SECONDS)
                .join();
        stream.reader(new StreamReader() {
            @Override
            public void onData(Stream from, ByteBuf data) {}

            @Override
            public void onClosed(Stream from, @Nullable StreamException cause) {
                ended.incrementAndGet();
                wake.run();
            }
        });
        return stream;
    }

    /** Completes when the frame was handed to the socket. */
    static CompletableFuture<Void> write(Stream stream, Consumer<RpcWriter> content) {
        RpcWriter writer = new RpcWriter();
        content.accept(writer);
        ByteBuf frame = writer.finish(PooledByteBufAllocator.DEFAULT);
        CompletableFuture<Void> written = stream.write(frame);
        frame.release();
        return written;
    }

    static void writeHex(Stream stream, String hex) {
        stream.write(Unpooled.wrappedBuffer(Hex.bytes(hex)));
    }

    private final class Ear implements StreamReader {
        private final FrameSplitter splitter =
                new FrameSplitter(1 << 20, Unpooled.buffer().alloc());

        @Override
        public void onData(Stream stream, ByteBuf data) {
            for (ByteBuf frame = splitter.next(data); frame != null; frame = splitter.next(data)) {
                heard.add(ByteBufUtil.hexDump(frame));
                frame.release();
            }
            wake.run();
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            splitter.close();
        }
    }
}
