package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Cause;
import io.outcry.market.Contradiction;
import io.outcry.market.Evidence;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Sees everything honest owners sign, and holds it to the invariants of docs/market-protocol.md section 12 that concern signed items. */
final class Observer {

    final Map<OrderId, Order> orders = new HashMap<>();
    final Map<OrderId, TreeMap<Long, SignedItem>> steps = new HashMap<>();
    final Map<TradeId, SignedItem> holds = new HashMap<>();
    final Map<TradeId, SignedItem> fills = new HashMap<>();
    final Map<TradeId, SignedItem> settles = new HashMap<>();
    final Map<TradeId, SignedItem> releases = new HashMap<>();
    final Map<TradeId, Cause.Local> locals = new HashMap<>();

    /** Reports of contradictions. */
    int evidence;
    /** Told of each new proposal. */
    Consumer<SignedItem> onHold = hold -> {};

    void onSigned(SignedItem item) {
        evidence += item.item() instanceof Evidence ? 1 : 0;
        if (!(item.item() instanceof Step step)) {
            return;
        }
        TreeMap<Long, SignedItem> known = steps.computeIfAbsent(step.id(), id -> new TreeMap<>());
        SignedItem same = known.get(step.v());
        if (same != null) {
            assertThat(same.hash())
                    .as("I5: two steps %s of one version: %s and %s", step.v(), same, item)
                    .isEqualTo(item.hash());
            return;
        }
        for (SignedItem other : known.values()) {
            assertThat(Contradiction.between(other, item))
                    .as("I5: %s against %s", other, item)
                    .isFalse();
        }
        known.put(step.v(), item);
        if (step.cause() instanceof Cause.New made) {
            orders.put(step.id(), made.order());
        }
        afterACancel(known, item);
        trade(step, item);
        Order order = orders.get(step.id());
        if (order != null) {
            assertThat(step.used()).as("I1: %s of %s", step, order).isLessThanOrEqualTo(order.quantity());
        }
    }

    /** I9: after a decided cancel no new hold and no new fill. */
    private void afterACancel(NavigableMap<Long, SignedItem> known, SignedItem item) {
        Map.Entry<Long, SignedItem> before = known.lowerEntry(item.step().v());
        Map.Entry<Long, SignedItem> after = known.higherEntry(item.step().v());
        holdsNothingNew(before == null ? null : before.getValue(), item);
        if (after != null) {
            holdsNothingNew(item, after.getValue());
        }
    }

    private void holdsNothingNew(SignedItem earlier, SignedItem later) {
        if (earlier != null && earlier.step().status() != OrderStatus.OPEN) {
            Cause cause = later.step().cause();
            boolean isNew = cause instanceof Cause.Hold || cause instanceof Cause.Fill || cause instanceof Cause.Local;
            require(!isNew, "I9", earlier, later);
        }
    }

    /** I2, I8, I12. */
    private void trade(Step step, SignedItem item) {
        if (step.cause() instanceof Cause.Hold it) {
            if (!holds.containsKey(it.trade())) {
                onHold.accept(item);
            }
            once(holds, it.trade(), item);
            Order maker = orders.get(it.maker());
            Order taker = orders.get(step.id());
            if (maker != null && taker != null) {
                assertThat(maker.key()).as("I8: roles of %s", it.trade()).isLessThan(taker.key());
                assertThat(it.price()).as("I8: price of %s", it.trade()).isEqualTo(maker.price());
                assertThat(taker.crosses(maker)).isTrue();
            }
        } else if (step.cause() instanceof Cause.Fill it) {
            once(fills, it.trade(), item);
            require(!releases.containsKey(it.trade()), "I2: filled and released", it, item);
            SignedItem hold = holds.get(it.trade());
            if (hold == null) {
                // The proposer was no honest replica.
                return;
            }
            Cause.Hold terms = (Cause.Hold) hold.step().cause();
            assertThat(it.quantity()).isBetween(terms.minQuantity(), terms.quantity());
            assertThat(it.price()).isEqualTo(terms.price());
            assertThat(it.proposal()).isEqualTo(hold.hash());
        } else if (step.cause() instanceof Cause.Settle it) {
            once(settles, it.trade(), item);
            SignedItem fill = fills.get(it.trade());
            assertThat(fill).as("a settlement answers a fill").isNotNull();
            assertThat(it.quantity())
                    .as("I2: both sides of %s", it.trade())
                    .isEqualTo(((Cause.Fill) fill.step().cause()).quantity());
        } else if (step.cause() instanceof Cause.Release it) {
            once(releases, it.trade(), item);
            require(!fills.containsKey(it.trade()), "I2: released and filled", it, item);
        } else if (step.cause() instanceof Cause.Local it) {
            locals.put(it.trade(), it);
            Order mine = orders.get(step.id());
            Order other = orders.get(it.other());
            if (mine != null && other != null) {
                assertThat(mine.account()).as("I12: self-trade").isNotEqualTo(other.account());
            }
        }
    }

    private static void once(Map<TradeId, SignedItem> kept, TradeId trade, SignedItem item) {
        SignedItem before = kept.putIfAbsent(trade, item);
        assertThat(before == null || before.hash().equals(item.hash()))
                .as("I2: twice %s: %s", trade, item)
                .isTrue();
    }

    private static void require(boolean holds, String what, Object a, Object b) {
        if (!holds) {
            throw new AssertionError(what + ": " + a + " and " + b);
        }
    }
}
