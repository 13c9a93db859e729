package io.outcry.conformance.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

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
}
