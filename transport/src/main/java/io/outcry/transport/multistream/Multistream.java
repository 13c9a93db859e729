package io.outcry.transport.multistream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** The words of multistream-select 1.0 and how they are framed: {@code uvarint(length) text \n}. */
final class Multistream {

    static final String HEADER = "/multistream/1.0.0";
    static final String NOT_AVAILABLE = "na";
    static final String LIST = "ls";

    /** Longest message, newline included: what go, js, jvm and nim accept. */
    static final int MESSAGE_LENGTH_MAX = 1024;

    /** Bytes of the longest length prefix, {@code 1024 = 80 08}. */
    static final int PREFIX_LENGTH_MAX = 2;

    private Multistream() {}

    /** Appends one framed message. */
    static void write(ByteBuf out, String text) {
        int length = ByteBufUtil.utf8Bytes(text) + 1;
        writePrefix(out, length);
        ByteBufUtil.writeUtf8(out, text);
        out.writeByte('\n');
    }

    static int framedLength(String text) {
        int length = ByteBufUtil.utf8Bytes(text) + 1;
        return (length < 0x80 ? 1 : length < 0x4000 ? 2 : 3) + length;
    }

    /** Lengths written here are below 2 MiB. */
    static void writePrefix(ByteBuf out, int length) {
        int rest = length;
        while (rest >= 0x80) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** A name that can be proposed. */
    static String requireProposable(String protocol) {
        int length = protocol.getBytes(StandardCharsets.UTF_8).length + 1;
        if (length == 1 || length > MESSAGE_LENGTH_MAX || protocol.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a protocol name has 1 to " + (MESSAGE_LENGTH_MAX - 1)
                    + " bytes and no newline, this one has " + (length - 1) + ": " + protocol);
        }
        return protocol;
    }
}
