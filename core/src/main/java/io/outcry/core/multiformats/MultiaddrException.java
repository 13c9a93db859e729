package io.outcry.core.multiformats;

/** A multiaddr that cannot be: the message holds the address and the part at fault. */
public final class MultiaddrException extends FormatException {

    public MultiaddrException(String message) {
        super(message);
    }

    public MultiaddrException(String message, Throwable cause) {
        super(message, cause);
    }
}
