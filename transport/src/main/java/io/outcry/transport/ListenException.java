package io.outcry.transport;

import io.outcry.core.multiformats.Multiaddr;

/** A host could not listen on an address: in use, not of this machine, or not a kind of address it can listen on. */
public final class ListenException extends TransportException {

    private final Multiaddr address;

    public ListenException(Multiaddr address, String why, Throwable cause) {
        super("cannot listen on " + address + ": " + why, cause);
        this.address = address;
    }

    public ListenException(Multiaddr address, String why) {
        super("cannot listen on " + address + ": " + why);
        this.address = address;
    }

    /** The address that was refused. */
    public Multiaddr address() {
        return address;
    }
}
