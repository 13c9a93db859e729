package io.outcry.transport.perf;

import io.netty.buffer.ByteBuf;

/**
 * The end that is measured: counts what comes, and after the peer's close sends what was asked for.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed.
 *
 * <p><b>Spec</b>: libp2p perf, {@code /perf/1.0.0}. Deviation: a request beyond the limit given is refused, since anybody
 * may ask.
 */
public final class PerfServer {

    private final long downloadMax;
    private int questionLength;
    private long downloadLeft;
    private long received;
    private boolean ended;

    /** @param downloadMax most bytes a peer may ask for in one stream */
    public PerfServer(long downloadMax) {
        if (downloadMax < 0) {
            throw new IllegalArgumentException("the limit " + downloadMax + " must not be negative");
        }
        this.downloadMax = downloadMax;
    }

    /** Reads {@code in} to its end; false if the peer asks for too much: reset the stream. */
    public boolean onBytes(ByteBuf in) {
        while (questionLength < Long.BYTES && in.isReadable()) {
            downloadLeft = downloadLeft << 8 | in.readUnsignedByte();
            questionLength++;
        }
        received += in.readableBytes();
        in.skipBytes(in.readableBytes());
        return questionLength < Long.BYTES || (downloadLeft >= 0 && downloadLeft <= downloadMax);
    }

    /** The peer half-closed; false if it did so before its question was complete: reset the stream. */
    public boolean onEnd() {
        ended = questionLength == Long.BYTES && downloadLeft >= 0 && downloadLeft <= downloadMax;
        return ended;
    }

    /** Appends at most {@code max} bytes of the answer; returns how many, 0 before the peer's end. */
    public int write(ByteBuf out, int max) {
        if (!ended) {
            return 0;
        }
        int part = (int) Math.min(downloadLeft, max);
        out.writeZero(part);
        downloadLeft -= part;
        return part;
    }

    /** True when the answer was written: close now. */
    public boolean downloadDone() {
        return ended && downloadLeft == 0;
    }

    /** Bytes of the peer's upload so far. */
    public long received() {
        return received;
    }
}
