package io.outcry.transport;

/** What can go wrong between this node and a peer; the kinds are {@code permits}. */
public abstract sealed class TransportException extends RuntimeException
        permits DialException, ListenException, StreamException {

    TransportException(String message) {
        super(message);
    }

    TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
