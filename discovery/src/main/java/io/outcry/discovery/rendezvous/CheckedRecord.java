package io.outcry.discovery.rendezvous;

import io.outcry.core.identity.EnvelopeException;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PeerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A signed peer record whose signature was checked and whose peer is the one who sent it. The store takes nothing else,
 * so the check cannot be forgotten; it is a pure function and can be done on the connection's thread.
 */
public final class CheckedRecord {

    private final PeerRecord record;
    private final byte[] envelope;

    private CheckedRecord(PeerRecord record, byte[] envelope) {
        this.record = record;
        this.envelope = envelope;
    }

    /**
     * Checks what {@code sender} sent.
     *
     * @return null if it is too long, no record, not the sender's or not signed by it
     */
    public static @Nullable CheckedRecord check(byte[] envelope, PeerId sender) {
        if (envelope.length > RendezvousLimits.RECORD_LENGTH_MAX) {
            return null;
        }
        try {
            return new CheckedRecord(PeerRecord.fromEnvelope(envelope, sender), envelope.clone());
        } catch (EnvelopeException refused) {
            return null;
        }
    }

    public PeerId peer() {
        return record.peer();
    }

    PeerRecord record() {
        return record;
    }

    byte[] envelope() {
        return envelope;
    }
}
