package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Hlc;
import io.outcry.market.MarketLimits;
import io.outcry.market.MarketSpec;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.Step;
import io.outcry.market.TimeInForce;
import io.outcry.market.TradeId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where users come in: new orders, cancels, reductions, forced releases, and the expiry of what they entered.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 5; section 8.
 */
final class Desk {

    private final Floor floor;
    private final OwnSteps steps;
    private final EnvelopeBatcher batcher;
    private final Matcher matcher;
    private final Proposals proposals;
    private final Liveness liveness;
    private final TokenBucket rate = new TokenBucket(ReplicaLimits.NEW_PER_S, ReplicaLimits.NEW_BURST);
    private int entered;

    Desk(
            Floor floor,
            OwnSteps steps,
            EnvelopeBatcher batcher,
            Matcher matcher,
            Proposals proposals,
            Liveness liveness) {
        this.floor = floor;
        this.steps = steps;
        this.batcher = batcher;
        this.matcher = matcher;
        this.proposals = proposals;
        this.liveness = liveness;
    }

    // ---- new orders --------------------------------------------------------------------------------------------

    Answer submit(OrderRequest request, boolean joined) {
        String wrong = wrongTerms(request, floor.options.spec());
        if (wrong != null) {
            return Answer.refused(null, Refusal.TERMS, wrong);
        }
        Answer refused = refuseForNow(request, joined);
        if (refused != null) {
            return refused;
        }
        long hlc = floor.clock.next();
        Order order = order(request, hlc, floor.own.nextSeq());
        if (request.postOnly() && matcher.candidate(order, null) != null) {
            return Answer.refused(null, Refusal.WOULD_TAKE, "a post-only order at this price would take");
        }
        if (request.tif() == TimeInForce.FOK
                && matcher.localFill(order).isEmpty()
                && matcher.wholeCandidate(order, null) == null) {
            return Answer.refused(
                    null,
                    Refusal.FOK_NEEDS_ONE_ORDER,
                    "neither own orders nor one order of another peer fill all of it at this price");
        }
        if (!rate.take(1, floor.clock.steadyMs())) {
            return Answer.refused(null, Refusal.LIMIT, "more than " + ReplicaLimits.NEW_PER_S + " new orders a second");
        }
        floor.own.takeSeq();
        entered++;
        OwnOrder own = steps.enter(
                new Step(order.id(), 1, 0, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, hlc, new Cause.New(order)));
        awaitExpiry(own);
        matcher.wake(own);
        return Answer.done(order.id(), order.quantity(), 0);
    }

    private Order order(OrderRequest request, long hlc, long seq) {
        long longestMs = request.tif().rests() ? floor.options.spec().maxLifeMs() : MarketLimits.IMMEDIATE_LIFE_MS;
        long lifeMs = request.lifeMs() == 0 ? longestMs : Math.min(request.lifeMs(), longestMs);
        return new Order(
                new OrderId(floor.self, seq),
                request.side(),
                request.price(),
                request.quantity(),
                request.tif(),
                Hlc.ms(hlc) + lifeMs,
                request.postOnly(),
                request.account(),
                hlc,
                batcher.anchor());
    }

    private static @Nullable String wrongTerms(OrderRequest request, MarketSpec spec) {
        if (request.price() < 1 || request.quantity() < spec.minQty()) {
            return "price must be at least 1 tick and quantity at least " + spec.minQty() + " lots: " + request.price()
                    + ", " + request.quantity();
        } else if (Math.multiplyHigh(request.price(), request.quantity()) != 0
                || request.price() * request.quantity() < 0) {
            return "price x quantity does not fit 63 bits: " + spec.price(request.price()) + " x "
                    + spec.quantity(request.quantity());
        } else if (request.lifeMs() < 0 || request.lifeMs() > spec.maxLifeMs()) {
            return "life must lie within [0, " + spec.maxLifeMs() + "] ms: " + request.lifeMs();
        } else if (request.account().getBytes(StandardCharsets.UTF_8).length > MarketLimits.ACCOUNT_BYTES_MAX) {
            return "account is longer than " + MarketLimits.ACCOUNT_BYTES_MAX + " bytes: " + request.account();
        } else if (request.postOnly() && !request.tif().rests()) {
            return "a post-only order rests, " + request.tif() + " does not";
        }
        return null;
    }

    private @Nullable Answer refuseForNow(OrderRequest request, boolean joined) {
        String wrongClock = liveness.wrongClock();
        if (wrongClock != null) {
            return Answer.refused(null, Refusal.CLOCK_SKEW, wrongClock);
        } else if (!joined && !request.tif().rests()) {
            return Answer.refused(
                    null, Refusal.BUSY, request.tif() + " orders need the book, which is still being copied");
        } else if (floor.own.openOrders() >= ReplicaLimits.OPEN_ORDERS_MAX
                || floor.own.all().size() >= ReplicaLimits.OPEN_ORDERS_MAX + ReplicaLimits.TOMBSTONES_MAX) {
            return Answer.refused(
                    null, Refusal.LIMIT, "no more than " + ReplicaLimits.OPEN_ORDERS_MAX + " open orders");
        } else if (batcher.isCrowded() || floor.gate.backlog() > ReplicaLimits.OUTBOX_MAX) {
            return Answer.refused(null, Refusal.BUSY, "the journal or the network is behind; try again");
        }
        return null;
    }

    // ---- taking back -------------------------------------------------------------------------------------------

    Answer cancel(OrderId id) {
        OwnOrder order = floor.own.find(id);
        Answer refused = refuseChange(id, order);
        if (refused != null || order == null) {
            return refused == null ? unknown(id) : refused;
        }
        long left = order.leaves();
        if (order.isOpen()) {
            steps.write(
                    order,
                    order.cutAll(CloseReason.CANCELLED, new Cause.Cut(CloseReason.CANCELLED), floor.clock.next()),
                    null);
        }
        return Answer.done(id, left, order.heldOrDisputed());
    }

    Answer reduce(OrderId id, long quantity) {
        OwnOrder order = floor.own.find(id);
        Answer refused = refuseChange(id, order);
        if (refused != null || order == null) {
            return refused == null ? unknown(id) : refused;
        }
        if (quantity < 1) {
            return Answer.refused(id, Refusal.TERMS, "a reduction is at least 1 lot: " + quantity);
        }
        long cut = Math.min(quantity, order.leaves());
        if (cut == 0) {
            return Answer.refused(id, Refusal.CLOSED, "nothing of order " + id + " is left to take back");
        }
        steps.write(order, order.cut(CloseReason.REDUCED, cut, floor.clock.next()), null);
        return Answer.done(id, cut, order.heldOrDisputed());
    }

    private static @Nullable Answer refuseChange(OrderId id, @Nullable OwnOrder order) {
        if (order == null) {
            return unknown(id);
        }
        return order.isClosed() ? Answer.refused(id, Refusal.CLOSED, "order " + id + " is closed") : null;
    }

    private static Answer unknown(OrderId id) {
        return Answer.refused(id, Refusal.UNKNOWN, "no order of this peer is called " + id);
    }

    Answer force(TradeId trade) {
        Hold hold = proposals.force(trade);
        return hold == null
                ? Answer.refused(trade.taker(), Refusal.UNKNOWN, "no proposal of this peer waits for " + trade)
                : Answer.done(trade.taker(), hold.terms.quantity(), hold.order.heldOrDisputed());
    }

    // ---- time --------------------------------------------------------------------------------------------------

    /** Ends the order when its time runs out. */
    void awaitExpiry(OwnOrder order) {
        floor.timers.at(floor.clock.nsAt(order.order.expiryMs()), () -> expire(order));
    }

    private void expire(OwnOrder order) {
        if (floor.own.find(order.id()) != order || !order.isOpen()) {
            return;
        }
        if (order.order.expiryMs() > floor.clock.steadyMs()) {
            floor.after(Math.max(1, order.order.expiryMs() - floor.clock.epochMs()), () -> expire(order));
            return;
        }
        steps.write(order, order.cutAll(CloseReason.EXPIRED, new Cause.Expire(), floor.clock.next()), null);
    }

    /** Whether so many orders were entered since last asked that a census is worth its bytes. */
    boolean takeClosings() {
        if (entered < ReplicaLimits.CENSUS_CLOSINGS) {
            return false;
        }
        entered = 0;
        return true;
    }
}
