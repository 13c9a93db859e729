package io.outcry.core.identity;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.outcry.core.identity.EnvelopeException.Fault;
import io.outcry.core.multiformats.Multiaddr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Where a peer says it listens; the record with the highest number is the current one.
 *
 * <p><b>Threading</b>: immutable.
 *
 * <p><b>Errors</b>: {@link EnvelopeException} when reading. Addresses of unknown protocols are passed over, so that
 * peers may have newer ones.
 *
 * <p><b>Spec</b>: libp2p RFC 0003. Written with the domain and type that are deployed; the older pair of the text is
 * read as well.
 *
 * @param peer whom it is about, and who signs it
 * @param seq grows with every record of this peer; unsigned
 * @param addresses at most {@link #ADDRESSES_MAX}
 */
public record PeerRecord(PeerId peer, long seq, List<Multiaddr> addresses) {

    /** Addresses read of one record; nobody listens on more. */
    public static final int ADDRESSES_MAX = 128;

    static final String DOMAIN = "libp2p-peer-record";
    static final String OLD_DOMAIN = "libp2p-routing-state";

    private static final byte[] TYPE = {0x03, 0x01};
    private static final byte[] OLD_TYPE = "/libp2p/routing-state-record".getBytes(StandardCharsets.UTF_8);

    private static final int PEER_FIELD = 1;
    private static final int SEQ_FIELD = 2;
    private static final int ADDRESSES_FIELD = 3;
    private static final int ADDRESS_FIELD = 1;

    public PeerRecord {
        addresses = List.copyOf(addresses);
        if (addresses.size() > ADDRESSES_MAX) {
            throw new IllegalArgumentException(
                    "a peer record has at most " + ADDRESSES_MAX + " addresses, not " + addresses.size());
        }
    }

    /** Signs this record, which must be about the key's own peer. */
    public SignedEnvelope toEnvelope(PrivateKey key) {
        if (!key.peerId().equals(peer)) {
            throw new IllegalArgumentException("a record of " + peer + " cannot be signed by " + key.peerId());
        }
        return SignedEnvelope.seal(key, DOMAIN, TYPE, encoded());
    }

    /** Reads and checks a signed record: the signature, and that the signer is the peer it is about. */
    public static PeerRecord fromEnvelope(byte[] encoded) {
        SignedEnvelope envelope = SignedEnvelope.decode(encoded);
        String domain;
        if (envelope.isOfType(TYPE)) {
            domain = DOMAIN;
        } else if (envelope.isOfType(OLD_TYPE)) {
            domain = OLD_DOMAIN;
        } else {
            throw new EnvelopeException(
                    Fault.PAYLOAD_TYPE, "the envelope of " + envelope.signer() + " holds no peer record");
        }
        byte[] payload = envelope.payload();
        PeerRecord record = decode(payload);
        if (!record.peer.equals(envelope.signer())) {
            throw new EnvelopeException(
                    Fault.WRONG_PEER, "a record of " + record.peer + " is signed by " + envelope.signer());
        }
        if (!envelope.signedFor(domain)) {
            throw new EnvelopeException(Fault.SIGNATURE, "the signature of " + record.peer + "'s record does not hold");
        }
        return record;
    }

    /** As {@link #fromEnvelope(byte[])}, and the record must be about {@code expected}. */
    public static PeerRecord fromEnvelope(byte[] encoded, PeerId expected) {
        PeerRecord record = fromEnvelope(encoded);
        if (!record.peer.equals(expected)) {
            throw new EnvelopeException(
                    Fault.WRONG_PEER, "a record of " + record.peer + " where one of " + expected + " was expected");
        }
        return record;
    }

    /** Whether this record replaces {@code other}. */
    public boolean isNewerThan(PeerRecord other) {
        return Long.compareUnsigned(seq, other.seq) > 0;
    }

    /**
     * The number for a new record: the wall clock in milliseconds, yet always above the last, should the clock step back.
     */
    public static long nextSeq(long lastSeq, long epochMs) {
        return Math.max(lastSeq + 1, epochMs);
    }

    private byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeByteArray(PEER_FIELD, peer.bytes());
            out.writeUInt64(SEQ_FIELD, seq);
            for (Multiaddr address : addresses) {
                byte[] raw = address.bytes();
                out.writeTag(ADDRESSES_FIELD, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(CodedOutputStream.computeByteArraySize(ADDRESS_FIELD, raw));
                out.writeByteArray(ADDRESS_FIELD, raw);
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private static PeerRecord decode(byte[] payload) {
        PeerId peer = null;
        long seq = 0;
        int count = 0;
        LinkedHashSet<Multiaddr> addresses = new LinkedHashSet<>();
        try {
            CodedInputStream in = CodedInputStream.newInstance(payload);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == (PEER_FIELD << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                    peer = PeerId.tryFrom(in.readByteArray());
                } else if (tag == (SEQ_FIELD << 3 | WireFormat.WIRETYPE_VARINT)) {
                    seq = in.readUInt64();
                } else if (tag == (ADDRESSES_FIELD << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                    if (++count > ADDRESSES_MAX) {
                        throw new EnvelopeException(
                                Fault.TOO_LARGE, "a peer record with more than " + ADDRESSES_MAX + " addresses");
                    }
                    addAddress(in, addresses);
                } else if (!in.skipField(tag)) {
                    throw new EnvelopeException(Fault.MALFORMED, "a peer record holds an unmatched end of group");
                }
            }
        } catch (IOException e) {
            throw new EnvelopeException(Fault.MALFORMED, "not a peer record: " + e.getMessage());
        }
        if (peer == null) {
            throw new EnvelopeException(Fault.MALFORMED, "a peer record without a peer id");
        }
        return new PeerRecord(peer, seq, new ArrayList<>(addresses));
    }

    private static void addAddress(CodedInputStream in, LinkedHashSet<Multiaddr> addresses) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (ADDRESS_FIELD << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                Multiaddr address = Multiaddr.tryFrom(in.readByteArray());
                if (address != null) {
                    addresses.add(address);
                }
            } else if (!in.skipField(tag)) {
                throw new EnvelopeException(Fault.MALFORMED, "an address holds an unmatched end of group");
            }
        }
        in.popLimit(limit);
    }
}
