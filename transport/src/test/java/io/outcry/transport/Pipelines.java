package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Handlers for channels on streams, and how to wait for them. */
final class Pipelines {

    private static final int FRAME_MAX = 1 << 20;

    private Pipelines() {}

    /** Frames with a length before each, and then this handler. */
    static ChannelInitializer<Channel> framed(ChannelInboundHandlerAdapter last) {
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

    /** The future, once it is done. */
    static <F extends Future<?>> F done(F future) {
        assertThat(future.awaitUninterruptibly(Hosts.PATIENCE_S, TimeUnit.SECONDS))
                .as("done in time")
                .isTrue();
        return future;
    }

    /** Sends every frame back. */
    static final class Echo extends ChannelInboundHandlerAdapter {
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
    static final class Frames extends SimpleChannelInboundHandler<ByteBuf> {
        final ConcurrentLinkedQueue<byte[]> frames = new ConcurrentLinkedQueue<>();
        final AtomicInteger inactive = new AtomicInteger();
        volatile @Nullable Throwable failure;

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
    static final class Bytes extends SimpleChannelInboundHandler<ByteBuf> {
        final AtomicInteger count = new AtomicInteger();
        final AtomicInteger readCompletes = new AtomicInteger();
        final AtomicInteger active = new AtomicInteger();
        final AtomicInteger inactive = new AtomicInteger();
        final StringBuffer text = new StringBuffer();
        volatile @Nullable Throwable failure;

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
