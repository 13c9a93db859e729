package io.outcry.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Valid traffic, spoiled a little: it passes the first checks and fails in the middle, where random bytes never come.
 *
 * <p><b>Ownership</b>: inputs are not changed.
 */
public final class Mutations {

    /** Bytes that mean something to length and varint readers. */
    private static final List<byte[]> TROUBLE = List.of(
            Hex.bytes("ff ff ff ff ff ff ff ff ff 01"),
            Hex.bytes("ff ff ff ff 0f"),
            Hex.bytes("ff ff ff ff 07"),
            Hex.bytes("80 80 80 80 80 80 80 80 80 80 80 01"),
            Hex.bytes("80 00"),
            Hex.bytes("80 80 01"),
            Hex.bytes("7f"),
            Hex.bytes("00"),
            Hex.bytes("ff"));

    /** How much longer than its original a mutant may be. */
    private static final int GROWTH_MAX = 256;

    private Mutations() {}

    /** {@code bytes} with one to four small damages. */
    public static byte[] of(RandomGenerator random, byte[] bytes) {
        byte[] mutant = bytes.clone();
        int damages = 1 + random.nextInt(4);
        for (int i = 0; i < damages; i++) {
            mutant = damage(random, mutant);
        }
        return mutant;
    }

    /** The head of one valid input and the tail of another. */
    public static byte[] splice(RandomGenerator random, byte[] head, byte[] tail) {
        byte[] first = Arrays.copyOf(head, random.nextInt(head.length + 1));
        byte[] second = Arrays.copyOfRange(tail, random.nextInt(tail.length + 1), tail.length);
        return Bytes.concat(first, second);
    }

    /** {@code bytes} with a single bit turned over. */
    public static byte[] flipBit(byte[] bytes, int bit) {
        byte[] mutant = bytes.clone();
        mutant[bit >>> 3] ^= (byte) (1 << (bit & 7));
        return mutant;
    }

    private static byte[] damage(RandomGenerator random, byte[] bytes) {
        if (bytes.length == 0) {
            return TROUBLE.get(random.nextInt(TROUBLE.size())).clone();
        }
        int at = random.nextInt(bytes.length);
        int span = 1 + random.nextInt(Math.min(GROWTH_MAX / 4, bytes.length - at));
        return switch (random.nextInt(8)) {
            case 0, 1 -> flipBit(bytes, at * 8 + random.nextInt(8));
            case 2 -> withByte(bytes, at, (byte) random.nextInt(256));
            case 3 -> insert(bytes, at, Bytes.random(random, random.nextInt(8)));
            case 4 -> insert(bytes, at, TROUBLE.get(random.nextInt(TROUBLE.size())));
            case 5 -> insert(bytes, at, Arrays.copyOfRange(bytes, at, at + span));
            case 6 -> Bytes.concat(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + span, bytes.length));
            default -> Arrays.copyOf(bytes, at);
        };
    }

    private static byte[] withByte(byte[] bytes, int at, byte value) {
        byte[] mutant = bytes.clone();
        mutant[at] = value;
        return mutant;
    }

    private static byte[] insert(byte[] bytes, int at, byte[] piece) {
        return Bytes.concat(Arrays.copyOf(bytes, at), piece, Arrays.copyOfRange(bytes, at, bytes.length));
    }
}
