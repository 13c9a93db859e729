package io.outcry.transport;

import io.outcry.transport.dial.DialFailure;
import java.util.List;

/** A peer could not be reached; the message names each address that was tried, and why it failed. */
public final class DialException extends TransportException {

    private final DialFailure reason;
    private final List<String> attempts;

    public DialException(DialFailure reason, String message, List<String> attempts) {
        super(attempts.isEmpty() ? message : message + ": " + String.join("; ", attempts));
        this.reason = reason;
        this.attempts = List.copyOf(attempts);
    }

    public DialException(DialFailure reason, String message) {
        this(reason, message, List.of());
    }

    public DialFailure reason() {
        return reason;
    }

    /** One line for each address that was tried: {@code <address> <why>}. */
    public List<String> attempts() {
        return attempts;
    }
}
