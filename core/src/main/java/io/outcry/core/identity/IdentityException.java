package io.outcry.core.identity;

/** Something about an identity is wrong; the message says what, with the value, and what to do if there is anything. */
public abstract sealed class IdentityException extends RuntimeException
        permits KeyException, KeyFileException, EnvelopeException {

    IdentityException(String message) {
        super(message);
    }

    IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
