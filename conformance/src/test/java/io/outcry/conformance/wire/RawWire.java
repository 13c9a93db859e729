package io.outcry.conformance.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bytes as the specifications write them. */
final class RawWire {

    static final String MULTISTREAM = "/multistream/1.0.0";
    static final String NOISE = "/noise";
    static final String YAMUX = "/yamux/1.0.0";
    static final String MPLEX = "/mplex/6.7.0";

    private RawWire() {}

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] varint(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    static byte[] framed(byte[] body) {
        return concat(varint(body.length), body);
    }

    /** Multistream messages: each its length, the text and a line feed. */
    static byte[] multistream(String... messages) {
        byte[] all = new byte[0];
        for (String message : messages) {
            all = concat(all, framed((message + "\n").getBytes(StandardCharsets.UTF_8)));
        }
        return all;
    }

    /** A length-delimited protobuf field. */
    static byte[] field(int number, byte[] value) {
        return concat(varint((long) number << 3 | 2), framed(value));
    }

    /** A varint protobuf field. */
    static byte[] field(int number, long value) {
        return concat(varint((long) number << 3), varint(value));
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] u16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    static byte[] u32(long value) {
        return concat(u16((int) (value >>> 16)), u16((int) value));
    }

    static byte[] u64(long value) {
        return concat(u32(value >>> 32), u32(value & 0xffff_ffffL));
    }

    /** The length-delimited fields of a protobuf message by number; varints come as their bytes. */
    static Map<Integer, List<byte[]>> fields(byte[] message) {
        Map<Integer, List<byte[]>> fields = new LinkedHashMap<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long tag = varint(message, at);
            int from = at[0];
            byte[] value;
            if ((tag & 7) == 2) {
                int length = Math.toIntExact(varint(message, at));
                value = Arrays.copyOfRange(message, at[0], at[0] + length);
                at[0] += length;
            } else if ((tag & 7) == 0) {
                varint(message, at);
                value = Arrays.copyOfRange(message, from, at[0]);
            } else {
                throw new IllegalArgumentException("an unexpected wire type in tag " + tag);
            }
            fields.computeIfAbsent((int) (tag >>> 3), n -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    /** The value of a varint as {@link #fields} gives it. */
    static long varintOf(byte[] bytes) {
        return varint(bytes, new int[1]);
    }

    private static long varint(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = message[at[0]++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint without end");
    }
}
