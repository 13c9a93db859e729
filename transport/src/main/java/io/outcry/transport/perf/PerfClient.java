package io.outcry.transport.perf;

import io.netty.buffer.ByteBuf;

/**
 * The end that measures.
 *
 * <p>Use: {@link #write} until {@link #uploadDone}, then half-close; {@link #onBytes} until the peer closes, then
 * {@link #complete} says whether every byte came.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed.
 *
 * <p><b>Spec</b>: libp2p perf, {@code /perf/1.0.0}.
 */
public final class PerfClient {

    public static final String PROTOCOL = "/perf/1.0.0";

    private final long downloadBytes;
    private boolean asked;
    private long uploadLeft;
    private long received;

    public PerfClient(long uploadBytes, long downloadBytes) {
        if (uploadBytes < 0 || downloadBytes < 0) {
            throw new IllegalArgumentException(
                    "upload " + uploadBytes + " and download " + downloadBytes + " must not be negative");
        }
        this.uploadLeft = uploadBytes;
        this.downloadBytes = downloadBytes;
    }

    /** Appends at most {@code max} bytes (8 at least, for the question); returns how many. */
    public int write(ByteBuf out, int max) {
        int start = out.writerIndex();
        if (!asked) {
            if (max < Long.BYTES) {
                return 0;
            }
            out.writeLong(downloadBytes);
            asked = true;
        }
        int part = (int) Math.min(uploadLeft, max - (out.writerIndex() - start));
        out.writeZero(part);
        uploadLeft -= part;
        return out.writerIndex() - start;
    }

    /** True when everything was written: half-close now. */
    public boolean uploadDone() {
        return asked && uploadLeft == 0;
    }

    /** Reads {@code in} to its end; false if the peer sends more than was asked for. */
    public boolean onBytes(ByteBuf in) {
        received += in.readableBytes();
        in.skipBytes(in.readableBytes());
        return received <= downloadBytes;
    }

    public long received() {
        return received;
    }

    /** True if exactly what was asked for came. */
    public boolean complete() {
        return uploadDone() && received == downloadBytes;
    }
}
