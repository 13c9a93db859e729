package io.outcry.market;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.outcry.core.identity.PeerId;
import io.outcry.market.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code /outcry/snapshot/1.0.0} and {@code /outcry/sync/1.0.0}.
 *
 * <p><b>Threading</b>: pure functions. {@link #snapshotAnswer} and {@link #syncAnswer} verify signatures: work for the
 * validation pool.
 *
 * <p><b>Errors</b>: what a peer sent decodes to null when malformed, forged or too long; nothing is thrown.
 */
public final class SyncCodec {

    private static final int HASH8_BYTES = 8;

    private SyncCodec() {}

    // ---- snapshot ----------------------------------------------------------------------------------------------

    /** A request as bytes. */
    public static byte[] encode(MarketId market, SnapshotPage page) {
        Wire.SnapshotRequest.Builder wire = Wire.SnapshotRequest.newBuilder()
                .setMarket(ItemCodec.bytes(market.raw()))
                .setMaxBytes(page.maxBytes())
                .setAsOfMs(page.asOfMs());
        if (page.cursor() != null) {
            wire.setCursor(ItemCodec.order(page.cursor()));
        }
        return wire.build().toByteArray();
    }

    /** A request, or null if it is malformed or of another market. */
    public static @Nullable SnapshotPage snapshotRequest(MarketId market, byte[] bytes) {
        if (bytes.length > MarketLimits.REQUEST_BYTES_MAX) {
            return null;
        }
        try {
            Wire.SnapshotRequest wire = Wire.SnapshotRequest.parseFrom(bytes);
            if (!market.matches(wire.getMarket().toByteArray())) {
                return null;
            }
            SnapshotPage page = new SnapshotPage(
                    wire.hasCursor() ? ItemCodec.order(wire.getCursor()) : null, wire.getMaxBytes(), wire.getAsOfMs());
            return Arrays.equals(encode(market, page), bytes) ? page : null;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }

    /** An answer as bytes. */
    public static byte[] encode(SnapshotPage.Answer answer) {
        Wire.SnapshotAnswer.Builder wire =
                Wire.SnapshotAnswer.newBuilder().setStatus(answer.status().code());
        for (SignedItem item : answer.items()) {
            wire.addItems(ItemCodec.signed(item));
        }
        if (answer.next() != null) {
            wire.setNext(ItemCodec.order(answer.next()));
        }
        if (answer.digest() != null) {
            wire.setDigest(ItemCodec.bytes(answer.digest().raw()));
        }
        return wire.build().toByteArray();
    }

    /** An answer with every proof verified, or null. */
    public static SnapshotPage.@Nullable Answer snapshotAnswer(EnvelopeCheck check, byte[] bytes) {
        if (bytes.length > MarketLimits.PAGE_BYTES_MAX) {
            return null;
        }
        try {
            Wire.SnapshotAnswer wire = Wire.SnapshotAnswer.parseFrom(bytes);
            SyncStatus status = status(wire.getStatus());
            List<SignedItem> items = verified(check, wire.getItemsList());
            if (items == null || (status == SyncStatus.OK) == wire.getDigest().isEmpty()) {
                return null;
            }
            SnapshotPage.Answer answer = new SnapshotPage.Answer(
                    status,
                    items,
                    wire.hasNext() ? ItemCodec.order(wire.getNext()) : null,
                    wire.getDigest().isEmpty() ? null : ItemCodec.hash(wire.getDigest()));
            return Arrays.equals(encode(answer), bytes) ? answer : null;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }

    /** How many bytes an item adds to an answer, at most. */
    public static int sizeOf(SignedItem item) {
        ItemProof proof = item.proof();
        int pathBytes = proof == null ? 0 : proof.path().size() * (ItemHash.LENGTH + 2);
        return item.body().length + pathBytes + MarketLimits.SIGNATURE_BYTES_MAX + 32;
    }

    // ---- sync --------------------------------------------------------------------------------------------------

    /** A query as bytes. */
    public static byte[] encode(MarketId market, SyncQuery query) {
        Wire.SyncRequest.Builder wire = Wire.SyncRequest.newBuilder()
                .setMarket(ItemCodec.bytes(market.raw()))
                .setAsOfMs(query.asOfMs())
                .setPart(query.part().code());
        for (PeerId owner : query.owners()) {
            wire.addOwners(ItemCodec.bytes(owner));
        }
        for (OrderId order : query.orders()) {
            wire.addOrders(ItemCodec.order(order));
        }
        if (query.afterOwner() != null) {
            wire.setAfterOwner(ItemCodec.bytes(query.afterOwner()));
        }
        return wire.build().toByteArray();
    }

    /** A query, or null if it is malformed or of another market. */
    public static @Nullable SyncQuery syncRequest(MarketId market, byte[] bytes) {
        if (bytes.length > MarketLimits.REQUEST_BYTES_MAX) {
            return null;
        }
        try {
            Wire.SyncRequest wire = Wire.SyncRequest.parseFrom(bytes);
            if (!market.matches(wire.getMarket().toByteArray())
                    || wire.getOwnersCount() > MarketLimits.SYNC_OWNERS_MAX
                    || wire.getOrdersCount() > MarketLimits.SYNC_ORDERS_MAX) {
                return null;
            }
            List<PeerId> owners = new ArrayList<>();
            for (ByteString owner : wire.getOwnersList()) {
                owners.add(ItemCodec.peer(owner));
            }
            List<OrderId> orders = new ArrayList<>();
            for (Wire.OrderKey order : wire.getOrdersList()) {
                orders.add(ItemCodec.order(order));
            }
            SyncQuery query = new SyncQuery(
                    wire.getAsOfMs(),
                    part(wire.getPart()),
                    owners,
                    orders,
                    wire.getAfterOwner().isEmpty() ? null : ItemCodec.peer(wire.getAfterOwner()));
            return Arrays.equals(encode(market, query), bytes) ? query : null;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }

    /** An answer as bytes. */
    public static byte[] encode(SyncQuery.Answer answer) {
        Wire.SyncAnswer.Builder wire =
                Wire.SyncAnswer.newBuilder().setStatus(answer.status().code());
        for (SyncQuery.OwnerSum sum : answer.vector()) {
            wire.addVector(Wire.OwnerSum.newBuilder()
                    .setOwner(ItemCodec.bytes(sum.owner()))
                    .setSum(ItemCodec.bytes(sum.sum().raw()))
                    .setCount(sum.count()));
        }
        for (SyncQuery.OwnerList list : answer.lists()) {
            wire.addLists(list(list));
        }
        for (SignedItem item : answer.items()) {
            wire.addItems(ItemCodec.signed(item));
        }
        if (answer.nextOwner() != null) {
            wire.setNextOwner(ItemCodec.bytes(answer.nextOwner()));
        }
        return wire.build().toByteArray();
    }

    /** An answer with every proof verified, or null. */
    public static SyncQuery.@Nullable Answer syncAnswer(EnvelopeCheck check, byte[] bytes) {
        if (bytes.length > MarketLimits.PAGE_BYTES_MAX) {
            return null;
        }
        try {
            Wire.SyncAnswer wire = Wire.SyncAnswer.parseFrom(bytes);
            List<SyncQuery.OwnerSum> vector = new ArrayList<>();
            for (Wire.OwnerSum sum : wire.getVectorList()) {
                vector.add(new SyncQuery.OwnerSum(
                        ItemCodec.peer(sum.getOwner()), ItemCodec.hash(sum.getSum()), sum.getCount()));
            }
            List<SyncQuery.OwnerList> lists = new ArrayList<>();
            for (Wire.OwnerList list : wire.getListsList()) {
                SyncQuery.OwnerList decoded = list(check, list);
                if (decoded == null) {
                    return null;
                }
                lists.add(decoded);
            }
            List<SignedItem> items = verified(check, wire.getItemsList());
            if (items == null) {
                return null;
            }
            PeerId nextOwner = wire.getNextOwner().isEmpty() ? null : ItemCodec.peer(wire.getNextOwner());
            SyncQuery.Answer answer = new SyncQuery.Answer(status(wire.getStatus()), vector, lists, items, nextOwner);
            return Arrays.equals(encode(answer), bytes) ? answer : null;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }

    private static Wire.OwnerList list(SyncQuery.OwnerList list) {
        Wire.OwnerList.Builder wire = Wire.OwnerList.newBuilder()
                .setOwner(ItemCodec.bytes(list.owner()))
                .setCut(list.cut());
        for (SyncQuery.OrderMark mark : list.marks()) {
            byte[] hash8 =
                    ByteBuffer.allocate(HASH8_BYTES).putLong(mark.hash8()).array();
            wire.addMarks(Wire.OrderMark.newBuilder()
                    .setSeq(mark.seq())
                    .setV(mark.v())
                    .setHash8(ItemCodec.bytes(hash8)));
        }
        if (list.census() != null) {
            wire.setCensus(ItemCodec.signed(list.census()));
        }
        return wire.build();
    }

    private static SyncQuery.@Nullable OwnerList list(EnvelopeCheck check, Wire.OwnerList wire) {
        List<SyncQuery.OrderMark> marks = new ArrayList<>();
        for (Wire.OrderMark mark : wire.getMarksList()) {
            if (mark.getHash8().size() != HASH8_BYTES || mark.getSeq() < 1 || mark.getV() < 1) {
                return null;
            }
            marks.add(new SyncQuery.OrderMark(
                    mark.getSeq(),
                    mark.getV(),
                    mark.getHash8().asReadOnlyByteBuffer().getLong()));
        }
        SignedItem census = null;
        if (wire.hasCensus()) {
            census = ItemCodec.signed(check.market(), wire.getCensus());
            if (census == null || !(census.item() instanceof Census) || !check.check(census)) {
                return null;
            }
        }
        return new SyncQuery.OwnerList(ItemCodec.peer(wire.getOwner()), marks, census, wire.getCut());
    }

    private static @Nullable List<SignedItem> verified(EnvelopeCheck check, List<Wire.SignedItem> wire) {
        List<SignedItem> items = new ArrayList<>(wire.size());
        for (Wire.SignedItem one : wire) {
            SignedItem item = ItemCodec.signed(check.market(), one);
            if (item == null || !check.check(item)) {
                return null;
            }
            items.add(item);
        }
        return items;
    }

    private static SyncStatus status(int code) {
        for (SyncStatus status : SyncStatus.values()) {
            if (status.code() == code) {
                return status;
            }
        }
        throw new IllegalArgumentException("no such status: " + code);
    }

    private static SyncQuery.Part part(int code) {
        for (SyncQuery.Part part : SyncQuery.Part.values()) {
            if (part.code() == code) {
                return part;
            }
        }
        throw new IllegalArgumentException("no such part: " + code);
    }
}
