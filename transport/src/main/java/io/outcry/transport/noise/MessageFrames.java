package io.outcry.transport.noise;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes one framed handshake message at a time off a buffer; lengths are checked on the prefix, pieces are gathered. */
final class MessageFrames {

    private static final byte[] NONE = {};

    private int prefix;
    private int prefixLength;
    private byte[] kept = NONE;
    private int keptLength;
    private @Nullable String fault;

    /** The next message, or null if it is not complete or {@link #fault} says why there is none. */
    byte @Nullable [] read(ByteBuf in, int lengthMin, int lengthMax) {
        while (prefixLength < Short.BYTES && in.isReadable()) {
            prefix = prefix << 8 | in.readUnsignedByte();
            prefixLength++;
        }
        if (prefixLength < Short.BYTES) {
            return null;
        }
        if (prefix < lengthMin || prefix > lengthMax) {
            fault = "a message of " + prefix + " bytes where " + lengthMin + " to " + lengthMax + " are expected";
            return null;
        }
        if (keptLength == 0) {
            kept = new byte[prefix];
        }
        int part = Math.min(in.readableBytes(), prefix - keptLength);
        in.readBytes(kept, keptLength, part);
        keptLength += part;
        if (keptLength < prefix) {
            return null;
        }
        byte[] message = kept;
        kept = NONE;
        keptLength = 0;
        prefix = 0;
        prefixLength = 0;
        return message;
    }

    @Nullable
    String fault() {
        return fault;
    }
}
