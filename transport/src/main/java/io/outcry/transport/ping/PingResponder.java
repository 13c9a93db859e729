package io.outcry.transport.ping;

import io.netty.buffer.ByteBuf;

/**
 * Echoes payloads of exactly 32 bytes, whatever pieces they come in.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed; at most 31 bytes are kept.
 *
 * <p><b>Spec</b>: libp2p ping, {@code /ipfs/ping/1.0.0}.
 */
public final class PingResponder {

    private final byte[] partial = new byte[PingInitiator.PAYLOAD_LENGTH];
    private int partialLength;

    /** Reads {@code in} to its end and appends the echo of every payload that is complete. */
    public void onBytes(ByteBuf in, ByteBuf out) {
        if (partialLength > 0) {
            int part = Math.min(in.readableBytes(), partial.length - partialLength);
            in.readBytes(partial, partialLength, part);
            partialLength += part;
            if (partialLength < partial.length) {
                return;
            }
            out.writeBytes(partial);
            partialLength = 0;
        }
        int whole = in.readableBytes() / partial.length * partial.length;
        out.writeBytes(in, whole);
        partialLength = in.readableBytes();
        in.readBytes(partial, 0, partialLength);
    }

    /** True if the peer stopped between two payloads; otherwise it ended inside one. */
    public boolean isBetween() {
        return partialLength == 0;
    }
}
