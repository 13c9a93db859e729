package io.outcry.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The same bytes as a network may deliver them: cut anywhere. A decoder must not notice. */
public final class Chunks {

    private Chunks() {}

    /** A random cut: sometimes whole, sometimes byte by byte, mostly in between; empty pieces occur. */
    public static List<byte[]> cut(RandomGenerator random, byte[] bytes) {
        return switch (random.nextInt(8)) {
            case 0 -> List.of(bytes.clone());
            case 1 -> every(bytes, 1);
            default -> atRandom(random, bytes);
        };
    }

    /** Pieces of {@code size} bytes, the last one shorter. */
    public static List<byte[]> every(byte[] bytes, int size) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        }
        return pieces;
    }

    /** Two pieces, for each place of a cut, ends included: an exhaustive proof for short inputs. */
    public static List<List<byte[]>> everyPairOf(byte[] bytes) {
        List<List<byte[]>> cuts = new ArrayList<>();
        for (int at = 0; at <= bytes.length; at++) {
            cuts.add(List.of(Arrays.copyOfRange(bytes, 0, at), Arrays.copyOfRange(bytes, at, bytes.length)));
        }
        return cuts;
    }

    private static List<byte[]> atRandom(RandomGenerator random, byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        int sizeMax = 1 + random.nextInt(Math.max(1, bytes.length));
        int at = 0;
        while (at < bytes.length) {
            int size = Math.min(bytes.length - at, random.nextInt(sizeMax + 1));
            pieces.add(Arrays.copyOfRange(bytes, at, at + size));
            at += size;
        }
        return pieces;
    }
}
