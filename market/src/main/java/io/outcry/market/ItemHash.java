package io.outcry.market;

import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 that names an item: {@code SHA-256(kind || MarketId || body)}. A value. */
public final class ItemHash implements Comparable<ItemHash> {

    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private ItemHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A hash from its 32 bytes, which are copied. */
    public static ItemHash of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a hash has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new ItemHash(bytes.clone());
    }

    static ItemHash take(byte[] bytes) {
        return new ItemHash(bytes);
    }

    /** The bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    byte[] raw() {
        return bytes;
    }

    /** The first eight bytes, as the marks of a sync list carry them. */
    public byte[] first8() {
        return Arrays.copyOf(bytes, 8);
    }

    @Override
    public int compareTo(ItemHash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ItemHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return (bytes[0] & 0xFF) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes, 0, 8);
    }
}
