package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Order;
import io.outcry.market.OrderKey;
import io.outcry.market.Step;
import io.outcry.market.TimeInForce;
import io.outcry.market.TradeId;
import io.outcry.orderbook.Side;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds counterparties for own orders. Roles are computed, not raced: an own order looks only for makers, orders with a
 * smaller K; those with a larger one will come to it.
 *
 * <pre>
 *   something changed ─► wake(order) ─► run: own orders in turn, by (price, K)
 *        best candidate (price, K), local and remote alike ─┬─ another owner's ─► Proposals: HOLD
 *                                                           ├─ another account's here ─► two LOCAL steps
 *                                                           └─ the same account's ─► cut (no self-trade)
 * </pre>
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 5.
 */
final class Matcher {

    /** How soon to look again when the rate of proposals is used up: one token's time. */
    private static final long RATE_WAIT_MS = 1_000 / ReplicaLimits.PROPOSALS_PER_S;

    private final Floor floor;
    private final OwnSteps steps;
    private final Proposals proposals;
    private final TreeSet<OwnOrder> awakeBuys = new TreeSet<>(OwnBook.TURN);
    private final TreeSet<OwnOrder> awakeSells = new TreeSet<>(OwnBook.TURN);
    /** Those that were to look when a pause began go first: who is woken again and again must not keep them waiting. */
    private final ArrayDeque<OwnOrder> left = new ArrayDeque<>();

    private final Set<OwnOrder> blocked = new HashSet<>();
    private boolean ready;
    private boolean waitsForRate;
    /** Until when what was looked at is paid for. */
    private long paidUntilNs;

    private boolean pauses;

    /** In the search under way a maker was left out for its owner's pause or limit alone: time, or an answer, opens the way. */
    private boolean heldBack;

    Matcher(Floor floor, OwnSteps steps, Proposals proposals) {
        this.floor = floor;
        this.steps = steps;
        this.proposals = proposals;
    }

    /** The book is complete enough: from now on. */
    void begin() {
        ready = true;
        paidUntilNs = floor.clock.nowNs();
        wakeAll();
    }

    boolean isReady() {
        return ready;
    }

    // ---- who should look ---------------------------------------------------------------------------------------

    /** This order may find somebody. */
    void wake(OwnOrder order) {
        if (order.isOpen()) {
            (order.order.side() == Side.BUY ? awakeBuys : awakeSells).add(order);
        }
    }

    /** Every own order may. */
    void wakeAll() {
        awakeBuys.addAll(floor.own.open(Side.BUY));
        awakeSells.addAll(floor.own.open(Side.SELL));
    }

    /** There is more of this order than before: whoever would take it may look. */
    void wakeTakersOf(OrderState maker) {
        Order order = maker.order();
        if (order != null && floor.book.available(maker) > 0) {
            for (OwnOrder taker : floor.own.takersOf(order.side(), order.price(), order.key())) {
                wake(taker);
            }
        }
    }

    /** A proposal was answered: those who could not make one may try. */
    void unblock() {
        for (OwnOrder order : blocked) {
            wake(order);
        }
        blocked.clear();
    }

    // ---- looking -----------------------------------------------------------------------------------------------

    /** At the end of every input. Strangers' orders that nobody can trade with make a search long; it goes on when it is paid for. */
    void run() {
        if (!ready || pauses) {
            return;
        }
        while (true) {
            if (paidUntilNs - floor.clock.nowNs() > ReplicaLimits.LOOKS_BURST_NS) {
                if (left.isEmpty()) {
                    left.addAll(awakeBuys);
                    left.addAll(awakeSells);
                    awakeBuys.clear();
                    awakeSells.clear();
                }
                pauses = !left.isEmpty();
                if (pauses) {
                    floor.timers.at(paidUntilNs, () -> pauses = false);
                }
                return;
            }
            OwnOrder next = next();
            if (next == null) {
                return;
            }
            if (floor.own.find(next.id()) == next && next.isOpen() && next.order.expiryMs() > floor.clock.steadyMs()) {
                long looksBefore = floor.counters.looks;
                match(next);
                long looks = floor.counters.looks - looksBefore;
                paidUntilNs = Math.max(paidUntilNs, floor.clock.nowNs()) + looks * ReplicaLimits.LOOK_NS;
            }
        }
    }

    private @Nullable OwnOrder next() {
        if (!left.isEmpty()) {
            return left.poll();
        }
        return awakeBuys.isEmpty() ? awakeSells.pollFirst() : awakeBuys.pollFirst();
    }

    private void match(OwnOrder taker) {
        heldBack = false;
        blocked.remove(taker);
        if (taker.order.tif() == TimeInForce.FOK) {
            fillOrKill(taker);
            return;
        }
        while (taker.isOpen() && taker.leaves() > 0) {
            OrderState maker = candidate(taker.order, taker);
            if (maker == null) {
                break;
            }
            if (taker.order.postOnly()) {
                cutAll(taker, CloseReason.POST_ONLY);
                return;
            }
            OwnOrder local = floor.own.find(maker.id);
            if (local != null) {
                if (local.order.account().equals(taker.order.account())) {
                    cutAll(taker, CloseReason.SELF_TRADE);
                    return;
                }
                trade(taker, local, Math.min(taker.leaves(), local.leaves()));
            } else if (!propose(taker, maker, Math.min(taker.leaves(), free(maker)), 1)) {
                return;
            }
        }
        if (heldBack) {
            blocked.add(taker);
        }
        if (!taker.order.tif().rests() && taker.isOpen() && taker.leaves() > 0 && !mayRetry(taker)) {
            steps.write(taker, taker.cut(CloseReason.IOC, taker.leaves(), floor.clock.next()), null);
        }
    }

    private void fillOrKill(OwnOrder taker) {
        if (taker.leaves() < taker.order.quantity()) {
            return;
        }
        List<OwnOrder> local = localFill(taker.order);
        if (!local.isEmpty()) {
            for (OwnOrder maker : local) {
                trade(taker, maker, Math.min(taker.leaves(), maker.leaves()));
            }
            return;
        }
        OrderState maker = wholeCandidate(taker.order, taker);
        if (maker != null) {
            propose(taker, maker, taker.order.quantity(), taker.order.quantity());
        } else if (heldBack) {
            blocked.add(taker);
        } else if (!mayRetry(taker)) {
            cutAll(taker, CloseReason.FOK);
        }
    }

    private boolean propose(OwnOrder taker, OrderState maker, long quantity, long minQuantity) {
        Order order = maker.order();
        if (order == null || !proposals.mayPropose()) {
            block(taker);
            return false;
        }
        proposals.propose(taker, maker, order, quantity, minQuantity);
        return true;
    }

    private void block(OwnOrder taker) {
        blocked.add(taker);
        if (!proposals.isFull() && !waitsForRate) {
            waitsForRate = true;
            floor.after(RATE_WAIT_MS, () -> {
                waitsForRate = false;
                unblock();
            });
        }
    }

    /** Two own orders of different accounts: one record, two steps, the maker's price. */
    private void trade(OwnOrder taker, OwnOrder maker, long quantity) {
        TradeId trade = new TradeId(taker.id(), taker.nextTrade);
        long price = maker.order.price();
        Step makerStep = maker.next(new Cause.Local(trade, taker.id(), price, quantity), floor.clock.next());
        Step takerStep = taker.next(new Cause.Local(trade, maker.id(), price, quantity), floor.clock.next());
        steps.writeBoth(taker, takerStep, maker, makerStep);
    }

    private void cutAll(OwnOrder order, CloseReason reason) {
        steps.write(order, order.cutAll(reason, new Cause.Cut(reason), floor.clock.next()), null);
    }

    // ---- candidates --------------------------------------------------------------------------------------------

    /**
     * The best maker for an order: compatible, live, not excluded, with a smaller K, and something of it free.
     *
     * @param taker the own order, or null while it is only asked for
     */
    @Nullable
    OrderState candidate(Order order, @Nullable OwnOrder taker) {
        OrderKey key = order.key();
        return floor.book.best(order.side().opposite(), order.price(), maker -> accepts(order, key, taker, maker, 1));
    }

    /** The best order of another owner that fills all of an order. */
    @Nullable
    OrderState wholeCandidate(Order order, @Nullable OwnOrder taker) {
        OrderKey key = order.key();
        return floor.book.best(
                order.side().opposite(),
                order.price(),
                maker -> !floor.isMine(maker.id.owner()) && accepts(order, key, taker, maker, order.quantity()));
    }

    private boolean accepts(Order order, OrderKey key, @Nullable OwnOrder taker, OrderState maker, long atLeast) {
        floor.counters.looks++;
        Order makerOrder = maker.order();
        if (makerOrder == null || makerOrder.key().compareTo(key) >= 0) {
            return false;
        }
        OwnOrder local = floor.own.find(maker.id);
        if (local != null) {
            return local.mayMake(floor.clock.steadyMs());
        }
        OwnerState owner = maker.owner;
        return owner.live
                && owner.unanswered == 0
                && free(maker) >= atLeast
                && proposals.leavesTime(order, makerOrder)
                && !(maker.late && owner.lateHolds > 0)
                && (taker == null || !isExcluded(taker, maker))
                && mayAsk(owner, taker != null);
    }

    /** Whether a proposal to this owner may be made now; while a maker is only asked for, neither pause nor number counts. */
    private boolean mayAsk(OwnerState owner, boolean proposing) {
        boolean waits = proposing && owner.proposeAfterNs > floor.clock.nowNs();
        // Of an owner without a limit, those of all owners are counted, by whoever proposes.
        boolean full = proposing && owner.askedMax < ReplicaLimits.HOLDS_MAX && owner.asked >= owner.askedMax;
        heldBack |= waits || full;
        return !waits && !full;
    }

    /** What is available of another owner's order less what own proposals already ask of it. */
    private long free(OrderState maker) {
        return floor.book.available(maker) - maker.reserved;
    }

    private boolean isExcluded(OwnOrder taker, OrderState maker) {
        for (Hold hold : taker.holds.values()) {
            if (hold.terms.maker().equals(maker.id)) {
                return true;
            }
        }
        OwnOrder.Exclusion exclusion = taker.exclusions.get(maker.id);
        return exclusion != null
                && (exclusion.forEver || exclusion.untilV >= maker.v() || exclusion.retryAtNs > floor.clock.nowNs());
    }

    /** Whether an immediate order has somebody to ask again in a moment. */
    private boolean mayRetry(OwnOrder taker) {
        for (OwnOrder.Exclusion exclusion : taker.exclusions.values()) {
            if (!exclusion.forEver && exclusion.retryAtNs > floor.clock.nowNs()) {
                return true;
            }
        }
        return blocked.contains(taker);
    }

    /** Own orders of other accounts that fill all of it, best first; empty if they do not. */
    List<OwnOrder> localFill(Order order) {
        List<OwnOrder> makers = new ArrayList<>();
        long missing = order.quantity();
        for (OwnOrder maker : floor.own.open(order.side().opposite())) {
            if (!order.crosses(maker.order)) {
                break;
            }
            OrderState shown = maker.shown;
            if (shown != null
                    && maker.mayMake(floor.clock.steadyMs())
                    && maker.order.key().compareTo(order.key()) < 0) {
                if (maker.order.account().equals(order.account())) {
                    return List.of();
                }
                makers.add(maker);
                missing -= Math.min(missing, maker.leaves());
                if (missing == 0) {
                    return makers;
                }
            }
        }
        return List.of();
    }
}
