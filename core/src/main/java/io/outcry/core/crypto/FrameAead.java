package io.outcry.core.crypto;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Brings an engine and Netty's buffers together: direct to direct where the engine can, in place of the arrays where
 * there are arrays, and through reused scratch space for the rest.
 */
final class FrameAead implements Aead {

    private static final int NONCE_LENGTH = 12;
    private static final long NONCE_RESERVED = -1L;

    private final AeadEngine engine;
    private final byte[] nonceBytes = new byte[NONCE_LENGTH];
    private byte[] scratchIn = {};
    private byte[] scratchOut = {};
    private long lastSealed = NONCE_RESERVED;
    private boolean closed;

    FrameAead(AeadEngine engine) {
        this.engine = engine;
    }

    @Override
    public int seal(long nonce, byte[] associated, ByteBuf plain, ByteBuf out) {
        if (lastSealed != NONCE_RESERVED && Long.compareUnsigned(nonce, lastSealed) <= 0) {
            throw new IllegalStateException("nonces grow: " + Long.toUnsignedString(nonce) + " after "
                    + Long.toUnsignedString(lastSealed) + " would betray both messages");
        }
        int length = plain.readableBytes();
        int written = apply(true, nonce, associated, plain, length, out, length + TAG_LENGTH);
        lastSealed = nonce;
        return written;
    }

    @Override
    public int open(long nonce, byte[] associated, ByteBuf sealed, ByteBuf out) {
        int length = sealed.readableBytes();
        if (length < TAG_LENGTH) {
            sealed.skipBytes(length);
            return FORGED;
        }
        return apply(false, nonce, associated, sealed, length, out, length - TAG_LENGTH);
    }

    private int apply(boolean seal, long nonce, byte[] associated, ByteBuf in, int length, ByteBuf out, int outLength) {
        if (closed) {
            throw new IllegalStateException("this cipher was closed and its key forgotten");
        }
        if (nonce == NONCE_RESERVED) {
            throw new IllegalStateException("nonce 2^64-1 is reserved; a channel ends before it");
        }
        setNonce(nonce);
        out.ensureWritable(outLength);
        int written = run(seal, associated, in, length, out, outLength);
        in.skipBytes(length);
        if (written != FORGED) {
            out.writerIndex(out.writerIndex() + written);
        }
        return written;
    }

    private int run(boolean seal, byte[] associated, ByteBuf in, int length, ByteBuf out, int outLength) {
        int inAt = in.readerIndex();
        int outAt = out.writerIndex();
        if (engine.direct() && length > 0 && isOneDirect(in) && isOneDirect(out)) {
            // The input may be a slice of a message that other threads send as well, so it gets a view of its own; the
            // output is ours alone and can lend its cached one.
            return engine.apply(
                    seal, nonceBytes, associated, in.nioBuffer(inAt, length), out.internalNioBuffer(outAt, outLength));
        }
        byte[] source;
        int sourceAt;
        if (in.hasArray()) {
            source = in.array();
            sourceAt = in.arrayOffset() + inAt;
        } else {
            scratchIn = atLeast(scratchIn, length);
            in.getBytes(inAt, scratchIn, 0, length);
            source = scratchIn;
            sourceAt = 0;
        }
        if (out.hasArray() && out.array() != source) {
            return engine.apply(
                    seal, nonceBytes, associated, source, sourceAt, length, out.array(), out.arrayOffset() + outAt);
        }
        scratchOut = atLeast(scratchOut, outLength);
        int written = engine.apply(seal, nonceBytes, associated, source, sourceAt, length, scratchOut, 0);
        if (written != FORGED) {
            out.setBytes(outAt, scratchOut, 0, written);
        }
        return written;
    }

    /** A buffer of several parts would hand out a copy, and what is written to a copy is lost. */
    private static boolean isOneDirect(ByteBuf buffer) {
        return buffer.isDirect() && buffer.nioBufferCount() == 1;
    }

    private void setNonce(long nonce) {
        for (int i = 0; i < Long.BYTES; i++) {
            nonceBytes[4 + i] = (byte) (nonce >>> (8 * i));
        }
    }

    /** Grows to a power of two, so that frames of many sizes settle on one array. */
    private static byte[] atLeast(byte[] scratch, int length) {
        if (scratch.length >= length) {
            return scratch;
        }
        return new byte[Math.max(256, Integer.highestOneBit(length - 1) << 1)];
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.forgetKey();
            Arrays.fill(scratchIn, (byte) 0);
            Arrays.fill(scratchOut, (byte) 0);
        }
    }
}
