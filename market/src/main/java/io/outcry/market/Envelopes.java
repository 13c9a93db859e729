package io.outcry.market;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.outcry.core.identity.PeerId;
import io.outcry.market.wire.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as bytes: sealing own ones, opening strangers' without believing them.
 *
 * <p><b>Threading</b>: pure functions.
 */
public final class Envelopes {

    /** Field header and length of one more item, at most. */
    private static final int ITEM_OVERHEAD_BYTES = 4;

    /** Market, owner, HLC and signature with their headers, at most. */
    private static final int FRAME_BYTES = 176;

    /** What every signature of an envelope begins with, so that it can mean nothing else. */
    private static final byte[] DOMAIN = "outcry-envelope-1:".getBytes(StandardCharsets.US_ASCII);

    private Envelopes() {}

    /** An envelope just made. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Sealed(byte[] bytes, Envelope envelope) {}

    /** How many bytes an item adds to an envelope, at most. */
    public static int sizeOf(SignedItem item) {
        return item.body().length + ITEM_OVERHEAD_BYTES;
    }

    /** How many bytes of items fit one envelope. */
    public static int roomBytes() {
        return MarketLimits.ENVELOPE_BYTES_MAX - FRAME_BYTES;
    }

    /** Signs the items as one envelope; each of them gets its proof. */
    public static Sealed seal(MarketId market, Signer signer, long hlc, List<SignedItem> items) {
        MerkleTree tree = MerkleTree.of(leaves(items));
        byte[] signature = signer.sign(signed(market, hlc, items.size(), tree.root()));
        Wire.Envelope.Builder wire = Wire.Envelope.newBuilder()
                .setMarket(ItemCodec.bytes(market.raw()))
                .setOwner(ItemCodec.bytes(signer.owner()))
                .setHlc(hlc)
                .setSignature(ItemCodec.bytes(signature));
        for (int i = 0; i < items.size(); i++) {
            wire.addItems(ItemCodec.bytes(items.get(i).body()));
            items.get(i).proven(new ItemProof(hlc, i, items.size(), tree.path(i), signature));
        }
        byte[] bytes = wire.build().toByteArray();
        return new Sealed(bytes, new Envelope(signer.owner(), hlc, items, bytes.length));
    }

    /** The bytes under a signature: domain, market, HLC, count and root, all of fixed width. */
    static byte[] signed(MarketId market, long hlc, int size, byte[] root) {
        return ByteBuffer.allocate(DOMAIN.length + MarketId.LENGTH + Long.BYTES + Integer.BYTES + ItemHash.LENGTH)
                .put(DOMAIN)
                .put(market.raw())
                .putLong(hlc)
                .putInt(size)
                .put(root)
                .array();
    }

    /** A parsed envelope and what its signature must cover. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Opened(PeerId owner, byte[] signed, byte[] signature, Envelope envelope) {}

    /** What the bytes say, if they are canonical and within the limits; the signature is not looked at yet. */
    static @Nullable Opened open(MarketId market, byte[] bytes) {
        if (bytes.length > MarketLimits.ENVELOPE_BYTES_MAX) {
            return null;
        }
        try {
            Wire.Envelope wire = Wire.Envelope.parseFrom(bytes);
            int size = wire.getItemsCount();
            if (!market.matches(wire.getMarket().toByteArray())
                    || size < 1
                    || size > MarketLimits.ENVELOPE_ITEMS_MAX
                    || wire.getHlc() < 0
                    || wire.getSignature().size() > MarketLimits.SIGNATURE_BYTES_MAX
                    || wire.getUnknownFields().getSerializedSize() != 0
                    || !Arrays.equals(wire.toByteArray(), bytes)) {
                return null;
            }
            PeerId owner = ItemCodec.peer(wire.getOwner());
            List<SignedItem> bare = new ArrayList<>(size);
            for (ByteString body : wire.getItemsList()) {
                SignedItem item = ItemCodec.decode(market, body.toByteArray(), null);
                if (item == null || !item.item().owner().equals(owner)) {
                    return null;
                }
                bare.add(item);
            }
            MerkleTree tree = MerkleTree.of(leaves(bare));
            byte[] signature = wire.getSignature().toByteArray();
            for (int i = 0; i < size; i++) {
                bare.get(i).proven(new ItemProof(wire.getHlc(), i, size, tree.path(i), signature));
            }
            return new Opened(
                    owner,
                    signed(market, wire.getHlc(), size, tree.root()),
                    signature,
                    new Envelope(owner, wire.getHlc(), bare, bytes.length));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }

    private static List<ItemHash> leaves(List<SignedItem> items) {
        List<ItemHash> leaves = new ArrayList<>(items.size());
        for (SignedItem item : items) {
            leaves.add(item.hash());
        }
        return leaves;
    }
}
