package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static io.outcry.transport.Pipelines.done;
import static io.outcry.transport.Pipelines.framed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a channel on a stream ends: by either side, in order and not, and with bytes that still wait. */
@ExtendWith(LeakCheck.class)
class StreamChannelEndIT {

    private static final String PROTOCOL = "/frames/1.0.0";

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
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
        Pipelines.Bytes answer = new Pipelines.Bytes();
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
        Pipelines.Bytes end = new Pipelines.Bytes();
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), end);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            writes.add(channel.writeAndFlush(
                    PooledByteBufAllocator.DEFAULT.buffer(64 << 10).writeZero(64 << 10)));
        }
        done(channel.closeFuture());
        writes.forEach(Pipelines::done);
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
        StreamChannel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Pipelines.Bytes());
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
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Pipelines.Bytes());
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
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Pipelines.Bytes());
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
        b.handle(PROTOCOL, stream -> StreamChannel.of(stream, framed(new Pipelines.Echo())));
        hosts.connect(a, b);
        Pipelines.Bytes end = new Pipelines.Bytes();
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitsWhenTheStreamIsOverIsCountedUntilItIsReadOrDropped(boolean read) {
        int length = 200_000;
        Host a = hosts.start(options -> options.identify(false));
        Host b = hosts.start(options -> options.identify(false));
        CompletableFuture<StreamChannel> accepted = new CompletableFuture<>();
        Pipelines.Bytes heard = new Pipelines.Bytes();
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
        Pipelines.Bytes end = new Pipelines.Bytes();
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

    @Test
    void whatWaitsWhenTheStreamIsOverAndHasNoRoomEndsTheChannel() {
        int length = 200_000;
        MemoryBudget memory = new MemoryBudget("small", 8 << 20);
        Host a = hosts.start(options -> options.identify(false));
        Host b = hosts.start(options -> options.memory(memory).identify(false));
        CompletableFuture<StreamChannel> accepted = new CompletableFuture<>();
        Pipelines.Bytes heard = new Pipelines.Bytes();
        b.handle(PROTOCOL, stream -> {
            StreamChannel channel = StreamChannel.of(stream, heard);
            channel.config().setAutoRead(false);
            accepted.complete(channel);
        });
        hosts.connect(a, b);
        Stream sender = await(a.newStream(b.peerId(), PROTOCOL));
        sender.reader(new Collector());
        await(bytes("x".repeat(length), sender::write));
        await(sender.closeWrite());
        StreamChannel waiting = await(accepted);
        AtomicLong taken = new AtomicLong();
        // Everything is there, and none of it read.
        Hosts.eventually(() -> memory.used() >= length);
        done(waiting.eventLoop().submit(() -> {
            taken.set(memory.limit() * 80 / 100 - memory.used() - length / 2);
            assertThat(memory.reserve(taken.get(), Priority.HIGH)).isTrue();
            waiting.shutdownOutput();
        }));
        done(waiting.closeFuture());
        memory.release(taken.get());
        Hosts.eventually(() -> heard.inactive.get() == 1);
        assertThat(Objects.requireNonNull(heard.failure))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.LIMIT));
        assertThat(heard.count).hasValue(0);
        Hosts.eventually(() -> memory.used() == TcpTransport.SOCKET_BYTES);
    }
}
