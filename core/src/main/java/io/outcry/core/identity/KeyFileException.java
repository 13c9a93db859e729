package io.outcry.core.identity;

/** The file with the node's key cannot be used; the message names it and says what to do. */
public final class KeyFileException extends IdentityException {

    public KeyFileException(String message) {
        super(message);
    }

    public KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
