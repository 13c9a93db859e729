package io.outcry.market.replica;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.outcry.market.Cause;
import io.outcry.market.Hlc;
import io.outcry.market.ItemCodec;
import io.outcry.market.OrderId;
import io.outcry.market.Refuse;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import io.outcry.market.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/**
 * Journal records back into state, and state into the records of a checkpoint. A restored step goes through the same
 * {@link OwnOrder#apply} as when it was made.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 7; market.proto, "The journal's records".
 */
final class Recovery {

    private static final long MS_PER_S = 1_000;

    /** Images in one record of a checkpoint, so that no record grows with the book. */
    private static final int IMAGES_MAX = 64;

    private final Floor floor;
    private final Decisions decisions;
    private final Proposals proposals;

    Recovery(Floor floor, Decisions decisions, Proposals proposals) {
        this.floor = floor;
        this.decisions = decisions;
        this.proposals = proposals;
    }

    // ---- reading -----------------------------------------------------------------------------------------------

    void restore(byte[] bytes) throws InvalidProtocolBufferException {
        Wire.Record record = Wire.Record.parseFrom(bytes);
        if (record.getHlcLimit() > 0) {
            floor.clock.restore(record.getHlcLimit());
        }
        if (record.getEpoch() > 0) {
            boolean isFence = record.getFloorSeq() > floor.own.floorSeq() || floor.own.floorSeq() == Long.MAX_VALUE;
            if (isFence) {
                floor.own.clear();
                proposals.forget();
                decisions.clear();
            }
            floor.own.restoreEpoch(record.getEpoch(), record.getFloorSeq());
        }
        floor.own.restoreNextSeq(record.getNextSeq());
        for (Wire.OrderImage image : record.getImagesList()) {
            restore(image);
        }
        for (Wire.DecisionImage image : record.getDecisionsList()) {
            SignedItem item = item(image.getBody());
            decisions.restore(item, image.getDeadlineMs());
            if (image.getSettled()) {
                decisions.restoreSettled(decisionTrade(item));
            }
        }
        for (Wire.SettleImage image : record.getSettlesList()) {
            proposals.restoreSettle(item(image.getBody()), image.getDropAtMs());
        }
        for (ByteString body : record.getBodiesList()) {
            restore(item(body), record.getDeadlineMs());
        }
        if (record.hasSettled()) {
            decisions.restoreSettled(Records.trade(record.getSettled()));
        }
    }

    private void restore(SignedItem item, long deadlineMs) {
        if (item.item() instanceof Refuse) {
            decisions.restore(item, deadlineMs);
            return;
        }
        Step step = item.step();
        if (step.cause() instanceof Cause.New) {
            floor.own.add(new OwnOrder(item));
            return;
        }
        OwnOrder order = order(step);
        if (step.cause() instanceof Cause.Settle settle) {
            proposals.forget(settle.trade());
            proposals.restoreSettle(item, Proposals.dropAtMs(order.order));
        } else if (step.cause() instanceof Cause.Release release) {
            proposals.forget(release.trade());
        } else if (step.cause() instanceof Cause.Fill) {
            decisions.restore(item, deadlineMs);
        }
        order.apply(item);
        floor.own.sort(order);
        if (step.cause() instanceof Cause.Hold hold) {
            proposals.remember(order, hold.trade());
        }
    }

    private void restore(Wire.OrderImage image) {
        OwnOrder order = new OwnOrder(item(image.getNewBody()));
        for (ByteString body : image.getHoldsList()) {
            order.restore(item(body), false);
        }
        for (ByteString body : image.getForcedList()) {
            order.restore(item(body), true);
        }
        order.nextTrade = Math.max(1, image.getNextTrade());
        if (!image.getStepBody().isEmpty()) {
            order.latest = item(image.getStepBody());
        }
        floor.own.add(order);
        for (Hold hold : order.holds.values()) {
            proposals.remember(order, hold.trade());
        }
    }

    private OwnOrder order(Step step) {
        OwnOrder order = floor.own.find(step.id());
        if (order == null || step.v() != order.step().v() + 1) {
            throw new IllegalStateException("the journal has step " + step.v() + " of order " + step.id()
                    + " but not the one before it; it is not complete");
        }
        return order;
    }

    private SignedItem item(ByteString body) {
        SignedItem item = ItemCodec.decode(floor.market, body.toByteArray(), null);
        if (item == null || !floor.isMine(item.item().owner())) {
            throw new IllegalStateException("the journal is of another market or another owner than "
                    + floor.options.spec().name() + " of " + floor.self);
        }
        return item;
    }

    private static TradeId decisionTrade(SignedItem item) {
        return item.item() instanceof Refuse refuse
                ? refuse.trade()
                : ((Cause.Fill) item.step().cause()).trade();
    }

    // ---- beginning ---------------------------------------------------------------------------------------------

    /** An epoch later than any before it. */
    void beginEpoch() {
        long epoch = Math.max(floor.own.epoch() + 1, floor.clock.epochMs() / MS_PER_S);
        long floorSeq = floor.own.floorSeq() == Long.MAX_VALUE ? OrderId.firstSeq(epoch) : floor.own.floorSeq();
        begin(epoch, floorSeq);
    }

    /** An epoch later than any seen, and nothing before it is this journal's any more. */
    void fence(long epochSeen) {
        long epoch = Math.max(Math.max(floor.own.epoch(), epochSeen) + 1, floor.clock.epochMs() / MS_PER_S);
        begin(epoch, OrderId.firstSeq(epoch));
    }

    private void begin(long epoch, long floorSeq) {
        floor.gate.append(Records.epoch(epoch, floorSeq));
        floor.own.restoreEpoch(epoch, floorSeq);
    }

    /** What was decided and not settled goes out again. */
    void resume() {
        decisions.resume();
    }

    // ---- writing a checkpoint ----------------------------------------------------------------------------------

    List<byte[]> checkpoint() {
        List<byte[]> records = new ArrayList<>();
        records.add(Wire.Record.newBuilder()
                .setHlcLimit(Hlc.of(floor.clock.limitMs()))
                .setEpoch(floor.own.epoch())
                .setFloorSeq(floor.own.floorSeq())
                .setNextSeq(floor.own.nextSeq())
                .build()
                .toByteArray());
        Wire.Record.Builder record = Wire.Record.newBuilder();
        int images = 0;
        for (OwnOrder order : floor.own.all()) {
            record.addImages(image(order));
            images = flush(records, record, images + 1);
        }
        for (Decision decision : decisions.all()) {
            record.addDecisions(Wire.DecisionImage.newBuilder()
                    .setBody(ByteString.copyFrom(decision.item.body()))
                    .setDeadlineMs(decision.deadlineMs)
                    .setSettled(decision.settled));
            images = flush(records, record, images + 1);
        }
        for (Proposals.Settled settled : proposals.settled()) {
            record.addSettles(Wire.SettleImage.newBuilder()
                    .setBody(ByteString.copyFrom(settled.item.body()))
                    .setDropAtMs(settled.dropAtMs));
            images = flush(records, record, images + 1);
        }
        flush(records, record, IMAGES_MAX);
        return records;
    }

    private static int flush(List<byte[]> records, Wire.Record.Builder record, int images) {
        if (images < IMAGES_MAX) {
            return images;
        }
        records.add(record.build().toByteArray());
        record.clear();
        return 0;
    }

    private static Wire.OrderImage image(OwnOrder order) {
        Wire.OrderImage.Builder image = Wire.OrderImage.newBuilder()
                .setNewBody(ByteString.copyFrom(order.first.body()))
                .setNextTrade(order.nextTrade);
        if (order.latest != order.first) {
            image.setStepBody(ByteString.copyFrom(order.latest.body()));
        }
        for (Hold hold : order.holds.values()) {
            ByteString body = ByteString.copyFrom(hold.item.body());
            if (hold.forced) {
                image.addForced(body);
            } else {
                image.addHolds(body);
            }
        }
        return image.build();
    }
}
