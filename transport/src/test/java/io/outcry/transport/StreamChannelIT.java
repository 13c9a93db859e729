package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.util.concurrent.Future;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Netty pipeline on one stream, at one end or at both. */
@ExtendWith({LeakCheck.class, Seeds.class})
class StreamChannelIT {

    private static final String PROTOCOL = "/frames/1.0.0";
    private static final int FRAME_MAX = 1 << 20;

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void framesOfManySizesComeBackWholeAndInOrder(String muxer) {
        RandomGenerator random = Seeds.random(Seeds.pick());
        Host a = hosts.start(muxer);
        Host b = hosts.start(muxer);
        b.handle(PROTOCOL, stream -> StreamChannel.of(stream, framed(new Echo())));
        hosts.connect(a, b);
        Frames answers = new Frames();
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), framed(answers));
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] frame = new byte[random.nextInt(i % 10 == 0 ? 300_000 : 2_000)];
            random.nextBytes(frame);
            sent.add(frame);
            channel.write(PooledByteBufAllocator.DEFAULT
                    .buffer(Math.max(1, frame.length))
                    .writeBytes(frame));
            if (i % 7 == 0) {
                channel.flush();
            }
        }
        ChannelFuture last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        sent.add(new byte[0]);
        Hosts.eventually(() -> answers.frames.size() == sent.size());
        assertThat(answers.frames).containsExactlyElementsOf(sent);
        assertThat(done(last).isSuccess()).isTrue();
        done(channel.close());
        Hosts.eventually(() -> a.connections().get(0).streamCount() == 0
                && b.connections().get(0).streamCount() == 0);
        assertThat(answers.inactive).hasValue(1);
        assertThat(answers.failure).isNull();
    }

    @Test
    void aPipelineThatDoesNotReadStopsTheSenderAndReadsOnLater() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<StreamChannel> accepted = new CompletableFuture<>();
        Bytes heard = new Bytes();
        b.handle(PROTOCOL, stream -> {
            StreamChannel channel = StreamChannel.of(stream, heard);
            channel.config().setAutoRead(false);
            accepted.complete(channel);
        });
        hosts.connect(a, b);
        Stream sender = await(a.newStream(b.peerId(), PROTOCOL));
        sender.reader(new Collector());
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        while (sender.isWritable()) {
            writes.add(bytes("x".repeat(64 << 10), sender::write));
        }
        StreamChannel reading = await(accepted);
        long total = writes.size() * (64L << 10);
        // The window is full: nothing moves any more, and nothing was given to the pipeline.
        Hosts.eventually(() -> sender.queuedBytes() == total - (256 << 10));
        assertThat(heard.count).hasValue(0);
        assertThat(b.memory().used()).isLessThan(1 << 20);

        reading.read();
        Hosts.eventually(() -> heard.count.get() > 0);
        Hosts.eventually(() -> heard.readCompletes.get() == 1);
        assertThat(heard.count.get()).isLessThan((int) total);
        reading.config().setAutoRead(true);
        writes.forEach(Hosts::await);
        Hosts.eventually(() -> heard.count.get() == total);
        sender.closeWrite();
        done(reading.closeFuture());
    }

    @Test
    void promisesAndWritabilitySayWhatLeft() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        b.handle(PROTOCOL, stream -> {
            stream.autoCredit(false);
            stream.reader((same, data) -> {});
            accepted.complete(stream);
        });
        hosts.connect(a, b);
        AtomicInteger turns = new AtomicInteger();
        Channel channel =
                StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                        turns.incrementAndGet();
                    }
                });
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            writes.add(channel.writeAndFlush(
                    PooledByteBufAllocator.DEFAULT.buffer(64 << 10).writeZero(64 << 10)));
        }
        assertThat(done(writes.get(0)).isSuccess()).isTrue();
        Hosts.eventually(() -> turns.get() > 0);
        assertThat(channel.isWritable()).isFalse();
        assertThat(writes.get(63).isDone()).isFalse();
        Stream reading = await(accepted);
        reading.autoCredit(true);
        reading.consumed(1 << 20);
        assertThat(writes).allMatch(write -> done(write).isSuccess());
        Hosts.eventually(channel::isWritable);
        done(channel.close());
    }

    @Test
    void aHalfCloseIsHeardAndTheOtherHalfGoesOn() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(PROTOCOL, stream -> {
            StreamChannel channel = StreamChannel.of(stream, new ChannelInboundHandlerAdapter() {
                private int bytes;

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    bytes += ((ByteBuf) message).readableBytes();
                    ((ByteBuf) message).release();
                }

                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event == ChannelInputShutdownEvent.INSTANCE) {
                        ctx.writeAndFlush(Unpooled.copiedBuffer("heard " + bytes, StandardCharsets.US_ASCII));
                        ctx.close();
                    }
                }
            });
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        });
        hosts.connect(a, b);
        Bytes answer = new Bytes();
        StreamChannel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), answer);
        for (int i = 0; i < 40; i++) {
            channel.write(PooledByteBufAllocator.DEFAULT.buffer(100_000).writeZero(100_000));
        }
        // Not flushed: half-closing does it, and waits until all was taken.
        assertThat(done(channel.shutdownOutput()).isSuccess()).isTrue();
        assertThat(channel.isOutputShutdown()).isTrue();
        assertThat(done(channel.writeAndFlush(Unpooled.copiedBuffer("more", StandardCharsets.US_ASCII)))
                        .isSuccess())
                .isFalse();
        done(channel.closeFuture());
        assertThat(answer.text.toString()).isEqualTo("heard 4000000");
        assertThat(answer.failure).isNull();
        Hosts.eventually(() -> a.connections().get(0).streamCount() == 0);
    }

    @Test
    void thePeersResetIsAnExceptionAndTheEnd() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(PROTOCOL, stream -> {
            stream.autoCredit(false);
            stream.reader((same, data) -> {
                if (data.readableBytes() > 0) {
                    same.reset(7);
                }
            });
        });
        hosts.connect(a, b);
        Bytes end = new Bytes();
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), end);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            writes.add(channel.writeAndFlush(
                    PooledByteBufAllocator.DEFAULT.buffer(64 << 10).writeZero(64 << 10)));
        }
        done(channel.closeFuture());
        writes.forEach(StreamChannelIT::done);
        assertThat(writes.get(31).isSuccess()).isFalse();
        Hosts.eventually(() -> end.inactive.get() == 1);
        assertThat(Objects.requireNonNull(end.failure)).isInstanceOfSatisfying(StreamException.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.RESET_BY_PEER);
            assertThat(failure.code()).isEqualTo(7);
        });
    }

    @Test
    void resettingTellsThePeerTheCode() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<StreamException> heard = new CompletableFuture<>();
        b.handle(
                PROTOCOL,
                stream -> stream.reader(new StreamReader() {
                    @Override
                    public void onData(Stream same, ByteBuf data) {}

                    @Override
                    public void onClosed(Stream same, @Nullable StreamException cause) {
                        heard.complete(Objects.requireNonNull(cause));
                    }
                }));
        hosts.connect(a, b);
        StreamChannel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Bytes());
        done(channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII)));
        done(channel.reset(42));
        assertThat(await(heard).reason()).isEqualTo(Reason.RESET_BY_PEER);
        assertThat(await(heard).code()).isEqualTo(42);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void closingWithFlushedBytesThatMustBeDroppedIsNoOrderlyEnd() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        Collector end = new Collector();
        b.handle(PROTOCOL, stream -> {
            stream.autoCredit(false);
            stream.reader(end);
            accepted.complete(stream);
        });
        hosts.connect(a, b);
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Bytes());
        for (int i = 0; i < 64; i++) {
            channel.writeAndFlush(
                    PooledByteBufAllocator.DEFAULT.buffer(64 << 10).writeZero(64 << 10));
        }
        await(accepted);
        done(channel.close());
        assertThat(Objects.requireNonNull(end.cause(), "an orderly end").reason())
                .isEqualTo(Reason.RESET_BY_PEER);
    }

    @Test
    void aPeerThatGoesOnSendingToAClosedChannelIsResetInTime() {
        Host a = hosts.start(options -> options.timeouts(HostTimeouts.DEFAULT.withCloseMs(200)));
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<Stream> accepted = new CompletableFuture<>();
        CompletableFuture<StreamException> ended = new CompletableFuture<>();
        b.handle(PROTOCOL, stream -> {
            stream.reader(new StreamReader() {
                @Override
                public void onData(Stream same, ByteBuf data) {}

                @Override
                public void onRemoteClosed(Stream same) {
                    // It does not close its half.
                }

                @Override
                public void onClosed(Stream same, @Nullable StreamException cause) {
                    ended.complete(Objects.requireNonNull(cause));
                }
            });
            accepted.complete(stream);
        });
        hosts.connect(a, b);
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Bytes());
        done(channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII)));
        Stream stubborn = await(accepted);
        done(channel.close());
        while (!ended.isDone()) {
            bytes("x".repeat(1_000), stubborn::write);
        }
        assertThat(await(ended).reason()).isEqualTo(Reason.RESET_BY_PEER);
        Hosts.eventually(() -> a.connections().get(0).streamCount() == 0);
    }

    @Test
    void aLostConnectionEndsItsChannels() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(PROTOCOL, stream -> StreamChannel.of(stream, framed(new Echo())));
        hosts.connect(a, b);
        Bytes end = new Bytes();
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), end);
        b.abort();
        done(channel.closeFuture());
        Hosts.eventually(() -> end.inactive.get() == 1);
        assertThat(end.active).hasValue(1);
        assertThat(Objects.requireNonNull(end.failure)).isInstanceOf(StreamException.class);
        assertThatThrownBy(
                        () -> done(channel.writeAndFlush(Unpooled.EMPTY_BUFFER)).get())
                .hasMessageContaining("ClosedChannelException");
    }

    @Test
    void whatAStreamCannotTakeIsSaid() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(PROTOCOL, Hosts.echo());
        hosts.connect(a, b);
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Bytes());
        assertThatThrownBy(() -> done(channel.writeAndFlush("text")).get()).hasMessageContaining("encoder");
        for (long code : new long[] {-1, 1L << 32}) {
            assertThatThrownBy(() -> ((StreamChannel) channel).reset(code))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(channel.isActive()).isTrue();
        done(channel.close());
    }

    @Test
    void aWishToReadMadeWhileReadingIsKept() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<StreamChannel> accepted = new CompletableFuture<>();
        AtomicInteger completes = new AtomicInteger();
        AtomicInteger count = new AtomicInteger();
        b.handle(PROTOCOL, stream -> {
            StreamChannel channel = StreamChannel.of(stream, new SimpleChannelInboundHandler<ByteBuf>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
                    count.addAndGet(data.readableBytes());
                    ctx.read();
                }

                @Override
                public void channelReadComplete(ChannelHandlerContext ctx) {
                    completes.incrementAndGet();
                }
            });
            channel.config().setAutoRead(false);
            accepted.complete(channel);
        });
        hosts.connect(a, b);
        Stream sender = await(a.newStream(b.peerId(), PROTOCOL));
        bytes("one", sender::write);
        await(accepted).read();
        Hosts.eventually(() -> count.get() == 3 && completes.get() == 1);
        bytes("two", sender::write);
        Hosts.eventually(() -> count.get() == 6 && completes.get() == 2);
    }

    @Test
    void aCancelledWriteIsAsIfItHadNotBeenMade() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        Collector heard = new Collector();
        b.handle(PROTOCOL, stream -> stream.reader(heard));
        hosts.connect(a, b);
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Bytes());
        List<ChannelFuture> kept = new ArrayList<>();
        done(channel.eventLoop().submit(() -> {
            kept.add(channel.write(Hosts.buffer("a")));
            assertThat(channel.write(Hosts.buffer("no")).cancel(false)).isTrue();
            kept.add(channel.write(Hosts.buffer("b")));
            assertThat(channel.write(Hosts.buffer("never")).cancel(false)).isTrue();
            channel.flush();
        }));
        kept.forEach(StreamChannelIT::done);
        done(channel.writeAndFlush(Hosts.buffer("c")));
        done(channel.eventLoop().submit(() -> {
            assertThat(channel.write(Hosts.buffer("nor")).cancel(false)).isTrue();
            kept.add(channel.write(Unpooled.EMPTY_BUFFER));
            assertThat(channel.write(Hosts.buffer("not")).cancel(false)).isTrue();
            channel.flush();
        }));
        kept.forEach(StreamChannelIT::done);
        done(channel.close());
        assertThat(heard.text()).isEqualTo("abc");
        assertThat(heard.cause()).isNull();
        assertThat(kept).allMatch(Future::isSuccess);
    }

    @Test
    void behindARefusedMessageNothingGoesToThePeer() {
        MemoryBudget memory = new MemoryBudget("small", 8 << 20);
        Host a = hosts.start(options -> options.muxers(HostOptions.YAMUX).memory(memory));
        Host b = hosts.start(HostOptions.YAMUX);
        Collector heard = new Collector();
        b.handle(PROTOCOL, stream -> stream.reader(heard));
        hosts.connect(a, b);
        Bytes end = new Bytes();
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), end);
        AtomicInteger taken = new AtomicInteger();
        done(channel.eventLoop().submit(() -> {
            channel.writeAndFlush(Hosts.buffer("before"));
            taken.set((int) (memory.limit() * 60 / 100 - memory.used() - 10_000));
            assertThat(memory.reserve(taken.get(), Priority.MEDIUM)).isTrue();
            channel.write(Hosts.buffer("x".repeat(32 << 10)));
            channel.writeAndFlush(Hosts.buffer("behind"));
        }));
        done(channel.closeFuture());
        memory.release(taken.get());
        assertThat(Objects.requireNonNull(heard.cause(), "an orderly end").reason())
                .isEqualTo(Reason.RESET_BY_PEER);
        assertThat(heard.text()).doesNotContain("behind");
        assertThat(Objects.requireNonNull(end.failure))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.LIMIT));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitsWhenTheStreamIsOverIsCountedUntilItIsReadOrDropped(boolean read) {
        int length = 200_000;
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<StreamChannel> accepted = new CompletableFuture<>();
        Bytes heard = new Bytes();
        b.handle(PROTOCOL, stream -> {
            StreamChannel channel = StreamChannel.of(stream, heard);
            channel.config().setAutoRead(false);
            accepted.complete(channel);
        });
        hosts.connect(a, b);
        Stream sender = await(a.newStream(b.peerId(), PROTOCOL));
        Collector end = new Collector();
        sender.reader(end);
        await(bytes("x".repeat(length), sender::write));
        StreamChannel waiting = await(accepted);
        done(waiting.shutdownOutput());
        assertThat(end.cause()).isNull();
        Hosts.eventually(() -> b.connections().get(0).streamCount() == 0);
        done(waiting.eventLoop().submit(() -> {}));
        assertThat(waiting.isOpen()).isTrue();
        long before = b.memory().used();
        if (read) {
            waiting.config().setAutoRead(true);
        } else {
            done(waiting.shutdownInput());
        }
        done(waiting.closeFuture());
        done(waiting.eventLoop().submit(() -> {}));
        assertThat(before - b.memory().used()).isGreaterThanOrEqualTo(length);
        assertThat(heard.count).hasValue(read ? length : 0);
    }

    @Test
    void aFlushThatThrowsIsNoOrderlyEnd() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        Collector heard = new Collector();
        b.handle(PROTOCOL, stream -> stream.reader(heard));
        hosts.connect(a, b);
        Bytes end = new Bytes();
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), end);
        done(channel.writeAndFlush(Hosts.buffer("half a message")));
        done(channel.eventLoop().submit(() -> {
            ByteBuf gone = Hosts.buffer("the other half");
            channel.write(gone);
            gone.release();
            channel.flush();
        }));
        assertThat(Objects.requireNonNull(heard.cause(), "an orderly end").reason())
                .isEqualTo(Reason.RESET_BY_PEER);
        done(channel.closeFuture());
        Hosts.eventually(() -> end.inactive.get() == 1);
    }

    private static ChannelInitializer<Channel> framed(ChannelInboundHandlerAdapter last) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(new LengthFieldBasedFrameDecoder(FRAME_MAX, 0, 4, 0, 4))
                        .addLast(new LengthFieldPrepender(4))
                        .addLast(last);
            }
        };
    }

    private static <F extends Future<?>> F done(F future) {
        assertThat(future.awaitUninterruptibly(Hosts.PATIENCE_S, TimeUnit.SECONDS))
                .as("done in time")
                .isTrue();
        return future;
    }

    /** Sends every frame back. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }

    /** Gathers frames. */
    private static final class Frames extends SimpleChannelInboundHandler<ByteBuf> {
        private final ConcurrentLinkedQueue<byte[]> frames = new ConcurrentLinkedQueue<>();
        private final AtomicInteger inactive = new AtomicInteger();
        private volatile @Nullable Throwable failure;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
            byte[] bytes = new byte[frame.readableBytes()];
            frame.readBytes(bytes);
            frames.add(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inactive.incrementAndGet();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = cause;
        }
    }

    /** Counts what comes, and how it ends. */
    private static final class Bytes extends SimpleChannelInboundHandler<ByteBuf> {
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicInteger readCompletes = new AtomicInteger();
        private final AtomicInteger active = new AtomicInteger();
        private final AtomicInteger inactive = new AtomicInteger();
        private final StringBuffer text = new StringBuffer();
        private volatile @Nullable Throwable failure;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            active.incrementAndGet();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
            count.addAndGet(data.readableBytes());
            if (text.length() < 1_000) {
                text.append(data.toString(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            readCompletes.incrementAndGet();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inactive.incrementAndGet();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = cause;
        }
    }
}
