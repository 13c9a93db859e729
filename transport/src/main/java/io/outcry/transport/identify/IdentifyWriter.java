package io.outcry.transport.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.core.multiformats.Varint;
import io.outcry.transport.wire.Identify;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an identify answer, or a push, as delimited messages; the stream is then half-closed.
 *
 * <p>The first message stays within what rust reads (one message of 4 KiB) and says what matters. A signed record joins
 * it only while both are small, as go does it; long lists go on in further messages, which readers append.
 *
 * <p><b>Threading</b>: stateless. <b>Spec</b>: libp2p identify, {@code /ipfs/id/1.0.0}, {@code /ipfs/id/push/1.0.0}.
 */
public final class IdentifyWriter {

    public static final String PROTOCOL = "/ipfs/id/1.0.0";
    public static final String PUSH_PROTOCOL = "/ipfs/id/push/1.0.0";

    /** Longest message sent. */
    static final int MESSAGE_LENGTH_MAX = 4 << 10;

    /** Longest message that carries the record along. */
    static final int WITH_RECORD_LENGTH_MAX = 2 << 10;

    /** Share of the first message that addresses may fill before the protocols had their turn. */
    private static final int ADDRESSES_FIRST_LENGTH = 1 << 10;

    private final List<Identify> parts = new ArrayList<>();
    private Identify.Builder part = Identify.newBuilder();
    private int partLength;

    private IdentifyWriter() {}

    /**
     * Appends everything.
     *
     * @param observed where the peer is seen; null to say nothing of it
     * @return false if the lists were too long to be told whole
     */
    public static boolean write(LocalIdentity local, @Nullable Multiaddr observed, ByteBuf out) {
        return new IdentifyWriter().writeAll(local, observed, out);
    }

    private boolean writeAll(LocalIdentity local, @Nullable Multiaddr observed, ByteBuf out) {
        part.setPublicKey(ByteString.copyFrom(local.key().encoded()));
        part.setProtocolVersion(local.protocolVersion());
        part.setAgentVersion(local.agentVersion());
        if (observed != null) {
            part.setObservedAddr(ByteString.copyFrom(observed.bytes()));
        }
        partLength = part.build().getSerializedSize();
        int addresses = 0;
        int addressesEnd = partLength + ADDRESSES_FIRST_LENGTH;
        while (addresses < local.addresses().size() && partLength < addressesEnd) {
            addAddress(local.addresses().get(addresses++));
        }
        local.protocols().forEach(this::addProtocol);
        while (addresses < local.addresses().size()) {
            addAddress(local.addresses().get(addresses++));
        }
        if (local.record() != null) {
            addRecord(ByteString.copyFrom(local.record().encoded()));
        }
        endPart();
        int told = Math.min(parts.size(), IdentifyReader.PARTS_MAX);
        for (int i = 0; i < told; i++) {
            byte[] bytes = parts.get(i).toByteArray();
            Varint.write(out, bytes.length);
            out.writeBytes(bytes);
        }
        return told == parts.size();
    }

    private void addAddress(Multiaddr address) {
        ByteString bytes = ByteString.copyFrom(address.bytes());
        makeRoom(CodedOutputStream.computeBytesSize(Identify.LISTEN_ADDRS_FIELD_NUMBER, bytes));
        part.addListenAddrs(bytes);
    }

    private void addProtocol(String protocol) {
        makeRoom(CodedOutputStream.computeStringSize(Identify.PROTOCOLS_FIELD_NUMBER, protocol));
        part.addProtocols(protocol);
    }

    private void addRecord(ByteString record) {
        int length = CodedOutputStream.computeBytesSize(Identify.SIGNED_PEER_RECORD_FIELD_NUMBER, record);
        if (!parts.isEmpty() || partLength + length > WITH_RECORD_LENGTH_MAX) {
            endPart();
        }
        part.setSignedPeerRecord(record);
    }

    private void makeRoom(int length) {
        if (partLength + length > MESSAGE_LENGTH_MAX) {
            endPart();
        }
        partLength += length;
    }

    private void endPart() {
        parts.add(part.build());
        part = Identify.newBuilder();
        partLength = 0;
    }
}
