package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;

/**
 * SipHash-2-4 with 128 bits of output: the key under which an id sits in our tables.
 *
 * <p>It guards hash tables against chosen ids and protects no secret on the wire. It is here, and not behind the crypto
 * SPI, because it reads a {@link ByteBuf} in place and allocates nothing; a test compares it with BouncyCastle's.
 *
 * <p><b>Threading</b>: confined; the result is read with {@link #high()} and {@link #low()} before the next call.
 *
 * <p><b>Spec</b>: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and its 128-bit variant.
 */
public final class SaltedHash {

    private static final int BLOCK_BYTES = 8;

    private final long k0;
    private final long k1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long low;
    private long high;

    public SaltedHash(Salt salt) {
        k0 = salt.k0();
        k1 = salt.k1();
    }

    /** Hashes {@code length} bytes at the absolute index {@code offset}; the buffer's indices do not move. */
    public void hash(ByteBuf bytes, int offset, int length) {
        begin();
        int end = offset + (length & -BLOCK_BYTES);
        for (int at = offset; at < end; at += BLOCK_BYTES) {
            block(bytes.getLongLE(at));
        }
        long last = (long) length << 56;
        for (int i = 0; i < (length & 7); i++) {
            last |= (bytes.getByte(end + i) & 0xffL) << (8 * i);
        }
        finish(last);
    }

    /** Hashes a whole array. */
    public void hash(byte[] bytes) {
        begin();
        int end = bytes.length & -BLOCK_BYTES;
        for (int at = 0; at < end; at += BLOCK_BYTES) {
            long block = 0;
            for (int i = 0; i < BLOCK_BYTES; i++) {
                block |= (bytes[at + i] & 0xffL) << (8 * i);
            }
            block(block);
        }
        long last = (long) bytes.length << 56;
        for (int i = 0; i < (bytes.length & 7); i++) {
            last |= (bytes[end + i] & 0xffL) << (8 * i);
        }
        finish(last);
    }

    /** The first eight bytes of the last result, little-endian. */
    public long low() {
        return low;
    }

    /** The last eight bytes of the last result, little-endian. */
    public long high() {
        return high;
    }

    private void begin() {
        v0 = k0 ^ 0x736f6d6570736575L;
        v1 = k1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = k0 ^ 0x6c7967656e657261L;
        v3 = k1 ^ 0x7465646279746573L;
    }

    private void block(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private void finish(long last) {
        block(last);
        v2 ^= 0xee;
        rounds(4);
        low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(4);
        high = v0 ^ v1 ^ v2 ^ v3;
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
