package io.outcry.core.crypto;

import io.netty.buffer.ByteBuf;

/**
 * ChaCha20-Poly1305 (RFC 8439) under one key, with nonces as Noise makes them: 4 zero bytes, then the counter in
 * little endian.
 *
 * <p><b>Threading</b>: one thread at a time; engine and scratch space are reused from frame to frame.
 *
 * <p><b>Ownership</b>: all buffers are borrowed. The input's readable bytes are consumed, the output is appended to
 * {@code out}, which grows as needed. Input and output must not overlap.
 *
 * <p><b>Errors</b>: {@link IllegalStateException} if a nonce is used twice for sealing, which ends the secrecy of both
 * messages; the all-ones nonce is reserved by Noise and refused.
 */
public interface Aead extends AutoCloseable {

    /** Bytes a sealed message is longer than the plain one. */
    int TAG_LENGTH = 16;

    int KEY_LENGTH = 32;

    /** What {@link #open} answers for a forged, altered or truncated message. */
    int FORGED = -1;

    /** Encrypts and authenticates; returns the bytes appended to {@code out}. */
    default int seal(long nonce, ByteBuf plain, ByteBuf out) {
        return seal(nonce, AssociatedData.NONE, plain, out);
    }

    /** As {@link #seal(long, ByteBuf, ByteBuf)}, and authenticates {@code associated} with it. */
    int seal(long nonce, byte[] associated, ByteBuf plain, ByteBuf out);

    /** Decrypts; returns the bytes appended to {@code out}, or {@link #FORGED}, and then nothing was appended. */
    default int open(long nonce, ByteBuf sealed, ByteBuf out) {
        return open(nonce, AssociatedData.NONE, sealed, out);
    }

    /** As {@link #open(long, ByteBuf, ByteBuf)} of a message with associated data. */
    int open(long nonce, byte[] associated, ByteBuf sealed, ByteBuf out);

    /** Forgets the key; idempotent. */
    @Override
    void close();
}
