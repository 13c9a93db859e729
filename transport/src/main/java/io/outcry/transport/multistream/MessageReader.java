package io.outcry.transport.multistream;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes one framed message at a time off a buffer and not a byte more; a message may come in any number of pieces.
 * The length is checked on its prefix, before anything is kept.
 */
final class MessageReader {

    /** First piece of memory for a message that comes split; most names are shorter. */
    private static final int SPLIT_LENGTH_FIRST = 64;

    private static final byte[] NONE = {};

    private int prefix;
    private int prefixLength;
    /** Length of the message under way, newline included; 0 while its prefix is read. */
    private int length;

    private byte[] kept = NONE;
    private int keptLength;
    /** Length of the message just finished. */
    private int takenLength;

    private @Nullable String fault;

    /** The next message without its newline, or null if it is not complete or {@link #fault} says why there is none. */
    @Nullable
    String read(ByteBuf in) {
        if (fault != null || (length == 0 && !readPrefix(in))) {
            return null;
        }
        if (keptLength == 0 && in.readableBytes() >= length) {
            String text = finish(
                    in.toString(in.readerIndex(), length - 1, StandardCharsets.UTF_8),
                    in.getByte(in.readerIndex() + length - 1));
            in.skipBytes(takenLength);
            return text;
        }
        keep(in);
        if (keptLength < length) {
            return null;
        }
        return finish(new String(kept, 0, length - 1, StandardCharsets.UTF_8), kept[length - 1]);
    }

    /** Why reading stopped for good, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    /** True between messages. */
    boolean isBetween() {
        return length == 0 && prefixLength == 0;
    }

    private boolean readPrefix(ByteBuf in) {
        while (in.isReadable()) {
            int next = in.readUnsignedByte();
            prefix |= (next & 0x7f) << 7 * prefixLength;
            prefixLength++;
            if (next >= 0x80) {
                if (prefixLength == Multistream.PREFIX_LENGTH_MAX) {
                    fault = "a message longer than " + Multistream.MESSAGE_LENGTH_MAX + " bytes was announced";
                    return false;
                }
                continue;
            }
            return checkPrefix(next);
        }
        return false;
    }

    private boolean checkPrefix(int lastByte) {
        if (prefix == 0) {
            fault = "a message of length 0";
        } else if (lastByte == 0) {
            fault = "a length prefix that is not minimal";
        } else if (prefix > Multistream.MESSAGE_LENGTH_MAX) {
            fault = "a message of " + prefix + " bytes was announced, at most " + Multistream.MESSAGE_LENGTH_MAX
                    + " are allowed";
        } else {
            length = prefix;
            return true;
        }
        return false;
    }

    private void keep(ByteBuf in) {
        int part = Math.min(in.readableBytes(), length - keptLength);
        if (kept.length < keptLength + part) {
            byte[] larger = new byte[Math.min(length, Math.max(SPLIT_LENGTH_FIRST, 2 * (keptLength + part)))];
            System.arraycopy(kept, 0, larger, 0, keptLength);
            kept = larger;
        }
        in.readBytes(kept, keptLength, part);
        keptLength += part;
    }

    private @Nullable String finish(String text, byte last) {
        takenLength = length;
        prefix = 0;
        prefixLength = 0;
        length = 0;
        keptLength = 0;
        if (last != '\n') {
            fault = "a message that does not end in a newline";
            return null;
        }
        return text;
    }
}
