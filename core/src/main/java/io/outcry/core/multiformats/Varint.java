package io.outcry.core.multiformats;

import io.netty.buffer.ByteBuf;

/**
 * Unsigned LEB128 as multiformats use it: at most nine bytes (63 bits), minimal form only.
 *
 * <p><b>Errors</b>: reading never throws; it answers {@link #INCOMPLETE} or {@link #MALFORMED}, both negative.
 *
 * <p><b>Spec</b>: multiformats unsigned-varint.
 */
public final class Varint {

    /** The bytes end before the number does; the reader index was put back. */
    public static final long INCOMPLETE = -1;

    /** Longer than nine bytes or not in minimal form; the reader index was put back. */
    public static final long MALFORMED = -2;

    /** Nine bytes of seven bits: every non-negative {@code long}. */
    public static final int BYTES_MAX = 9;

    private Varint() {}

    /** The bytes {@code value} takes; {@code value} must not be negative. */
    public static int sizeOf(long value) {
        requireUnsigned(value);
        return Math.max(1, (64 - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    /** Appends {@code value}, which must not be negative. */
    public static void write(ByteBuf out, long value) {
        requireUnsigned(value);
        long rest = value;
        while (rest >= 0x80) {
            out.writeByte((int) rest | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    /** Writes at {@code offset} and returns the offset after it. */
    public static int write(byte[] out, int offset, long value) {
        requireUnsigned(value);
        int at = offset;
        long rest = value;
        while (rest >= 0x80) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }

    /** {@code value} alone. */
    public static byte[] encode(long value) {
        byte[] out = new byte[sizeOf(value)];
        write(out, 0, value);
        return out;
    }

    /** Reads one number and moves the reader index behind it, or answers a negative code and moves nothing. */
    public static long read(ByteBuf in) {
        int start = in.readerIndex();
        int available = in.readableBytes();
        long value = 0;
        for (int i = 0; i < BYTES_MAX; i++) {
            if (i == available) {
                return INCOMPLETE;
            }
            byte b = in.getByte(start + i);
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                if (b == 0 && i > 0) {
                    return MALFORMED;
                }
                in.readerIndex(start + i + 1);
                return value;
            }
        }
        return MALFORMED;
    }

    /** The number at {@code offset}, not reading at or past {@code limit}; its width is {@link #sizeOf}. */
    public static long read(byte[] in, int offset, int limit) {
        long value = 0;
        for (int i = 0; i < BYTES_MAX; i++) {
            if (offset + i >= limit) {
                return INCOMPLETE;
            }
            byte b = in[offset + i];
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return b == 0 && i > 0 ? MALFORMED : value;
            }
        }
        return MALFORMED;
    }

    private static void requireUnsigned(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a varint is not negative, got " + value);
        }
    }
}
