package io.outcry.testkit;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Random bytes, with the lengths that break things preferred. */
public final class Bytes {

    /** Lengths at which varints, pages and frames change. */
    private static final int[] EDGE_LENGTHS = {
        0, 1, 2, 63, 64, 65, 126, 127, 128, 129, 255, 256, 16_383, 16_384, 65_535, 65_536
    };

    private Bytes() {}

    /** {@code length} random bytes. */
    public static byte[] random(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Random bytes of a random length up to {@code lengthMax}, every third time an edge length. */
    public static byte[] any(RandomGenerator random, int lengthMax) {
        return random(random, length(random, lengthMax));
    }

    /** A random length up to {@code lengthMax}, every third time an edge. */
    public static int length(RandomGenerator random, int lengthMax) {
        if (random.nextInt(3) == 0) {
            int edge = EDGE_LENGTHS[random.nextInt(EDGE_LENGTHS.length)];
            if (edge <= lengthMax) {
                return edge;
            }
        }
        return random.nextInt(lengthMax + 1);
    }

    /** The pieces one after the other. */
    public static byte[] concat(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    /** {@code value} as an unsigned LEB128 varint in minimal form. */
    public static byte[] varint(long value) {
        byte[] buffer = new byte[10];
        int length = 0;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[length++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        buffer[length++] = (byte) rest;
        return Arrays.copyOf(buffer, length);
    }

    /** {@code body} behind its length as a varint: a frame of most libp2p protocols. */
    public static byte[] framed(byte[] body) {
        return concat(varint(body.length), body);
    }
}
