package io.outcry.sim;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.Refuse;
import io.outcry.market.RefuseReason;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bystander who hears everything honest owners ever let out, believes none of it, and keeps the books of MARKET.md section 9.
 * It shares no code with the replica but the types of what is said.
 *
 * <pre>
 *   each signed step ─► I1 sums   I2 one quantity a trade   I5 no contradiction   I7 closed stays closed
 *                       I8 price and roles   I9 nothing new after a cancel   I12 no self-trade
 *   each promise ─────► I6 it is there after a crash
 *   at rest ──────────► I3 buys = sells   I4 equal digests   I10 nothing crossed   I11 nothing held   I14 tombstones
 * </pre>
 *
 * <p><b>Threading</b>: one thread. <b>Errors</b>: {@link InvariantViolation}.
 */
final class InvariantChecker {

    private final World world;
    private final Map<OrderId, OrderHistory> orders = new LinkedHashMap<>();
    private final Map<TradeId, TradeHistory> trades = new LinkedHashMap<>();
    private final Set<OrderId> forgiven = new HashSet<>();
    private final Set<Pair> finallyRefused = new HashSet<>();

    InvariantChecker(World world) {
        this.world = world;
    }

    private record Pair(OrderId taker, OrderId maker) {}

    private record Said(Step step, ItemHash hash) {}

    private static final class OrderHistory {
        final TreeMap<Long, Said> steps = new TreeMap<>();

        @Nullable
        Order order;

        long closingV = Long.MAX_VALUE;
        long newestDealV;
        long newestAcknowledgedV;
    }

    private static final class TradeHistory {
        Cause.@Nullable Hold hold;

        @Nullable
        ItemHash holdHash;

        Cause.@Nullable Fill fill;

        @Nullable
        ItemHash fillHash;

        @Nullable
        OrderId fillOrder;

        boolean settled;
        boolean released;
        boolean forced;
    }

    /** An honest owner let out this item, for the first time or again. */
    void onSaid(SignedItem item) {
        if (item.item() instanceof Step step) {
            onStep(step, item.hash());
        } else if (item.item() instanceof Refuse refuse && refuse.reason().again() == RefuseReason.Again.NEVER) {
            TradeHistory trade = trades.get(refuse.trade());
            if (trade != null && trade.hold != null) {
                finallyRefused.add(new Pair(refuse.trade().taker(), trade.hold.maker()));
            }
        }
    }

    /** What this owner ever said counts as a faulty peer's. */
    void forgive(PeerId owner) {
        for (OrderId id : promised(owner)) {
            forgiven.add(id);
        }
    }

    /** A user was told of this step of an own order, so it may not be forgotten (I6). */
    void onAcknowledged(Step step) {
        OrderHistory history = orders.computeIfAbsent(step.id(), id -> new OrderHistory());
        history.newestAcknowledgedV = Math.max(history.newestAcknowledgedV, step.v());
    }

    private void onStep(Step step, ItemHash hash) {
        OrderHistory history = orders.computeIfAbsent(step.id(), id -> new OrderHistory());
        Said before = history.steps.get(step.v());
        if (before != null) {
            require("I5", before.hash.equals(hash), () -> "two steps with one v: " + before.step + " and " + step);
            return;
        }
        if (step.cause() instanceof Cause.New made) {
            history.order = made.order();
        }
        checkNeighbours(history, step);
        checkSums(history, step);
        checkCancels(history, step);
        history.steps.put(step.v(), new Said(step, hash));
        checkCause(step, hash);
    }

    private void checkNeighbours(OrderHistory history, Step step) {
        Map.Entry<Long, Said> lower = history.steps.lowerEntry(step.v());
        Map.Entry<Long, Said> higher = history.steps.higherEntry(step.v());
        if (lower != null) {
            checkFollows(lower.getValue().step, step);
        }
        if (higher != null) {
            checkFollows(step, higher.getValue().step);
        }
    }

    private void checkFollows(Step first, Step then) {
        require("I7", first.status() != OrderStatus.CLOSED, () -> then + " after closed " + first);
        require(
                "I1",
                then.filled() >= first.filled() && then.cancelled() >= first.cancelled(),
                () -> "F or C fell from " + first + " to " + then);
    }

    private void checkSums(OrderHistory history, Step step) {
        Order order = history.order;
        if (order == null) {
            return;
        }
        require("I1", step.used() <= order.quantity(), () -> step + " uses more than " + order);
        boolean done = step.filled() + step.cancelled() == order.quantity();
        require(
                "I1",
                done == (step.status() == OrderStatus.CLOSED),
                () -> step + " of " + order.quantity() + " is closed if and only if all of it is filled or cancelled");
    }

    private void checkCancels(OrderHistory history, Step step) {
        Cause cause = step.cause();
        boolean isDeal = cause instanceof Cause.Hold || cause instanceof Cause.Fill || cause instanceof Cause.Local;
        if (isDeal) {
            history.newestDealV = Math.max(history.newestDealV, step.v());
        }
        if (step.status() != OrderStatus.OPEN && !isDeal) {
            history.closingV = Math.min(history.closingV, step.v());
        }
        require(
                "I9",
                history.newestDealV < history.closingV,
                () -> "a hold or fill at v " + history.newestDealV + " after the order was closing at v "
                        + history.closingV + ": " + step);
    }

    private void checkCause(Step step, ItemHash hash) {
        Cause cause = step.cause();
        if (cause instanceof Cause.Hold hold) {
            onHold(step, hold, hash);
        } else if (cause instanceof Cause.Fill fill) {
            onFill(step, fill, hash);
        } else if (cause instanceof Cause.Settle settle) {
            onSettle(step, settle);
        } else if (cause instanceof Cause.Release release) {
            TradeHistory trade = trade(release.trade());
            trade.released = true;
            require("I2", trade.fill == null || trade.forced, () -> "released though filled: " + step);
        } else if (cause instanceof Cause.Local local) {
            onLocal(step, local);
        } else if (cause instanceof Cause.Force force) {
            trade(force.trade()).forced = true;
        }
    }

    private void onLocal(Step step, Cause.Local local) {
        boolean isTaker = local.trade().taker().equals(step.id());
        Order taker = order(isTaker ? step.id() : local.other());
        Order maker = order(isTaker ? local.other() : step.id());
        if (maker != null && taker != null) {
            require("I12", !maker.account().equals(taker.account()), () -> "one account trades with itself: " + step);
            require("I8", maker.crosses(taker), () -> taker + " does not cross " + maker);
            require("I8", maker.price() == local.price(), () -> step + " is not at the price of " + maker);
            require("I8", maker.key().compareTo(taker.key()) < 0, () -> taker + " is no taker of " + maker);
        }
    }

    private TradeHistory trade(TradeId id) {
        return trades.computeIfAbsent(id, none -> new TradeHistory());
    }

    private void onHold(Step step, Cause.Hold hold, ItemHash hash) {
        TradeHistory trade = trade(hold.trade());
        require("I2", trade.hold == null, () -> "a second proposal of one trade: " + step);
        trade.hold = hold;
        trade.holdHash = hash;
        require("I2", hold.trade().taker().equals(step.id()), () -> "a proposal for another's order: " + step);
        require("I12", !hold.maker().owner().equals(step.id().owner()), () -> "a self-trade proposed: " + step);
        Order maker = order(hold.maker());
        Order taker = order(step.id());
        require("I8", maker != null && taker != null, () -> "a proposal about an order nobody announced: " + step);
        if (maker != null && taker != null) {
            require("I8", maker.crosses(taker), () -> taker + " does not cross " + maker);
            require("I8", maker.price() == hold.price(), () -> step + " is not at the price of " + maker);
            require("I8", maker.key().compareTo(taker.key()) < 0, () -> taker + " is no taker of " + maker);
        }
    }

    private void onFill(Step step, Cause.Fill fill, ItemHash hash) {
        TradeHistory trade = trade(fill.trade());
        require("I2", trade.fill == null, () -> "a second fill of one trade: " + step);
        Cause.Hold hold = trade.hold;
        require("I2", hold != null, () -> "a fill nobody proposed: " + step);
        require("I2", !trade.released, () -> "filled though released: " + step);
        trade.fill = fill;
        trade.fillHash = hash;
        trade.fillOrder = step.id();
        if (hold != null) {
            require("I2", hold.maker().equals(step.id()), () -> "another order fills: " + step);
            require("I2", Objects.equals(fill.proposal(), trade.holdHash), () -> "a fill of another proposal: " + step);
            require("I8", fill.price() == hold.price(), () -> "filled at another price: " + step + " for " + hold);
            require(
                    "I2",
                    fill.quantity() <= hold.quantity() && fill.quantity() >= hold.minQuantity(),
                    () -> "filled more or less than proposed: " + step + " for " + hold);
        }
    }

    private void onSettle(Step step, Cause.Settle settle) {
        TradeHistory trade = trade(settle.trade());
        Cause.Fill fill = trade.fill;
        require("I2", fill != null, () -> "settled without a fill: " + step);
        if (fill != null) {
            require("I2", settle.quantity() == fill.quantity(), () -> step + " settles another quantity than " + fill);
            require(
                    "I2",
                    Objects.equals(settle.fill(), trade.fillHash),
                    () -> step + " settles another fill than " + fill);
        }
        trade.settled = true;
    }

    private @Nullable Order order(OrderId id) {
        OrderHistory history = orders.get(id);
        return history == null ? null : history.order;
    }

    /** The newest version of an order that anybody was told of: promised to its user or let out to the network. */
    long newestPromisedV(OrderId id) {
        OrderHistory history = orders.get(id);
        if (history == null) {
            return 0;
        }
        return Math.max(history.newestAcknowledgedV, history.steps.isEmpty() ? 0 : history.steps.lastKey());
    }

    /** The orders of an owner that anybody was ever told of. */
    List<OrderId> promised(PeerId owner) {
        List<OrderId> ids = new ArrayList<>();
        for (OrderId id : orders.keySet()) {
            if (id.owner().equals(owner) && !forgiven.contains(id)) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** The newest step let out for an order, or null. */
    @Nullable
    Step newest(OrderId id) {
        OrderHistory history = orders.get(id);
        return history == null || history.steps.isEmpty()
                ? null
                : history.steps.lastEntry().getValue().step;
    }

    /**
     * What must hold when every message has arrived.
     *
     * @param epochMs wall time, for expiry
     * @param isOnline whether an owner lives and is in reach of the others
     */
    void checkAtRest(long epochMs, Predicate<PeerId> isOnline) {
        checkTrades(isOnline);
        checkFilled(isOnline);
        checkCrossed(epochMs, isOnline);
    }

    private void checkTrades(Predicate<PeerId> isOnline) {
        for (Map.Entry<TradeId, TradeHistory> entry : trades.entrySet()) {
            TradeHistory trade = entry.getValue();
            TradeId id = entry.getKey();
            Cause.Hold hold = trade.hold;
            if (hold != null
                    && !forgiven.contains(hold.maker())
                    && !forgiven.contains(id.taker())
                    && isOnline.test(hold.maker().owner())
                    && isOnline.test(id.taker().owner())) {
                // A release may go unsaid when a newer step follows at once; then only the sums tell of it.
                Step newest = newest(id.taker());
                require(
                        "I11",
                        newest != null && newest.held() == 0,
                        () -> id + " is at rest and still holds: " + newest);
                require("I11", trade.fill == null || trade.settled, () -> "trade " + id + " was filled, not settled");
            }
        }
    }

    /** I3: what the trades say and what the orders say is the same, and both sides of each trade say the same. */
    private void checkFilled(Predicate<PeerId> isOnline) {
        Map<OrderId, Long> byTrades = new LinkedHashMap<>();
        trades.forEach((id, trade) -> {
            Cause.Fill fill = trade.fill;
            OrderId maker = trade.fillOrder;
            if (fill != null && maker != null) {
                byTrades.merge(maker, fill.quantity(), Math::addExact);
                if (trade.settled) {
                    byTrades.merge(id.taker(), fill.quantity(), Math::addExact);
                }
            }
        });
        for (Map.Entry<OrderId, OrderHistory> entry : orders.entrySet()) {
            for (Said said : entry.getValue().steps.values()) {
                if (said.step.cause() instanceof Cause.Local local) {
                    byTrades.merge(entry.getKey(), local.quantity(), Math::addExact);
                }
            }
        }
        for (OrderId id : orders.keySet()) {
            Step newest = newest(id);
            if (newest != null && isOnline.test(id.owner()) && !forgiven.contains(id)) {
                long traded = byTrades.getOrDefault(id, 0L);
                require("I3", newest.filled() == traded, () -> "trades fill " + traded + " of " + newest);
            }
        }
    }

    private void checkCrossed(long epochMs, Predicate<PeerId> isOnline) {
        List<Step> open = new ArrayList<>();
        for (OrderId id : orders.keySet()) {
            Step newest = newest(id);
            Order order = order(id);
            if (newest != null
                    && order != null
                    && newest.status() == OrderStatus.OPEN
                    && order.tif().rests()
                    && order.expiryMs() > epochMs
                    && order.quantity() > newest.used()
                    && isOnline.test(id.owner())
                    && !forgiven.contains(id)) {
                open.add(newest);
            }
        }
        for (int i = 0; i < open.size(); i++) {
            for (int j = i + 1; j < open.size(); j++) {
                checkPair(open.get(i).id(), open.get(j).id());
            }
        }
    }

    private void checkPair(OrderId one, OrderId other) {
        Order first = order(one);
        Order second = order(other);
        if (first == null || second == null || one.owner().equals(other.owner()) || !first.crosses(second)) {
            return;
        }
        boolean excused =
                finallyRefused.contains(new Pair(one, other)) || finallyRefused.contains(new Pair(other, one));
        require("I10", excused, () -> "still crossed: " + newest(one) + " and " + newest(other));
    }

    /** What should be available at each price of a side by the newest steps of owners that are online: the sum of L3. */
    Map<Long, Long> available(Side side, long epochMs, Predicate<PeerId> isOnline) {
        Map<Long, Long> levels = new TreeMap<>();
        for (OrderId id : orders.keySet()) {
            Order order = order(id);
            Step newest = newest(id);
            if (order != null
                    && newest != null
                    && order.side() == side
                    && order.tif().rests()
                    && newest.status() == OrderStatus.OPEN
                    && order.expiryMs() > epochMs
                    && order.quantity() > newest.used()
                    && !forgiven.contains(id)
                    && isOnline.test(id.owner())) {
                levels.merge(order.price(), order.quantity() - newest.used(), Math::addExact);
            }
        }
        return levels;
    }

    /** I14: how many orders may be remembered though they are closed: those no census has had time to retire. */
    long closedSince(long epochMs) {
        return orders.keySet().stream()
                .map(this::newest)
                .filter(step -> step != null && step.status() == OrderStatus.CLOSED && Hlc.ms(step.hlc()) >= epochMs)
                .count();
    }

    /** I4: equal digests, given as (who, digest). */
    void checkDigests(Map<String, String> digests) {
        require("I4", new HashSet<>(digests.values()).size() <= 1, () -> "books differ: " + digests);
    }

    /** I6, right after a restart: the version the replica found in its journal is no older than any it promised. */
    void checkRecovered(OrderId id, long recoveredV) {
        long promised = newestPromisedV(id);
        require(
                "I6",
                recoveredV >= promised,
                () -> id + " came back at v " + recoveredV + ", promised was v " + promised);
    }

    /** Anything else that must hold. */
    void require(String invariant, boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new InvariantViolation(invariant, world, what.get());
        }
    }

    long tradesDecided() {
        return trades.values().stream().filter(trade -> trade.fill != null).count();
    }

    long tradesSettled() {
        return trades.values().stream().filter(trade -> trade.settled).count();
    }

    int ordersSeen() {
        return orders.size();
    }
}
