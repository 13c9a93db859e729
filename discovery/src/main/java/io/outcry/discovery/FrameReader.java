package io.outcry.discovery;

import io.netty.buffer.ByteBuf;
import io.outcry.core.multiformats.Varint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream of bytes apart into frames, each behind its length. The length is compared with the cap when it is read;
 * memory is taken for bytes that came, not for bytes announced.
 *
 * <p><b>Threading</b>: one thread at a time.
 */
final class FrameReader {

    /** A frame was announced that is too long, its length is malformed, or too many frames wait. */
    static final byte[] MALFORMED = {};

    private final int frameLengthMax;
    private final int heldMax;
    private byte[] held = {};
    private int start;
    private int end;
    private boolean overflow;

    /**
     * @param frameLengthMax longest frame
     * @param heldMax most bytes that wait for {@link #next}
     */
    FrameReader(int frameLengthMax, int heldMax) {
        this.frameLengthMax = frameLengthMax;
        this.heldMax = heldMax;
    }

    /** Takes all readable bytes; {@code data} is borrowed. */
    void append(ByteBuf data) {
        int length = data.readableBytes();
        if (overflow || length > heldMax - (end - start)) {
            overflow = true;
            data.skipBytes(length);
            return;
        }
        if (end + length > held.length) {
            int kept = end - start;
            byte[] larger = new byte[Math.max(kept + length, Math.min(heldMax, 2 * kept))];
            System.arraycopy(held, start, larger, 0, kept);
            held = larger;
            start = 0;
            end = kept;
        }
        data.readBytes(held, end, length);
        end += length;
    }

    /** The next whole frame, null if more bytes are needed, or {@link #MALFORMED}. */
    byte @Nullable [] next() {
        if (overflow) {
            return MALFORMED;
        }
        long length = Varint.read(held, start, end);
        if (length == Varint.INCOMPLETE) {
            return null;
        }
        if (length <= 0 || length > frameLengthMax) {
            return MALFORMED;
        }
        int body = start + Varint.sizeOf(length);
        if (length > end - body) {
            return null;
        }
        start = body + (int) length;
        return Arrays.copyOfRange(held, body, start);
    }
}
