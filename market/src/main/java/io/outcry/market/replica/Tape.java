package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.ItemHash;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prints each trade once when it is decided and once when it is settled, whoever's it is, however often and in whatever
 * order its parts are heard.
 *
 * <p>A trade id is no secret, and anybody can sign a FILL that names it. So a SETTLE, which only the taker's owner can sign,
 * says by its hash which FILL of that trade id was the trade; and own trades are printed by own steps, not by what is heard.
 */
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

    /** A FILL as the SETTLE of its own trade names it: who settles under another trade id does not meet it. */
    private record Named(TradeId trade, ItemHash fill) {}

    private final Floor floor;
    /** What was printed of each trade. */
    private final Map<TradeId, Line> lines = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TradeId, Line> eldest) {
            boolean full = size() > ReplicaLimits.TAPE_MAX;
            unsettled -= full && !eldest.getValue().settled ? 1 : 0;
            return full;
        }
    };
    /** FILLs heard. */
    private final Map<Named, Line> fills = bounded();
    /** SETTLEs heard before the FILL they name. */
    private final Map<Named, Cause.Settle> early = bounded();

    private long trades;
    private long unsettled;

    Tape(Floor floor) {
        this.floor = floor;
    }

    private static <V> Map<Named, V> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Named, V> eldest) {
                return size() > ReplicaLimits.TAPE_MAX;
            }
        };
    }

    /** A step of another owner. */
    void onHeard(SignedItem item) {
        boolean isOwnTrade = item.step().cause() instanceof Cause.Fill fill
                && floor.isMine(fill.trade().taker().owner());
        if (!isOwnTrade) {
            onStep(item);
        }
    }

    /** A step heard, or an own one durable. */
    void onStep(SignedItem item) {
        Step step = item.step();
        if (step.cause() instanceof Cause.Fill fill) {
            decided(item, fill);
        } else if (step.cause() instanceof Cause.Settle settle) {
            settled(settle);
        } else if (step.cause() instanceof Cause.Local local && !lines.containsKey(local.trade())) {
            OrderId maker = local.trade().taker().equals(step.id()) ? local.other() : step.id();
            Line line = new Line(maker, local.price(), local.quantity());
            print(local.trade(), line);
            settle(local.trade(), line);
        }
    }

    private void decided(SignedItem item, Cause.Fill fill) {
        Named name = new Named(fill.trade(), item.hash());
        if (fills.containsKey(name)) {
            return;
        }
        Line line = new Line(item.step().id(), fill.price(), fill.quantity());
        fills.put(name, line);
        if (!lines.containsKey(fill.trade())) {
            print(fill.trade(), line);
        }
        Cause.Settle settle = early.remove(name);
        if (settle != null) {
            settled(settle);
        }
    }

    private void settled(Cause.Settle settle) {
        Named name = new Named(settle.trade(), settle.fill());
        Line line = fills.get(name);
        if (line == null) {
            early.put(name, settle);
        } else if (!line.settled && line.quantity == settle.quantity()) {
            Line printed = lines.get(settle.trade());
            if (printed == null) {
                print(settle.trade(), line);
            } else if (printed != line && !printed.settled) {
                // What was printed was no fill of this trade; the next line sets it right.
                lines.put(settle.trade(), line);
            }
            settle(settle.trade(), line);
        }
    }

    private void print(TradeId trade, Line line) {
        lines.put(trade, line);
        trades++;
        unsettled++;
        tell(trade, line);
    }

    private void settle(TradeId trade, Line line) {
        line.settled = true;
        if (lines.get(trade) == line) {
            unsettled--;
            tell(trade, line);
        }
    }

    private void tell(TradeId trade, Line line) {
        floor.sink.traded(
                new TradeUpdate(trade, line.maker, line.price, line.quantity, line.settled, floor.clock.epochMs()));
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
