package io.outcry.transport.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.EnvelopeException;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.identity.PublicKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.wire.Identify;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a peer tells of itself: delimited messages until its close, merged as protobuf merges (lists append, later
 * scalars win).
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed; at most one message is kept in
 * pieces, and {@value #PARTS_MAX} of them merged.
 *
 * <p><b>Errors</b>: whatever the peer does is an {@link IdentifyResult}. The key is compared with that of the connection
 * before anything of it is parsed. A signed record that is not true makes the claimed addresses untold; the rest
 * stands.
 *
 * <p><b>Spec</b>: libp2p identify; limits as go and js have them.
 */
public final class IdentifyReader {

    /** Messages merged. */
    public static final int PARTS_MAX = 10;

    /** Longest message. */
    public static final int PART_LENGTH_MAX = 8 << 10;

    /** Protocols kept; the rest is not heard. */
    public static final int PROTOCOLS_MAX = 1024;

    /** Longest name of a protocol: what multistream can propose. */
    public static final int PROTOCOL_LENGTH_MAX = 1023;

    /** Claimed addresses kept; the rest is not heard. */
    public static final int ADDRESSES_MAX = 128;

    /** Longest agent or version shown. */
    public static final int TEXT_LENGTH_MAX = 256;

    /** Bytes of a length prefix, {@code 8192 = 80 40}. */
    private static final int PREFIX_LENGTH_MAX = 2;

    private static final byte[] NONE = {};

    private final PublicKey peerKey;
    private final Identify.Builder merged = Identify.newBuilder();
    private int partCount;
    private int prefix;
    private int prefixLength;
    private boolean prefixRead;
    private byte[] kept = NONE;
    private int keptLength;
    private @Nullable IdentifyResult outcome;

    /** @param peerKey the key the connection proved */
    public IdentifyReader(PublicKey peerKey) {
        this.peerKey = peerKey;
    }

    /** Reads {@code in} to its end. */
    public IdentifyResult onBytes(ByteBuf in) {
        while (outcome == null && in.isReadable()) {
            if (!prefixRead) {
                readPrefix(in.readUnsignedByte());
            } else {
                readPart(in);
            }
        }
        in.skipBytes(in.readableBytes());
        return outcome == null ? IdentifyResult.Pending.INSTANCE : outcome;
    }

    /** The peer half-closed: everything is told. */
    public IdentifyResult onEnd() {
        if (outcome == null) {
            if (prefixLength > 0) {
                violated("the peer closed inside a message");
            } else if (partCount == 0) {
                violated("the peer closed without a message");
            } else {
                outcome = check();
            }
        }
        return outcome == null ? IdentifyResult.Pending.INSTANCE : outcome;
    }

    private void readPrefix(int next) {
        prefix |= (next & 0x7f) << 7 * prefixLength;
        prefixLength++;
        if (next >= 0x80) {
            if (prefixLength == PREFIX_LENGTH_MAX) {
                violated("a message longer than " + PART_LENGTH_MAX + " bytes was announced");
            }
            return;
        }
        if (prefix > PART_LENGTH_MAX) {
            violated("a message of " + prefix + " bytes was announced, at most " + PART_LENGTH_MAX + " are allowed");
        } else if (partCount == PARTS_MAX) {
            violated("more than " + PARTS_MAX + " messages");
        } else {
            prefixRead = true;
            kept = new byte[prefix];
            if (prefix == 0) {
                endPart();
            }
        }
    }

    private void readPart(ByteBuf in) {
        int length = Math.min(in.readableBytes(), prefix - keptLength);
        in.readBytes(kept, keptLength, length);
        keptLength += length;
        if (keptLength == prefix) {
            endPart();
        }
    }

    private void endPart() {
        partCount++;
        try {
            merged.mergeFrom(kept);
        } catch (InvalidProtocolBufferException e) {
            violated("message " + partCount + " is not an identify message");
        }
        kept = NONE;
        keptLength = 0;
        prefix = 0;
        prefixLength = 0;
        prefixRead = false;
    }

    private void violated(String why) {
        outcome = new IdentifyResult.Violated(why);
    }

    private IdentifyResult check() {
        if (merged.hasPublicKey() && !Arrays.equals(merged.getPublicKey().toByteArray(), peerKey.encoded())) {
            return new IdentifyResult.Violated("the key told is not the one the connection proved");
        }
        PeerId peer = peerKey.peerId();
        PeerRecord record = null;
        byte[] envelope = null;
        String recordFault = null;
        List<Multiaddr> addresses = List.of();
        if (merged.hasSignedPeerRecord()) {
            try {
                envelope = merged.getSignedPeerRecord().toByteArray();
                record = PeerRecord.fromEnvelope(envelope, peer);
                addresses = record.addresses();
            } catch (EnvelopeException e) {
                envelope = null;
                recordFault = String.valueOf(e.getMessage());
            }
        } else {
            addresses = claimedAddresses(peer);
        }
        return new IdentifyResult.Complete(new PeerClaims(
                merged.hasProtocolVersion() ? harmless(merged.getProtocolVersion()) : null,
                merged.hasAgentVersion() ? harmless(merged.getAgentVersion()) : null,
                protocols(),
                addresses,
                merged.hasObservedAddr()
                        ? Multiaddr.tryFrom(merged.getObservedAddr().toByteArray())
                        : null,
                record,
                envelope,
                recordFault));
    }

    /** Addresses of unknown protocols, or of somebody else, are passed over. */
    private List<Multiaddr> claimedAddresses(PeerId peer) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (ByteString bytes : merged.getListenAddrsList()) {
            if (addresses.size() == ADDRESSES_MAX) {
                break;
            }
            Multiaddr address = Multiaddr.tryFrom(bytes.toByteArray());
            if (address == null) {
                continue;
            }
            Optional<PeerId> named = address.peerId();
            if (named.isEmpty()) {
                addresses.add(address);
            } else if (named.get().equals(peer)) {
                addresses.add(address.withoutPeer());
            }
        }
        return addresses;
    }

    private List<String> protocols() {
        Set<String> protocols = new LinkedHashSet<>();
        for (String protocol : merged.getProtocolsList()) {
            if (protocols.size() == PROTOCOLS_MAX) {
                break;
            }
            if (!protocol.isEmpty() && protocol.length() <= PROTOCOL_LENGTH_MAX) {
                protocols.add(protocol);
            }
        }
        return List.copyOf(protocols);
    }

    /** Text that may be logged and shown: cut, and without control characters. */
    private static String harmless(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), TEXT_LENGTH_MAX));
        for (int i = 0; i < text.length() && i < TEXT_LENGTH_MAX; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) || Character.isSurrogate(c) || !Character.isDefined(c) ? '?' : c);
        }
        return shown.toString();
    }
}
