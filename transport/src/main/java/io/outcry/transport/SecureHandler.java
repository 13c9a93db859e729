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
 * <p>The complete frames of a read are opened into one buffer, where they lie; a partial one waits, at most 65 537 bytes, and
 * its pieces are the only ciphertext that is copied. A message written is sealed at once into a buffer of its own, so the
 * writer may use its own again when the call returns.
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

    private static final int PREFIX_LENGTH = 2;

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
        try {
            finishPartial(ctx, in);
            open(ctx, in);
            if (!broken && in.isReadable()) {
                partial = keep(ctx, in);
            }
        } finally {
            in.release();
        }
    }

    /** Completes the frame that waits with what it lacks and no more: the rest is opened where it lies. */
    private void finishPartial(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf waiting = partial;
        if (waiting == null) {
            return;
        }
        take(waiting, in, PREFIX_LENGTH - waiting.readableBytes());
        if (waiting.readableBytes() >= PREFIX_LENGTH) {
            take(waiting, in, frameLength(waiting) - waiting.readableBytes());
        }
        if (NoiseCipher.hasFrame(waiting)) {
            partial = null;
            try {
                open(ctx, waiting);
            } finally {
                waiting.release();
            }
        }
    }

    private static void take(ByteBuf waiting, ByteBuf in, int lacking) {
        if (lacking > 0) {
            waiting.writeBytes(in, Math.min(lacking, in.readableBytes()));
        }
    }

    /** A buffer of the frame's size, so that a frame that dribbles in is not copied again with each segment. */
    private static ByteBuf keep(ChannelHandlerContext ctx, ByteBuf in) {
        return ctx.alloc().buffer(frameLength(in)).writeBytes(in);
    }

    /** Of the frame at the front, its prefix included; of the prefix alone as long as that is not whole. */
    private static int frameLength(ByteBuf frame) {
        return frame.readableBytes() < PREFIX_LENGTH
                ? PREFIX_LENGTH
                : PREFIX_LENGTH + frame.getUnsignedShort(frame.readerIndex());
    }

    private void open(ChannelHandlerContext ctx, ByteBuf in) {
        if (broken || !NoiseCipher.hasFrame(in)) {
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
        broken = true;
        cipher.close();
    }
}
