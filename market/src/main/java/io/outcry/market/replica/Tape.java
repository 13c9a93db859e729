package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.OrderId;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints each trade once when it is decided and once when it is settled, whoever's it is and however often it is heard. */
final class Tape {

    private static final class Line {
        final OrderId maker;
        final long price;
        final long quantity;
        boolean settled;

        Line(OrderId maker, long price, long quantity) {
            this.maker = maker;
            this.price = price;
            this.quantity = quantity;
        }
    }

    private final Floor floor;
    private final Map<TradeId, Line> lines = new LinkedHashMap<>();
    private long trades;
    private long unsettled;

    Tape(Floor floor) {
        this.floor = floor;
    }

    /** A step heard, or an own one durable. */
    void onStep(Step step) {
        if (step.cause() instanceof Cause.Fill fill) {
            decided(fill.trade(), step.id(), fill.price(), fill.quantity());
        } else if (step.cause() instanceof Cause.Settle settle) {
            settled(settle.trade());
        } else if (step.cause() instanceof Cause.Local local) {
            OrderId maker = local.trade().taker().equals(step.id()) ? local.other() : step.id();
            decided(local.trade(), maker, local.price(), local.quantity());
            settled(local.trade());
        }
    }

    /** A trade that is not heard but known: the FILL an own SETTLE answers. */
    void decided(TradeId trade, OrderId maker, long price, long quantity) {
        if (lines.containsKey(trade)) {
            return;
        }
        if (lines.size() >= ReplicaLimits.TAPE_MAX) {
            Iterator<Line> eldest = lines.values().iterator();
            unsettled -= eldest.next().settled ? 0 : 1;
            eldest.remove();
        }
        lines.put(trade, new Line(maker, price, quantity));
        trades++;
        unsettled++;
        print(trade, maker, price, quantity, false);
    }

    private void settled(TradeId trade) {
        Line line = lines.get(trade);
        if (line != null && !line.settled) {
            line.settled = true;
            unsettled--;
            print(trade, line.maker, line.price, line.quantity, true);
        }
    }

    private void print(TradeId trade, OrderId maker, long price, long quantity, boolean settled) {
        floor.sink.traded(new TradeUpdate(trade, maker, price, quantity, settled, floor.clock.epochMs()));
    }

    /** Trades decided, as far as heard. */
    long trades() {
        return trades;
    }

    /** Trades decided and not settled, as far as heard. */
    long unsettled() {
        return unsettled;
    }
}
