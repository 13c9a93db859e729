package io.outcry.discovery.rendezvous;

/**
 * What a rendezvous point answers. <b>Spec</b>: libp2p rendezvous, "Protobuf".
 */
public enum RendezvousStatus {
    OK(0),
    /** Empty where a name is needed, or longer than 255 bytes. */
    INVALID_NAMESPACE(100),
    /** Not a signed peer record, or not of the peer who sent it. */
    INVALID_SIGNED_PEER_RECORD(101),
    /** Shorter or longer than this point grants. */
    INVALID_TTL(102),
    /** Not given out here, or for another namespace. */
    INVALID_COOKIE(103),
    /** This peer has as many registrations as one peer may. */
    NOT_AUTHORIZED(200),
    INTERNAL_ERROR(300),
    /** The point is full or busy; try later. */
    UNAVAILABLE(400);

    private final int code;

    RendezvousStatus(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** Unknown numbers are errors we cannot name. */
    static RendezvousStatus ofCode(int code) {
        for (RendezvousStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        return INTERNAL_ERROR;
    }
}
