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
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Netty pipeline on one stream, at one end or at both. */
@ExtendWith({LeakCheck.class, Seeds.class})
class StreamChannelIT {

    private static final String PROTOCOL = "/frames/1.0.0";

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
        b.handle(PROTOCOL, stream -> StreamChannel.of(stream, framed(new Pipelines.Echo())));
        hosts.connect(a, b);
        Pipelines.Frames answers = new Pipelines.Frames();
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
        Pipelines.Bytes heard = new Pipelines.Bytes();
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
    void whatAStreamCannotTakeIsSaid() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(PROTOCOL, Hosts.echo());
        hosts.connect(a, b);
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Pipelines.Bytes());
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
        Channel channel = StreamChannel.of(await(a.newStream(b.peerId(), PROTOCOL)), new Pipelines.Bytes());
        List<ChannelFuture> kept = new ArrayList<>();
        done(channel.eventLoop().submit(() -> {
            kept.add(channel.write(Hosts.buffer("a")));
            assertThat(channel.write(Hosts.buffer("no")).cancel(false)).isTrue();
            kept.add(channel.write(Hosts.buffer("b")));
            assertThat(channel.write(Hosts.buffer("never")).cancel(false)).isTrue();
            channel.flush();
        }));
        kept.forEach(Pipelines::done);
        done(channel.writeAndFlush(Hosts.buffer("c")));
        done(channel.eventLoop().submit(() -> {
            assertThat(channel.write(Hosts.buffer("nor")).cancel(false)).isTrue();
            kept.add(channel.write(Unpooled.EMPTY_BUFFER));
            assertThat(channel.write(Hosts.buffer("not")).cancel(false)).isTrue();
            channel.flush();
        }));
        kept.forEach(Pipelines::done);
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
        Pipelines.Bytes end = new Pipelines.Bytes();
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
}
