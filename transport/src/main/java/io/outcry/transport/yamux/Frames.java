package io.outcry.transport.yamux;

import io.netty.buffer.ByteBuf;

/** The frame header: {@code version u8, type u8, flags u16, stream u32, length u32}, big endian. */
final class Frames {

    static final int HEADER_LENGTH = 12;
    static final int VERSION = 0;

    static final int DATA = 0;
    static final int WINDOW_UPDATE = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;

    static final long U32_MAX = 0xffff_ffffL;

    private Frames() {}

    static void writeHeader(ByteBuf out, int type, int flags, int stream, int length) {
        out.writeInt(VERSION << 24 | type << 16 | flags);
        out.writeInt(stream);
        out.writeInt(length);
    }
}
