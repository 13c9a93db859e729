package io.outcry.core.identity;

/** A signed envelope or a record in it that does not hold. */
public final class EnvelopeException extends IdentityException {

    /** What is wrong with it. */
    public enum Fault {
        /** The bytes are no envelope, or no record. */
        MALFORMED,
        /** Longer, or with more addresses, than is read. */
        TOO_LARGE,
        /** The key in it is none we accept. */
        KEY,
        /** The signature does not fit key, domain, type and payload. */
        SIGNATURE,
        /** Its payload type is not the expected one. */
        PAYLOAD_TYPE,
        /** The signer is not the peer the record is about. */
        WRONG_PEER
    }

    private final Fault fault;

    public EnvelopeException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
