package io.outcry.transport.noise;

import io.netty.buffer.ByteBuf;
import io.outcry.core.crypto.Aead;

/**
 * The two ciphers of an established channel: plain bytes to sealed frames and back.
 *
 * <pre>  frame = length u16 · ciphertext and tag (16 to 65535 bytes)</pre>
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed; nothing is kept between calls, a
 * partial frame stays in the caller's buffer.
 *
 * <p><b>Errors</b>: a forged or impossible frame is {@link #FORGED}, from then on for ever: close the connection without
 * a word. {@link #EXHAUSTED} says the same of a direction that used up its nonces.
 *
 * <p><b>Spec</b>: libp2p noise, section "Wire Format"; Noise section 5.1.
 */
public final class NoiseCipher implements AutoCloseable {

    /** {@link #open}: a frame did not authenticate or cannot exist. */
    public static final int FORGED = -1;

    /** {@link #seal} and {@link #open}: the last nonce was used; 2^64-1 is reserved. */
    public static final int EXHAUSTED = -2;

    /** Most plain bytes in a frame. */
    public static final int PLAIN_LENGTH_MAX = 65_535 - Aead.TAG_LENGTH;

    private static final int PREFIX_LENGTH = 2;
    private static final long NONCE_RESERVED = -1L;

    private final Aead sending;
    private final Aead receiving;
    private long sendNonce;
    private long receiveNonce;
    private int failure;

    NoiseCipher(Aead sending, Aead receiving) {
        this(sending, 0, receiving, 0);
    }

    /** Starts in the middle, so that tests reach the end. */
    NoiseCipher(Aead sending, long sendNonce, Aead receiving, long receiveNonce) {
        this.sending = sending;
        this.sendNonce = sendNonce;
        this.receiving = receiving;
        this.receiveNonce = receiveNonce;
    }

    /** Bytes that {@link #seal} makes of so many plain ones. */
    public static int sealedLength(int plainLength) {
        int frames = (plainLength + PLAIN_LENGTH_MAX - 1) / PLAIN_LENGTH_MAX;
        return plainLength + frames * (PREFIX_LENGTH + Aead.TAG_LENGTH);
    }

    /**
     * Seals everything readable in {@code plain}, in as few frames as possible.
     *
     * @return bytes appended to {@code out}, or {@link #EXHAUSTED}
     */
    public int seal(ByteBuf plain, ByteBuf out) {
        int start = out.writerIndex();
        int end = plain.writerIndex();
        out.ensureWritable(sealedLength(plain.readableBytes()));
        while (plain.isReadable()) {
            if (sendNonce == NONCE_RESERVED) {
                return EXHAUSTED;
            }
            int part = Math.min(plain.readableBytes(), PLAIN_LENGTH_MAX);
            out.writeShort(part + Aead.TAG_LENGTH);
            plain.writerIndex(plain.readerIndex() + part);
            sending.seal(sendNonce++, plain, out);
            plain.writerIndex(end);
        }
        return out.writerIndex() - start;
    }

    /** Plain bytes in the complete frames at the front of {@code in}; nothing is read. */
    public static int openableLength(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        int plain = 0;
        while (end - at >= PREFIX_LENGTH) {
            int length = in.getUnsignedShort(at);
            at += PREFIX_LENGTH + length;
            if (at > end) {
                break;
            }
            plain += Math.max(0, length - Aead.TAG_LENGTH);
        }
        return plain;
    }

    /** True if a complete frame is at the front of {@code in}. */
    public static boolean hasFrame(ByteBuf in) {
        return in.readableBytes() >= PREFIX_LENGTH
                && in.readableBytes() >= PREFIX_LENGTH + in.getUnsignedShort(in.readerIndex());
    }

    /**
     * Opens the complete frames of {@code in}; a partial frame stays there.
     *
     * @return bytes appended to {@code out} (0 if no frame is complete, or for empty frames), {@link #FORGED} or
     *     {@link #EXHAUSTED}; what was appended before the bad frame is true
     */
    public int open(ByteBuf in, ByteBuf out) {
        int start = out.writerIndex();
        int end = in.writerIndex();
        while (failure == 0 && in.readableBytes() >= PREFIX_LENGTH) {
            int length = in.getUnsignedShort(in.readerIndex());
            if (length < Aead.TAG_LENGTH) {
                failure = FORGED;
            } else if (in.readableBytes() < PREFIX_LENGTH + length) {
                break;
            } else if (receiveNonce == NONCE_RESERVED) {
                failure = EXHAUSTED;
            } else {
                in.skipBytes(PREFIX_LENGTH);
                in.writerIndex(in.readerIndex() + length);
                if (receiving.open(receiveNonce++, in, out) < 0) {
                    failure = FORGED;
                }
                in.writerIndex(end);
            }
        }
        return failure != 0 ? failure : out.writerIndex() - start;
    }

    /** Forgets the keys. */
    @Override
    public void close() {
        sending.close();
        receiving.close();
    }
}
