package io.outcry.orderbook.replay;

/** An order stream that is not one; the message names the offset and the value found there. */
public final class OrderStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long offset;

    OrderStreamException(long offset, String message) {
        super("at offset " + offset + ": " + message);
        this.offset = offset;
    }

    /** Where in the uncompressed stream it went wrong. */
    public long offset() {
        return offset;
    }
}
