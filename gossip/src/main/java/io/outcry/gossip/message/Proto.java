package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A cursor over protobuf fields at absolute indices of a {@link ByteBuf}. It reads as protobuf-java does (unknown fields
 * and unexpected wire types are skipped, varints of up to ten bytes are truncated), so that the two agree byte for byte
 * on what is well-formed; but it never throws: after a bad byte {@link #failed()} stays true.
 *
 * <p><b>Threading</b>: confined.
 */
public final class Proto {

    public static final int VARINT = 0;
    public static final int FIXED64 = 1;
    public static final int BYTES = 2;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED32 = 5;

    private static final int VARINT_BYTES_MAX = 10;
    /** Deeper groups are refused; the schema has none, and protobuf's own limit is 100. */
    private static final int GROUP_DEPTH_MAX = 32;

    private static final int[] NO_GROUPS = new int[0];

    /** Made when the first group is met, which no known peer sends. */
    private int[] openGroups = NO_GROUPS;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int at;
    private int end;
    private boolean failed;
    private int tag;
    private int valueOffset;
    private int valueLength;

    /** Starts at {@code offset}; {@code buffer} is borrowed until the next call. */
    public void wrap(ByteBuf buffer, int offset, int length) {
        this.buffer = buffer;
        at = offset;
        end = offset + length;
        failed = false;
    }

    /** Reads the next tag; false at the end or after a bad byte. */
    public boolean nextTag() {
        if (failed || at >= end) {
            return false;
        }
        tag = (int) varint();
        if (tag >>> 3 == 0) {
            failed = true;
        }
        return !failed;
    }

    /** The field number of the current tag. */
    public int field() {
        return tag >>> 3;
    }

    /** True if the current tag is field {@code number} in wire type {@code type}. */
    public boolean is(int number, int type) {
        return tag == (number << 3 | type);
    }

    /** The absolute index behind what was read. */
    public int position() {
        return at;
    }

    public boolean failed() {
        return failed;
    }

    /** Reads a varint; 0 and {@link #failed()} if it is cut or longer than ten bytes. */
    public long varint() {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            if (at >= end) {
                failed = true;
                return 0;
            }
            byte next = buffer.getByte(at++);
            value |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        failed = true;
        return 0;
    }

    /** Reads a length and steps over that many bytes, which are then {@link #valueOffset} and {@link #valueLength}. */
    public boolean bytes() {
        int length = (int) varint();
        if (failed || length < 0 || length > end - at) {
            failed = true;
            return false;
        }
        valueOffset = at;
        valueLength = length;
        at += length;
        return true;
    }

    public int valueOffset() {
        return valueOffset;
    }

    public int valueLength() {
        return valueLength;
    }

    /** Steps over the value of the current tag, whatever it is. */
    public void skip() {
        int depth = 0;
        do {
            switch (tag & 7) {
                case VARINT -> varint();
                case FIXED64 -> advance(8);
                case BYTES -> bytes();
                case FIXED32 -> advance(4);
                case START_GROUP -> {
                    if (depth == GROUP_DEPTH_MAX) {
                        failed = true;
                        return;
                    }
                    if (openGroups.length == 0) {
                        openGroups = new int[GROUP_DEPTH_MAX];
                    }
                    openGroups[depth++] = tag >>> 3;
                }
                case END_GROUP -> {
                    if (depth == 0 || openGroups[--depth] != tag >>> 3) {
                        failed = true;
                        return;
                    }
                }
                default -> failed = true;
            }
            if (depth > 0 && !nextTag()) {
                failed = true;
            }
        } while (depth > 0 && !failed);
    }

    private void advance(int bytes) {
        if (bytes > end - at) {
            failed = true;
        } else {
            at += bytes;
        }
    }

    /** The bytes of {@code value} as an unsigned varint. */
    public static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Appends {@code value} as an unsigned varint. */
    public static void writeVarint(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }
}
