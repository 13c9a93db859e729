package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.outcry.transport.noise.NoiseCipher;
import org.jspecify.annotations.Nullable;

/**
 * The secure channel: ciphertext below, plaintext above.
 *
 * <p>Every complete frame of a read is opened into one buffer; a partial one waits, at most 65 537 bytes. A message written is
 * sealed at once into a buffer of its own, so the writer may use its own again when the call returns.
 *
 * <p><b>Threading</b>: the event loop. <b>Ownership</b>: releases what it is given, as Netty has it.
 */
final class SecureHandler extends ChannelDuplexHandler {

    /** The peer sent a frame that is not authentic, or too short to be one. */
    static final class ForgedException extends Exception {
        ForgedException(String message) {
            super(message);
        }
    }

    private final NoiseCipher cipher;
    private final HostCounters counters;
    private @Nullable ByteBuf partial;
    private boolean broken;

    SecureHandler(NoiseCipher cipher, HostCounters counters) {
        this.cipher = cipher;
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        counters.in(in.readableBytes());
        if (broken) {
            in.release();
            return;
        }
        ByteBuf waiting = partial;
        if (waiting != null) {
            partial = null;
            in = join(ctx, waiting, in);
        }
        try {
            open(ctx, in);
            if (!broken && in.isReadable()) {
                partial = keep(ctx, in);
            }
        } finally {
            in.release();
        }
    }

    private static ByteBuf join(ChannelHandlerContext ctx, ByteBuf first, ByteBuf second) {
        if (first.isWritable(second.readableBytes())) {
            first.writeBytes(second);
            second.release();
            return first;
        }
        ByteBuf both = ctx.alloc().buffer(first.readableBytes() + second.readableBytes());
        both.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return both;
    }

    /** A buffer of the frame's size, so that a frame that dribbles in is not copied again with each segment. */
    private static ByteBuf keep(ChannelHandlerContext ctx, ByteBuf in) {
        int frame = in.readableBytes() < 2 ? 2 : 2 + in.getUnsignedShort(in.readerIndex());
        return ctx.alloc().buffer(Math.max(frame, in.readableBytes())).writeBytes(in);
    }

    private void open(ChannelHandlerContext ctx, ByteBuf in) {
        if (!NoiseCipher.hasFrame(in)) {
            return;
        }
        ByteBuf plain = ctx.alloc().buffer(Math.max(1, NoiseCipher.openableLength(in)));
        int opened;
        try {
            opened = cipher.open(in, plain);
        } catch (RuntimeException failure) {
            plain.release();
            throw failure;
        }
        if (plain.isReadable()) {
            ctx.fireChannelRead(plain);
        } else {
            plain.release();
        }
        if (opened < 0) {
            broken = true;
            in.skipBytes(in.readableBytes());
            ctx.fireExceptionCaught(new ForgedException(
                    opened == NoiseCipher.EXHAUSTED ? "noise: nonces are used up" : "noise: a frame is not authentic"));
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ByteBuf plain = (ByteBuf) message;
        if (!plain.isReadable()) {
            ctx.write(plain, promise);
            return;
        }
        ByteBuf sealed = ctx.alloc().buffer(NoiseCipher.sealedLength(plain.readableBytes()));
        int written;
        try {
            written = cipher.seal(plain, sealed);
        } catch (RuntimeException failure) {
            sealed.release();
            throw failure;
        } finally {
            plain.release();
        }
        if (written < 0) {
            sealed.release();
            promise.tryFailure(new ForgedException("noise: nonces are used up"));
            ctx.close();
            return;
        }
        counters.out(written);
        ctx.write(sealed, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf waiting = partial;
        if (waiting != null) {
            partial = null;
            waiting.release();
        }
        cipher.close();
    }
}
