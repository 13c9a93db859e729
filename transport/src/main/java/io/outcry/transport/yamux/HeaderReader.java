package io.outcry.transport.yamux;

import io.netty.buffer.ByteBuf;

/** Reads one header after the other; of a split one at most eleven bytes are kept. Its fields are those of the last. */
final class HeaderReader {

    int version;
    int type;
    int flags;
    int stream;
    /** Unsigned. */
    long length;

    private final byte[] split = new byte[Frames.HEADER_LENGTH];
    private int splitLength;

    /** False if the input ended inside the header. */
    boolean read(ByteBuf in) {
        if (splitLength == 0 && in.readableBytes() >= Frames.HEADER_LENGTH) {
            int head = in.readInt();
            int id = in.readInt();
            set(head, id, in.readInt());
            return true;
        }
        int part = Math.min(Frames.HEADER_LENGTH - splitLength, in.readableBytes());
        in.readBytes(split, splitLength, part);
        splitLength += part;
        if (splitLength < Frames.HEADER_LENGTH) {
            return false;
        }
        splitLength = 0;
        set(splitInt(0), splitInt(4), splitInt(8));
        return true;
    }

    private void set(int head, int id, int count) {
        version = head >>> 24;
        type = head >>> 16 & 0xff;
        flags = head & 0xffff;
        stream = id;
        length = count & Frames.U32_MAX;
    }

    private int splitInt(int at) {
        return (split[at] & 0xff) << 24
                | (split[at + 1] & 0xff) << 16
                | (split[at + 2] & 0xff) << 8
                | (split[at + 3] & 0xff);
    }
}
