package io.outcry.core.identity;

/** Bytes that are no key of a kind we accept, or text that is no peer id. */
public final class KeyException extends IdentityException {

    public KeyException(String message) {
        super(message);
    }

    public KeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
