package io.outcry.transport.yamux;

import io.netty.buffer.ByteBuf;

/**
 * Cuts a byte stream into headers and bodies. Bodies are passed on as they come, never gathered; of a split header at
 * most eleven bytes are kept.
 */
final class FrameReader {

    /** Hears frames; after {@link #isOver} the rest of the input is skipped. */
    interface Listener {

        void onHeader(int version, int type, int flags, int stream, long length);

        /** A part of the body of the data frame whose header was last; borrowed. */
        void onBody(ByteBuf part);

        /** The last byte of the body was heard; said for empty bodies as well. */
        void onBodyEnd();

        boolean isOver();
    }

    private final byte[] split = new byte[Frames.HEADER_LENGTH];
    private int splitLength;
    private long bodyLeft;

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
        if (splitLength == 0 && in.readableBytes() >= Frames.HEADER_LENGTH) {
            int head = in.readInt();
            int stream = in.readInt();
            emit(head, stream, in.readInt(), listener);
            return true;
        }
        int part = Math.min(Frames.HEADER_LENGTH - splitLength, in.readableBytes());
        in.readBytes(split, splitLength, part);
        splitLength += part;
        if (splitLength < Frames.HEADER_LENGTH) {
            return false;
        }
        splitLength = 0;
        emit(splitInt(0), splitInt(4), splitInt(8), listener);
        return true;
    }

    private void emit(int head, int stream, int length, Listener listener) {
        int type = head >>> 16 & 0xff;
        long unsignedLength = length & Frames.U32_MAX;
        if (type == Frames.DATA) {
            bodyLeft = unsignedLength;
        }
        listener.onHeader(head >>> 24, type, head & 0xffff, stream, unsignedLength);
        if (type == Frames.DATA && bodyLeft == 0 && !listener.isOver()) {
            listener.onBodyEnd();
        }
    }

    private int splitInt(int at) {
        return (split[at] & 0xff) << 24
                | (split[at + 1] & 0xff) << 16
                | (split[at + 2] & 0xff) << 8
                | (split[at + 3] & 0xff);
    }
}
