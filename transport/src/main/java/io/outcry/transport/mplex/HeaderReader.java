package io.outcry.transport.mplex;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads one header after the other; of a split one only the numbers read so far are kept. */
final class HeaderReader {

    /** Bytes of a varint: ids have 60 bits, and 3 more are the flag. */
    private static final int VARINT_LENGTH_MAX = 9;

    private boolean headRead;
    private long head;
    private long value;
    private int valueLength;
    private @Nullable String fault;

    /** False if the input ended inside the header, or {@link #fault} says why there is none. */
    boolean read(ByteBuf in) {
        if (!headRead) {
            if (!readVarint(in)) {
                return false;
            }
            head = value;
            headRead = true;
            valueLength = 0;
        }
        if (!readVarint(in)) {
            return false;
        }
        headRead = false;
        valueLength = 0;
        return true;
    }

    /** Of the header read last, as the rest. */
    long id() {
        return head >>> 3;
    }

    int flag() {
        return (int) head & 7;
    }

    long length() {
        return value;
    }

    /** Why no header can be read any more, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    private boolean readVarint(ByteBuf in) {
        if (valueLength == 0) {
            value = 0;
        }
        while (in.isReadable()) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7fL) << 7 * valueLength;
            valueLength++;
            if (next < 0x80) {
                if (next == 0 && valueLength > 1) {
                    fault = "a varint that is not minimal";
                    return false;
                }
                return true;
            }
            if (valueLength == VARINT_LENGTH_MAX) {
                fault = "a varint longer than " + VARINT_LENGTH_MAX + " bytes";
                return false;
            }
        }
        return false;
    }
}
