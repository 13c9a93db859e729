package io.outcry.transport.muxer;

import io.netty.buffer.ByteBuf;

/**
 * Cuts a byte stream into frames: headers as the protocol has them, bodies passed on as they come, never gathered.
 *
 * <p><b>Threading</b>: the muxer's. <b>Ownership</b>: buffers are borrowed and read to their end.
 */
public final class FrameCutter {

    /** {@link Protocol#onHeader}: the input ended inside a header. */
    public static final long INCOMPLETE = -1;

    /** One protocol's frames. */
    public interface Protocol {

        /**
         * Reads a header, or as much as there is and remembers it, and does what it says.
         *
         * @return length of the body that follows, or {@link #INCOMPLETE}
         */
        long onHeader(ByteBuf in);

        /** A part of the body of the frame whose header was last; borrowed. */
        void onBody(ByteBuf part);

        /** The last byte of the body was heard; said for empty bodies as well. */
        void onBodyEnd();

        /** True once nothing more is to be heard: the rest of the input is skipped. */
        boolean isOver();
    }

    private long bodyLeft;

    /** Reads {@code in} to its end. */
    public void cut(ByteBuf in, Protocol protocol) {
        while (!protocol.isOver() && (bodyLeft > 0 ? readBody(in, protocol) : readHeader(in, protocol))) {
            // one header or one part of a body each time
        }
        if (protocol.isOver()) {
            in.skipBytes(in.readableBytes());
        }
    }

    private boolean readHeader(ByteBuf in, Protocol protocol) {
        long length = protocol.onHeader(in);
        if (length == INCOMPLETE) {
            return false;
        }
        bodyLeft = length;
        endBodyIfDone(protocol);
        return true;
    }

    /** The part is the input itself, narrowed for the call: no object for a frame. */
    private boolean readBody(ByteBuf in, Protocol protocol) {
        int part = (int) Math.min(bodyLeft, in.readableBytes());
        if (part == 0) {
            return false;
        }
        int end = in.readerIndex() + part;
        int writer = in.writerIndex();
        in.writerIndex(end);
        protocol.onBody(in);
        in.setIndex(end, writer);
        bodyLeft -= part;
        endBodyIfDone(protocol);
        return true;
    }

    private void endBodyIfDone(Protocol protocol) {
        if (bodyLeft == 0 && !protocol.isOver()) {
            protocol.onBodyEnd();
        }
    }
}
