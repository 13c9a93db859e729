package io.outcry.discovery;

import io.outcry.discovery.rendezvous.RendezvousStatus;

/** A finder could not do what was asked; the message says who refused and why. */
public final class DiscoveryException extends RuntimeException {

    /** The kind of failure. */
    public enum Reason {
        /** The point could not be reached, or went silent. */
        UNREACHABLE,
        /** The point answered with an error status. */
        REFUSED,
        /** The point's answer made no sense. */
        PROTOCOL,
        /** Too much is under way, or nothing can be advertised: see the message. */
        LOCAL,
        /** This finder was closed. */
        CLOSED
    }

    private final Reason reason;
    private final RendezvousStatus status;

    public DiscoveryException(Reason reason, String message) {
        this(reason, RendezvousStatus.OK, message);
    }

    public DiscoveryException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.status = RendezvousStatus.OK;
    }

    public DiscoveryException(Reason reason, RendezvousStatus status, String message) {
        super(message);
        this.reason = reason;
        this.status = status;
    }

    public Reason reason() {
        return reason;
    }

    /** What the point answered, for {@link Reason#REFUSED}; else {@link RendezvousStatus#OK}. */
    public RendezvousStatus status() {
        return status;
    }
}
