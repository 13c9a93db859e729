package io.outcry.transport.yamux;

import io.outcry.testkit.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A frame as a test writes and reads it, by a codec of its own. */
record RawFrame(int type, int flags, int stream, long length, byte[] body) {

    static final byte[] NOTHING = {};

    static byte[] data(int flags, int stream, byte... body) {
        return Bytes.concat(header(0, 0, flags, stream, body.length), body);
    }

    static byte[] window(int flags, int stream, long delta) {
        return header(0, 1, flags, stream, delta);
    }

    static byte[] ping(int flags, int value) {
        return header(0, 2, flags, 0, value);
    }

    static byte[] goAway(long code) {
        return header(0, 3, 0, 0, code);
    }

    static byte[] header(int version, int type, int flags, int stream, long length) {
        return ByteBuffer.allocate(12)
                .put((byte) version)
                .put((byte) type)
                .putShort((short) flags)
                .putInt(stream)
                .putInt((int) length)
                .array();
    }

    static List<RawFrame> parse(byte[] bytes) {
        List<RawFrame> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            byte version = in.get();
            if (version != 0) {
                throw new AssertionError("version " + version);
            }
            int type = in.get();
            int flags = in.getShort();
            int stream = in.getInt();
            long length = in.getInt() & 0xffff_ffffL;
            byte[] body = new byte[type == 0 ? (int) length : 0];
            in.get(body);
            frames.add(new RawFrame(type, flags, stream, length, body));
        }
        return frames;
    }

    boolean is(int otherType, int otherFlags, int otherStream, long otherLength) {
        return type == otherType && flags == otherFlags && stream == otherStream && length == otherLength;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawFrame frame
                && frame.is(type, flags, stream, length)
                && Arrays.equals(body, frame.body);
    }

    @Override
    public int hashCode() {
        return 31 * stream + type;
    }

    @Override
    public String toString() {
        return "type " + type + " flags " + flags + " stream " + stream + " length " + length;
    }
}
