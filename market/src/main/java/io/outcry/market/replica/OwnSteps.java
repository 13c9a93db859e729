package io.outcry.market.replica;

import com.google.protobuf.ByteString;
import io.outcry.core.identity.PeerId;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The one hand that writes own steps: decide, append the exact bytes, and only when they are durable take them into the
 * store, sign, send and tell (docs/market-protocol.md section 5).
 *
 * <pre>
 *   Step ─► body ─► journal (one record, all or nothing) ─► OwnOrder.apply
 *                      └─ durable ─► Store.merge ─► EnvelopeBatcher ─► user
 * </pre>
 */
final class OwnSteps {

    private final Floor floor;
    private final EnvelopeBatcher batcher;
    private final Tape tape;

    OwnSteps(Floor floor, EnvelopeBatcher batcher, Tape tape) {
        this.floor = floor;
        this.batcher = batcher;
        this.tape = tape;
    }

    /** An item as it will be signed. */
    SignedItem item(Step step) {
        return SignedItem.unsigned(floor.market, step);
    }

    /** A new order. */
    OwnOrder enter(Step step) {
        SignedItem item = item(step);
        OwnOrder order = new OwnOrder(item);
        append(0, item);
        floor.own.add(order);
        floor.gate.thenLast(() -> publish(order, item, null));
        return order;
    }

    /** One more step of an order. */
    SignedItem write(OwnOrder order, Step step, @Nullable PeerId counterparty) {
        return write(order, step, counterparty, 0);
    }

    /** One more step, and what to do just before it is told. */
    void write(OwnOrder order, SignedItem item, PeerId counterparty, Runnable first) {
        append(0, item);
        apply(order, item);
        floor.gate.thenLast(() -> {
            first.run();
            publish(order, item, counterparty);
        });
    }

    /** One more step, and until when the proposal it decides could be repeated. */
    SignedItem write(OwnOrder order, Step step, @Nullable PeerId counterparty, long deadlineMs) {
        SignedItem item = item(step);
        append(deadlineMs, item);
        apply(order, item);
        floor.gate.thenLast(() -> publish(order, item, counterparty));
        return item;
    }

    /** Both steps of a trade between two own orders, in one record. */
    void writeBoth(OwnOrder taker, Step takerStep, OwnOrder maker, Step makerStep) {
        SignedItem takerItem = item(takerStep);
        SignedItem makerItem = item(makerStep);
        append(0, makerItem, takerItem);
        apply(maker, makerItem);
        apply(taker, takerItem);
        floor.gate.thenLast(() -> {
            if (send(maker, makerItem, null)) {
                tellOrder(maker, makerItem);
            }
            if (send(taker, takerItem, null)) {
                tellOrder(taker, takerItem);
                tape.onStep(takerItem);
            }
        });
    }

    private void append(long deadlineMs, SignedItem... items) {
        Wire.Record.Builder record = Wire.Record.newBuilder().setDeadlineMs(deadlineMs);
        for (SignedItem item : items) {
            record.addBodies(ByteString.copyFrom(item.body()));
        }
        floor.gate.append(record.build());
    }

    private void apply(OwnOrder order, SignedItem item) {
        order.apply(item);
        floor.own.sort(order);
        OrderState shown = order.shown;
        if (shown != null) {
            floor.refresh(shown);
        }
    }

    /** An order is told before the trade that changed it: who hears of a trade finds its order changed already. */
    private void publish(OwnOrder order, SignedItem item, @Nullable PeerId counterparty) {
        if (send(order, item, counterparty)) {
            tellOrder(order, item);
            tape.onStep(item);
        }
    }

    /** False if the order was fenced meanwhile: no old step is signed, and none is told. */
    private boolean send(OwnOrder order, SignedItem item, @Nullable PeerId counterparty) {
        if (floor.own.find(order.id()) != order) {
            return false;
        }
        show(order, item);
        batcher.publish(item, counterparty);
        return true;
    }

    private void tellOrder(OwnOrder order, SignedItem item) {
        floor.sink.orderChanged(OrderUpdate.of(order.order, item.step()));
    }

    /** Takes a durable own step into the store and the book. */
    void show(OwnOrder order, SignedItem item) {
        OwnerState me = floor.me();
        floor.store.merge(me, item);
        OrderState shown = order.shown;
        if (shown == null) {
            shown = me.orders.get(order.id().seq());
            order.shown = shown;
        }
        if (shown != null) {
            floor.refresh(shown);
        }
    }
}
