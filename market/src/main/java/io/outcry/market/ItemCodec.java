package io.outcry.market;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.outcry.core.identity.PeerId;
import io.outcry.market.wire.Wire;
import io.outcry.orderbook.Side;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bodies: items as their one canonical encoding, and back.
 *
 * <p>Decoding is strict because it encodes what it understood and compares: unknown fields, long varints, fields out of
 * order, zeros written out and trailing bytes all end up as a difference.
 *
 * <p><b>Threading</b>: pure functions.
 *
 * <p><b>Errors</b>: what a peer sent decodes to null when malformed; nothing is thrown.
 *
 * <p><b>Spec</b>: market.proto; docs/market-protocol.md, "Canonical form".
 */
public final class ItemCodec {

    private ItemCodec() {}

    /** The canonical body of an item. */
    public static byte[] encode(MarketId market, Item item) {
        if (item instanceof Step step) {
            return step(market, step).toByteArray();
        } else if (item instanceof Refuse refuse) {
            return refuse(market, refuse).toByteArray();
        } else if (item instanceof Heartbeat heartbeat) {
            return heartbeat(market, heartbeat).toByteArray();
        } else if (item instanceof Census census) {
            return census(market, census).toByteArray();
        }
        return evidence(market, (Evidence) item).toByteArray();
    }

    /** The item a body says, or null if the body is malformed or of another market. */
    public static @Nullable SignedItem decode(MarketId market, byte[] body, @Nullable ItemProof proof) {
        if (body.length < 2 || body[0] != (1 << 3)) {
            return null;
        }
        try {
            Item item = item(market, body);
            if (item == null || !Arrays.equals(encode(market, item), body)) {
                return null;
            }
            return new SignedItem(item, body, hash(item.kind(), market, body), proof);
        } catch (InvalidProtocolBufferException | IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }

    /** The name of an item. */
    public static ItemHash hash(Item.Kind kind, MarketId market, byte[] body) {
        MessageDigest digest = Hashes.newSha256();
        digest.update((byte) kind.code());
        digest.update(market.raw());
        return ItemHash.take(digest.digest(body));
    }

    private static @Nullable Item item(MarketId market, byte[] body) throws InvalidProtocolBufferException {
        switch (body[1]) {
            case 1: {
                Wire.StepBody wire = Wire.StepBody.parseFrom(body);
                return sameMarket(market, wire.getMarket()) ? step(wire) : null;
            }
            case 2: {
                Wire.RefuseBody wire = Wire.RefuseBody.parseFrom(body);
                return sameMarket(market, wire.getMarket())
                        ? new Refuse(
                                peer(wire.getOwner()),
                                wire.getHlc(),
                                trade(wire.getTrade()),
                                hash(wire.getProposeHash()),
                                one(RefuseReason.values(), wire.getReason(), 1),
                                wire.getV())
                        : null;
            }
            case 3: {
                Wire.HeartbeatBody wire = Wire.HeartbeatBody.parseFrom(body);
                return sameMarket(market, wire.getMarket())
                        ? new Heartbeat(
                                peer(wire.getOwner()), wire.getHlc(), wire.getNextSeq(), hash(wire.getOpenDigest()))
                        : null;
            }
            case 4: {
                if (body.length > MarketLimits.CENSUS_BYTES_MAX) {
                    return null;
                }
                Wire.CensusBody wire = Wire.CensusBody.parseFrom(body);
                return sameMarket(market, wire.getMarket()) ? census(wire) : null;
            }
            case 5: {
                Wire.EvidenceBody wire = Wire.EvidenceBody.parseFrom(body);
                return sameMarket(market, wire.getMarket()) ? evidence(market, wire) : null;
            }
            default:
                return null;
        }
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    private static Wire.StepBody step(MarketId market, Step step) {
        Wire.StepBody.Builder wire = Wire.StepBody.newBuilder()
                .setKind(Item.Kind.STEP.code())
                .setMarket(bytes(market.raw()))
                .setOwner(bytes(step.id().owner()))
                .setSeq(step.id().seq())
                .setV(step.v())
                .setFilled(step.filled())
                .setHeld(step.held())
                .setCancelled(step.cancelled())
                .setDisputed(step.disputed())
                .setStatus(step.status().code())
                .setReason(step.reason().code())
                .setHlc(step.hlc());
        cause(wire, step.cause());
        return wire.build();
    }

    private static void cause(Wire.StepBody.Builder wire, Cause cause) {
        if (cause instanceof Cause.New it) {
            wire.setNew(order(it.order()));
        } else if (cause instanceof Cause.Hold it) {
            wire.setHold(Wire.HoldCause.newBuilder()
                    .setTrade(trade(it.trade()))
                    .setMaker(order(it.maker()))
                    .setPrice(it.price())
                    .setQuantity(it.quantity())
                    .setMinQuantity(it.minQuantity())
                    .setDeadlineMs(it.deadlineMs()));
        } else if (cause instanceof Cause.Fill it) {
            wire.setFill(Wire.FillCause.newBuilder()
                    .setTrade(trade(it.trade()))
                    .setProposeHash(bytes(it.proposal().raw()))
                    .setPrice(it.price())
                    .setQuantity(it.quantity()));
        } else if (cause instanceof Cause.Settle it) {
            wire.setSettle(Wire.SettleCause.newBuilder()
                    .setTrade(trade(it.trade()))
                    .setFillHash(bytes(it.fill().raw()))
                    .setQuantity(it.quantity()));
        } else if (cause instanceof Cause.Release it) {
            wire.setRelease(Wire.ReleaseCause.newBuilder()
                    .setTrade(trade(it.trade()))
                    .setRefuseHash(bytes(it.refusal().raw())));
        } else if (cause instanceof Cause.Local it) {
            wire.setLocal(Wire.LocalCause.newBuilder()
                    .setTrade(trade(it.trade()))
                    .setOther(order(it.other()))
                    .setPrice(it.price())
                    .setQuantity(it.quantity()));
        } else if (cause instanceof Cause.Cut it) {
            wire.setCut(Wire.CutCause.newBuilder().setReason(it.reason().code()));
        } else if (cause instanceof Cause.Expire) {
            wire.setExpire(Wire.ExpireCause.getDefaultInstance());
        } else if (cause instanceof Cause.Force it) {
            wire.setForce(Wire.ForceCause.newBuilder().setTrade(trade(it.trade())));
        }
    }

    private static Step step(Wire.StepBody wire) {
        OrderId id = new OrderId(peer(wire.getOwner()), wire.getSeq());
        return new Step(
                id,
                wire.getV(),
                wire.getFilled(),
                wire.getHeld(),
                wire.getCancelled(),
                wire.getDisputed(),
                one(OrderStatus.values(), wire.getStatus(), 1),
                one(CloseReason.values(), wire.getReason(), 0),
                wire.getHlc(),
                cause(id, wire));
    }

    private static Cause cause(OrderId id, Wire.StepBody wire) {
        return switch (wire.getCauseCase()) {
            case NEW -> new Cause.New(order(id, wire.getHlc(), wire.getNew()));
            case HOLD -> hold(id, wire);
            case FILL -> {
                Wire.FillCause it = wire.getFill();
                TradeId trade = trade(it.getTrade());
                require(!trade.taker().owner().equals(id.owner()));
                require(it.getPrice() > 0 && it.getQuantity() > 0 && it.getQuantity() <= wire.getFilled());
                yield new Cause.Fill(trade, hash(it.getProposeHash()), it.getPrice(), it.getQuantity());
            }
            case SETTLE -> {
                Wire.SettleCause it = wire.getSettle();
                require(it.getQuantity() > 0 && it.getQuantity() <= wire.getFilled());
                yield new Cause.Settle(ownTrade(id, it.getTrade()), hash(it.getFillHash()), it.getQuantity());
            }
            case RELEASE ->
                new Cause.Release(
                        ownTrade(id, wire.getRelease().getTrade()),
                        hash(wire.getRelease().getRefuseHash()));
            case LOCAL -> {
                Wire.LocalCause it = wire.getLocal();
                OrderId other = order(it.getOther());
                TradeId trade = trade(it.getTrade());
                require(other.owner().equals(id.owner()) && other.seq() != id.seq());
                require(trade.taker().equals(id) || trade.taker().equals(other));
                require(it.getPrice() > 0 && it.getQuantity() > 0 && it.getQuantity() <= wire.getFilled());
                yield new Cause.Local(trade, other, it.getPrice(), it.getQuantity());
            }
            case CUT -> new Cause.Cut(one(CloseReason.values(), wire.getCut().getReason(), 0));
            case EXPIRE -> new Cause.Expire();
            case FORCE -> new Cause.Force(ownTrade(id, wire.getForce().getTrade()));
            case CAUSE_NOT_SET -> throw new IllegalArgumentException("a step has a cause");
        };
    }

    private static Cause hold(OrderId id, Wire.StepBody wire) {
        Wire.HoldCause it = wire.getHold();
        OrderId maker = order(it.getMaker());
        long afterMs = it.getDeadlineMs() - Hlc.ms(wire.getHlc());
        require(!maker.owner().equals(id.owner()));
        require(it.getPrice() > 0 && it.getQuantity() > 0 && it.getQuantity() <= wire.getHeld());
        require(it.getMinQuantity() > 0 && it.getMinQuantity() <= it.getQuantity());
        require(it.getDeadlineMs() > 0
                && afterMs >= MarketLimits.DEADLINE_MIN_MS
                && afterMs <= MarketLimits.DEADLINE_MAX_MS);
        return new Cause.Hold(
                ownTrade(id, it.getTrade()),
                maker,
                it.getPrice(),
                it.getQuantity(),
                it.getMinQuantity(),
                it.getDeadlineMs());
    }

    private static Wire.NewCause order(Order order) {
        return Wire.NewCause.newBuilder()
                .setSide(order.side() == Side.BUY ? 1 : 2)
                .setPrice(order.price())
                .setQuantity(order.quantity())
                .setTif(order.tif().code())
                .setExpiryMs(order.expiryMs())
                .setFlags(order.postOnly() ? 1 : 0)
                .setAccount(order.account())
                .setAnchor(bytes(order.anchor().raw()))
                .build();
    }

    private static Order order(OrderId id, long hlc, Wire.NewCause wire) {
        require(wire.getFlags() == 0 || wire.getFlags() == 1);
        return new Order(
                id,
                one(Side.values(), wire.getSide(), 1),
                wire.getPrice(),
                wire.getQuantity(),
                one(TimeInForce.values(), wire.getTif(), 1),
                wire.getExpiryMs(),
                wire.getFlags() == 1,
                wire.getAccount(),
                hlc,
                hash(wire.getAnchor()));
    }

    // ---- the other four ----------------------------------------------------------------------------------------

    private static Wire.RefuseBody refuse(MarketId market, Refuse refuse) {
        return Wire.RefuseBody.newBuilder()
                .setKind(Item.Kind.REFUSE.code())
                .setMarket(bytes(market.raw()))
                .setOwner(bytes(refuse.owner()))
                .setHlc(refuse.hlc())
                .setTrade(trade(refuse.trade()))
                .setProposeHash(bytes(refuse.proposal().raw()))
                .setReason(refuse.reason().code())
                .setV(refuse.v())
                .build();
    }

    private static Wire.HeartbeatBody heartbeat(MarketId market, Heartbeat heartbeat) {
        return Wire.HeartbeatBody.newBuilder()
                .setKind(Item.Kind.HEARTBEAT.code())
                .setMarket(bytes(market.raw()))
                .setOwner(bytes(heartbeat.owner()))
                .setHlc(heartbeat.hlc())
                .setNextSeq(heartbeat.nextSeq())
                .setOpenDigest(bytes(heartbeat.openDigest().raw()))
                .build();
    }

    private static Wire.CensusBody census(MarketId market, Census census) {
        Wire.CensusBody.Builder wire = Wire.CensusBody.newBuilder()
                .setKind(Item.Kind.CENSUS.code())
                .setMarket(bytes(market.raw()))
                .setOwner(bytes(census.owner()))
                .setHlc(census.hlc())
                .setNextSeq(census.nextSeq());
        long last = 0;
        for (long seq : census.live()) {
            wire.addLive(seq - last);
            last = seq;
        }
        return wire.build();
    }

    private static Census census(Wire.CensusBody wire) {
        long[] live = new long[wire.getLiveCount()];
        long last = 0;
        for (int i = 0; i < live.length; i++) {
            require(wire.getLive(i) > 0);
            last = Math.addExact(last, wire.getLive(i));
            live[i] = last;
        }
        return new Census(peer(wire.getOwner()), wire.getHlc(), wire.getNextSeq(), live);
    }

    private static Wire.EvidenceBody evidence(MarketId market, Evidence evidence) {
        return Wire.EvidenceBody.newBuilder()
                .setKind(Item.Kind.EVIDENCE.code())
                .setMarket(bytes(market.raw()))
                .setOwner(bytes(evidence.owner()))
                .setHlc(evidence.hlc())
                .setFirst(signed(evidence.first()))
                .setSecond(signed(evidence.second()))
                .build();
    }

    private static @Nullable Evidence evidence(MarketId market, Wire.EvidenceBody wire) {
        SignedItem first = signedStep(market, wire.getFirst());
        SignedItem second = signedStep(market, wire.getSecond());
        if (first == null || second == null) {
            return null;
        }
        require(first.item().owner().equals(second.item().owner()));
        return new Evidence(peer(wire.getOwner()), wire.getHlc(), first, second);
    }

    /** Only steps contradict each other, so evidence never carries evidence. */
    private static @Nullable SignedItem signedStep(MarketId market, Wire.SignedItem wire) {
        ByteString body = wire.getBody();
        return body.size() > 1 && body.byteAt(1) == Item.Kind.STEP.code() ? signed(market, wire) : null;
    }

    // ---- parts -------------------------------------------------------------------------------------------------

    static Wire.SignedItem signed(SignedItem item) {
        ItemProof proof = item.proof();
        if (proof == null) {
            throw new IllegalStateException("not signed yet: " + item);
        }
        Wire.SignedItem.Builder wire = Wire.SignedItem.newBuilder()
                .setBody(bytes(item.body()))
                .setEnvelopeHlc(proof.envelopeHlc())
                .setIndex(proof.index())
                .setSize(proof.size())
                .setSignature(bytes(proof.signature()));
        for (byte[] sibling : proof.path()) {
            wire.addPath(bytes(sibling));
        }
        return wire.build();
    }

    /** A signed item, its proof not yet verified, or null if it is malformed. */
    static @Nullable SignedItem signed(MarketId market, Wire.SignedItem wire) {
        int size = wire.getSize();
        int index = wire.getIndex();
        if (size < 1
                || size > MarketLimits.ENVELOPE_ITEMS_MAX
                || index < 0
                || index >= size
                || wire.getEnvelopeHlc() < 0
                || wire.getSignature().size() > MarketLimits.SIGNATURE_BYTES_MAX
                || wire.getPathCount() != MerkleTree.pathLength(index, size)) {
            return null;
        }
        List<byte[]> path = new ArrayList<>(wire.getPathCount());
        for (ByteString sibling : wire.getPathList()) {
            if (sibling.size() != ItemHash.LENGTH) {
                return null;
            }
            path.add(sibling.toByteArray());
        }
        ItemProof proof = new ItemProof(
                wire.getEnvelopeHlc(), index, size, path, wire.getSignature().toByteArray());
        return decode(market, wire.getBody().toByteArray(), proof);
    }

    static Wire.OrderKey order(OrderId id) {
        return Wire.OrderKey.newBuilder()
                .setOwner(bytes(id.owner()))
                .setSeq(id.seq())
                .build();
    }

    static OrderId order(Wire.OrderKey wire) {
        return new OrderId(peer(wire.getOwner()), wire.getSeq());
    }

    static Wire.TradeKey trade(TradeId id) {
        return Wire.TradeKey.newBuilder()
                .setTaker(order(id.taker()))
                .setN(id.n())
                .build();
    }

    static TradeId trade(Wire.TradeKey wire) {
        return new TradeId(order(wire.getTaker()), wire.getN());
    }

    private static TradeId ownTrade(OrderId taker, Wire.TradeKey wire) {
        TradeId trade = trade(wire);
        require(trade.taker().equals(taker));
        return trade;
    }

    static ByteString bytes(byte[] value) {
        return ByteString.copyFrom(value);
    }

    static ByteString bytes(PeerId value) {
        return ByteString.copyFrom(value.bytes());
    }

    static PeerId peer(ByteString value) {
        require(value.size() > 0 && value.size() <= MarketLimits.OWNER_BYTES_MAX);
        PeerId peer = PeerId.tryFrom(value.toByteArray());
        if (peer == null) {
            throw new IllegalArgumentException("no peer id");
        }
        return peer;
    }

    static ItemHash hash(ByteString value) {
        require(value.size() == ItemHash.LENGTH);
        return ItemHash.take(value.toByteArray());
    }

    private static boolean sameMarket(MarketId market, ByteString value) {
        return market.matches(value.toByteArray());
    }

    /** The constant with this number on the wire, where the numbers count up from {@code first}. */
    private static <E> E one(E[] values, int code, int first) {
        require(code >= first && code - first < values.length);
        return values[code - first];
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("malformed");
        }
    }
}
