package io.outcry.market;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The name of a market on the wire: the first 16 bytes of the SHA-256 of its canonical {@link MarketSpec}.
 *
 * <p>Two peers trade in one market only if they agree on every term of its spec, so the terms make the name.
 */
public final class MarketId {

    /** Bytes of an id. */
    public static final int LENGTH = 16;

    private final byte[] bytes;

    private MarketId(byte[] bytes) {
        this.bytes = bytes;
    }

    /** An id from its 16 bytes, which are copied. */
    public static MarketId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a market id has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new MarketId(bytes.clone());
    }

    /** The bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Whether these are the id's bytes. */
    boolean matches(byte[] other) {
        return Arrays.equals(bytes, other);
    }

    /** The bytes themselves, never to be changed. */
    byte[] raw() {
        return bytes;
    }

    /** The bytes as lower-case hex. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MarketId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
