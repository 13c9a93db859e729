package io.outcry.transport.mplex;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into headers and bodies. Bodies are passed on as they come, never gathered; of a split header only
 * the numbers read so far are kept.
 */
final class FrameReader {

    /** Hears frames; after {@link #isOver} the rest of the input is skipped. */
    interface Listener {

        void onHeader(long id, int flag, long length);

        /** A part of the body of the frame whose header was last; borrowed. */
        void onBody(ByteBuf part);

        /** The last byte of the body was heard; said for empty bodies as well. */
        void onBodyEnd();

        /** No frame can be read any more. */
        void onFault(String why);

        boolean isOver();
    }

    /** Bytes of a varint: ids have 60 bits, and 3 more are the flag. */
    private static final int VARINT_LENGTH_MAX = 9;

    private boolean headerRead;
    private long header;
    private long value;
    private int valueLength;
    private long bodyLeft;
    private @Nullable String fault;

    void read(ByteBuf in, Listener listener) {
        while (!listener.isOver() && (bodyLeft > 0 ? readBody(in, listener) : readHeader(in, listener))) {
            // one header or one part of a body each time
        }
        if (listener.isOver()) {
            in.skipBytes(in.readableBytes());
        }
    }

    /** The part is the input itself, narrowed for the call: no object for a frame. */
    private boolean readBody(ByteBuf in, Listener listener) {
        int part = (int) Math.min(bodyLeft, in.readableBytes());
        if (part == 0) {
            return false;
        }
        int end = in.readerIndex() + part;
        int writer = in.writerIndex();
        in.writerIndex(end);
        listener.onBody(in);
        in.setIndex(end, writer);
        bodyLeft -= part;
        if (bodyLeft == 0 && !listener.isOver()) {
            listener.onBodyEnd();
        }
        return true;
    }

    private boolean readHeader(ByteBuf in, Listener listener) {
        if (!headerRead) {
            if (!readVarint(in)) {
                return fault(listener);
            }
            header = value;
            headerRead = true;
            startVarint();
        }
        if (!readVarint(in)) {
            return fault(listener);
        }
        bodyLeft = value;
        headerRead = false;
        startVarint();
        listener.onHeader(header >>> 3, (int) header & 7, bodyLeft);
        if (bodyLeft == 0 && !listener.isOver()) {
            listener.onBodyEnd();
        }
        return true;
    }

    private boolean fault(Listener listener) {
        if (fault != null) {
            listener.onFault(fault);
        }
        return false;
    }

    private void startVarint() {
        value = 0;
        valueLength = 0;
    }

    private boolean readVarint(ByteBuf in) {
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
