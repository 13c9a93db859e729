package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The id of a message: any bytes, with the salted key under which our tables know it.
 *
 * <p><b>Threading</b>: immutable. Two ids are equal if their bytes are, whatever the salt.
 */
public final class MessageId {

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;
    private final long low;
    private final long high;

    private MessageId(byte[] bytes, long low, long high) {
        this.bytes = bytes;
        this.low = low;
        this.high = high;
    }

    /** The id with these bytes, which it keeps: they must not change afterwards. */
    public static MessageId of(byte[] bytes, SaltedHash hash) {
        hash.hash(bytes);
        return new MessageId(bytes, hash.low(), hash.high());
    }

    /** The id of bytes that {@code hash} has just hashed; it keeps them. */
    static MessageId ofHashed(byte[] bytes, SaltedHash hash) {
        return new MessageId(bytes, hash.low(), hash.high());
    }

    /** The id whose bytes {@code hash} has just hashed in {@code buffer}; the bytes are copied. */
    public static MessageId copyOf(ByteBuf buffer, int offset, int length, SaltedHash hash) {
        byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        return new MessageId(copy, hash.low(), hash.high());
    }

    /** The low half of the salted key. */
    public long low() {
        return low;
    }

    /** The high half of the salted key. */
    public long high() {
        return high;
    }

    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Appends the bytes to {@code out}. */
    public void writeTo(ByteBuf out) {
        out.writeBytes(bytes);
    }

    /** True if {@code length} bytes at the absolute index {@code offset} are this id. */
    public boolean matches(ByteBuf buffer, int offset, int length) {
        if (length != bytes.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(offset + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageId id && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Hexadecimal. */
    @Override
    public String toString() {
        return HEX.formatHex(bytes);
    }
}
