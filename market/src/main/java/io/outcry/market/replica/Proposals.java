package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Contradiction;
import io.outcry.market.Hlc;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.Refuse;
import io.outcry.market.RefuseReason;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The taker's side of trades: own HOLDs, until an answer resolves them. A hold is never released by a timer; it is sent
 * again until the maker's owner answers, or the user forces it.
 *
 * <pre>
 *   Matcher ─► propose: HOLD ──durable──► maker's owner ─┬─ FILL ──► SETTLE, repeated whenever FILL is
 *                        └── again 0.5, 1, 2 … 30 s ◄────┴─ Refuse ─► RELEASE, and the pair is left for a while
 * </pre>
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 5.
 */
final class Proposals {

    /** A SETTLE to repeat. */
    static final class Settled {
        final SignedItem item;
        /** The FILL, to prove a second one; not kept across restarts. */
        @Nullable
        SignedItem fill;

        final long dropAtMs;
        boolean durable;
        long repeatedNs = Long.MIN_VALUE;

        Settled(SignedItem item, long dropAtMs, boolean durable) {
            this.item = item;
            this.dropAtMs = dropAtMs;
            this.durable = durable;
        }

        Cause.Settle cause() {
            return (Cause.Settle) item.step().cause();
        }
    }

    private final Floor floor;
    private final OwnSteps steps;
    private final EnvelopeBatcher batcher;
    private final Tape tape;
    private final Map<TradeId, Hold> pending = new LinkedHashMap<>();
    private final Map<TradeId, Settled> settled = new LinkedHashMap<>();
    private final TokenBucket rate = new TokenBucket(ReplicaLimits.PROPOSALS_PER_S, ReplicaLimits.PROPOSALS_PER_S);
    private Matcher matcher;

    @SuppressWarnings("NullAway.Init")
    Proposals(Floor floor, OwnSteps steps, EnvelopeBatcher batcher, Tape tape) {
        this.floor = floor;
        this.steps = steps;
        this.batcher = batcher;
        this.tape = tape;
    }

    void bind(Matcher theMatcher) {
        matcher = theMatcher;
    }

    // ---- proposing ---------------------------------------------------------------------------------------------

    /** Whether one more proposal may be made now. */
    boolean mayPropose() {
        return pending.size() < ReplicaLimits.HOLDS_MAX && rate.has(1, floor.clock.steadyMs());
    }

    /** Whether an answer must come before one more; otherwise only time stands in the way. */
    boolean isFull() {
        return pending.size() >= ReplicaLimits.HOLDS_MAX;
    }

    int pending() {
        return pending.size();
    }

    /** Whether this deadline would leave the maker's owner time to decide. */
    boolean leavesTime(Order taker, Order maker) {
        return Math.min(taker.expiryMs(), maker.expiryMs()) - baseMs() >= ReplicaLimits.DEADLINE_SLACK_MS + 1;
    }

    /** No earlier than the milliseconds of the HLC the next step will have. */
    private long baseMs() {
        return Math.max(floor.clock.steadyMs(), Hlc.ms(floor.clock.last() + 1));
    }

    /** Sets quantity aside and proposes a trade with another owner's order. */
    void propose(OwnOrder taker, OrderState maker, Order makerOrder, long quantity, long minQuantity) {
        rate.take(1, floor.clock.steadyMs());
        long deadlineMs = Math.min(
                baseMs() + floor.options.deadlineMs(), Math.min(taker.order.expiryMs(), makerOrder.expiryMs()));
        TradeId trade = new TradeId(taker.id(), taker.nextTrade);
        Cause.Hold cause = new Cause.Hold(trade, maker.id, makerOrder.price(), quantity, minQuantity, deadlineMs);
        steps.write(taker, taker.next(cause, floor.clock.next()), maker.id.owner());
        Hold hold = taker.holds.get(trade.n());
        if (hold == null) {
            throw new IllegalStateException("a HOLD step leaves a hold: " + trade);
        }
        floor.counters.proposalsMade++;
        hold.late = maker.late;
        await(hold);
        floor.gate.thenLast(() -> scheduleResends(hold));
    }

    private void await(Hold hold) {
        pending.put(hold.trade(), hold);
        OrderState maker = floor.store.find(hold.terms.maker());
        if (maker != null) {
            maker.reserved += hold.terms.quantity();
        }
        OwnerState owner = floor.store.owner(hold.terms.maker().owner());
        if (owner != null) {
            owner.asked++;
            owner.lateHolds += hold.late ? 1 : 0;
        }
    }

    /** A hold read from the journal. */
    void remember(OwnOrder order, TradeId trade) {
        Hold hold = order.holds.get(trade.n());
        if (hold != null) {
            pending.put(trade, hold);
        }
    }

    /** Its answer was read from the journal. */
    void forget(TradeId trade) {
        pending.remove(trade);
    }

    /** All of it, before a start. */
    void forget() {
        pending.clear();
        settled.clear();
    }

    /** After a restart: the hold stands as before, and is sent again. */
    void restore(Hold hold) {
        await(hold);
        hold.nextTopicNs = floor.clock.nowNs();
        resend(hold);
    }

    // ---- again, and again --------------------------------------------------------------------------------------

    private void scheduleResends(Hold hold) {
        hold.nextTopicNs = floor.clock.nsAfter(ReplicaLimits.TOPIC_RESEND_MS);
        floor.after(ReplicaLimits.RESEND_FIRST_MS, () -> resend(hold));
        long silentAtMs = hold.terms.deadlineMs() + ReplicaLimits.SILENT_MS;
        floor.timers.at(floor.clock.nsAt(silentAtMs), () -> noteSilence(hold));
    }

    private void resend(Hold hold) {
        if (pending.get(hold.trade()) != hold) {
            return;
        }
        PeerId maker = hold.terms.maker().owner();
        batcher.send(hold.item, maker);
        if (floor.clock.nowNs() >= hold.nextTopicNs) {
            hold.nextTopicNs = floor.clock.nsAfter(ReplicaLimits.TOPIC_RESEND_MS);
            batcher.publish(hold.order.first, null);
            batcher.publish(hold.item, null);
        }
        hold.resends++;
        floor.after(
                backoffMs(ReplicaLimits.RESEND_FIRST_MS, hold.resends, ReplicaLimits.RESEND_MAX_MS),
                () -> resend(hold));
        noteSilence(hold);
    }

    private void noteSilence(Hold hold) {
        boolean isSilent = floor.clock.steadyMs() >= hold.terms.deadlineMs() + ReplicaLimits.SILENT_MS;
        OwnerState owner = floor.store.find(hold.terms.maker().owner());
        if (isSilent && !hold.silent && pending.get(hold.trade()) == hold && owner != null) {
            hold.silent = true;
            owner.unanswered++;
        }
    }

    static long backoffMs(long firstMs, int times, long mostMs) {
        return times >= 16 ? mostMs : Math.min(firstMs << times, mostMs);
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /** A FILL for a proposal of this owner, first or repeated. */
    void onFill(SignedItem item) {
        Step step = item.step();
        Cause.Fill fill = (Cause.Fill) step.cause();
        Hold hold = pending.get(fill.trade());
        if (hold == null) {
            repeatSettle(item, fill);
            return;
        }
        Cause.Hold terms = hold.terms;
        if (!terms.maker().equals(step.id())
                || !fill.proposal().equals(hold.item.hash())
                || fill.price() != terms.price()
                || fill.quantity() < terms.minQuantity()
                || fill.quantity() > terms.quantity()) {
            floor.counters.answersWithoutProposal++;
            return;
        }
        resolved(hold);
        OwnOrder order = hold.order;
        Cause cause = new Cause.Settle(fill.trade(), item.hash(), fill.quantity());
        // The trade is known by its FILL; it is told when the SETTLE is durable.
        floor.counters.settles++;
        Step settle = order.next(cause, floor.clock.next());
        OrderId maker = step.id();
        SignedItem settleItem = steps.item(settle);
        Settled toRepeat = new Settled(settleItem, dropAtMs(order.order), false);
        toRepeat.fill = item;
        settled.put(fill.trade(), toRepeat);
        trimSettled();
        steps.write(order, settleItem, maker.owner(), () -> {
            toRepeat.durable = true;
            tape.onStep(item);
        });
        matcher.wake(order);
        OwnerState owner = floor.store.find(maker.owner());
        if (owner != null) {
            owner.limitRefusals = 0;
            owner.refusals = 0;
            owner.proposeAfterNs = Long.MIN_VALUE;
            if (owner.askedMax < ReplicaLimits.HOLDS_MAX && ++owner.fillsInARow >= ReplicaLimits.FILLS_A_PROPOSAL) {
                owner.askedMax++;
                owner.fillsInARow = 0;
            }
        }
    }

    private void repeatSettle(SignedItem item, Cause.Fill fill) {
        Settled known = settled.get(fill.trade());
        if (known == null) {
            floor.counters.answersWithoutProposal++;
        } else if (!known.cause().fill().equals(item.hash())) {
            floor.counters.contradictedTrades++;
            floor.contradicted(Notice.CONTRADICTED_TRADE, item.step().id());
            SignedItem first = known.fill;
            if (first != null && Contradiction.between(first, item)) {
                known.fill = null;
                batcher.publishEvidence(first, item);
            }
        } else if (known.durable
                && (known.repeatedNs == Long.MIN_VALUE
                        || floor.clock.nowNs() - known.repeatedNs
                                >= ReplicaLimits.REPEAT_MS_MIN * ReplicaLimits.NS_PER_MS)) {
            known.repeatedNs = floor.clock.nowNs();
            batcher.send(known.item, item.item().owner());
        }
    }

    /** A refusal of a proposal of this owner. */
    void onRefuse(SignedItem item) {
        Refuse refuse = (Refuse) item.item();
        Hold hold = pending.get(refuse.trade());
        if (hold == null
                || !hold.terms.maker().owner().equals(refuse.owner())
                || !hold.item.hash().equals(refuse.proposal())) {
            floor.counters.answersWithoutProposal++;
            return;
        }
        resolved(hold);
        leaveAlone(hold, refuse);
        OwnOrder order = hold.order;
        steps.write(order, order.next(new Cause.Release(refuse.trade(), item.hash()), floor.clock.next()), null);
        matcher.wake(order);
    }

    private void leaveAlone(Hold hold, Refuse refuse) {
        OwnerState owner = floor.store.find(refuse.owner());
        if (owner != null && refuse.reason() == RefuseReason.LIMIT) {
            slowDown(owner);
            return;
        }
        OwnOrder.Exclusion exclusion = hold.order.exclusion(hold.terms.maker());
        switch (refuse.reason().again()) {
            case NEVER -> exclusion.forEver = true;
            case AFTER_A_STEP -> exclusion.untilV = Math.max(exclusion.untilV, refuse.v());
            case LATER -> {
                long waitMs = backoffMs(ReplicaLimits.RETRY_FIRST_MS, exclusion.retries++, ReplicaLimits.RETRY_MAX_MS);
                exclusion.retryAtNs = floor.clock.nsAfter(waitMs);
                floor.after(waitMs, () -> matcher.wake(hold.order));
            }
        }
        if (owner != null && ++owner.refusals >= ReplicaLimits.REFUSALS_IN_A_ROW) {
            int times = owner.refusals - ReplicaLimits.REFUSALS_IN_A_ROW;
            pause(owner, backoffMs(ReplicaLimits.RETRY_FIRST_MS, times, ReplicaLimits.LURED_MS_MAX));
        }
    }

    /** A LIMIT concerns the owner, not the pair: proposals made together are refused together, and that counts once. */
    private void slowDown(OwnerState owner) {
        owner.askedMax = 1;
        owner.fillsInARow = 0;
        if (owner.proposeAfterNs <= floor.clock.nowNs()) {
            pause(owner, backoffMs(ReplicaLimits.RETRY_FIRST_MS, owner.limitRefusals++, ReplicaLimits.RETRY_MAX_MS));
        }
    }

    private void pause(OwnerState owner, long waitMs) {
        owner.proposeAfterNs = floor.clock.nsAfter(waitMs);
        floor.after(waitMs, matcher::wakeAll);
    }

    /** The hold is over: whoever held back because of it may look again. */
    private void resolved(Hold hold) {
        pending.remove(hold.trade());
        OrderState maker = floor.store.find(hold.terms.maker());
        if (maker != null) {
            maker.reserved = Math.max(0, maker.reserved - hold.terms.quantity());
            matcher.wakeTakersOf(maker);
        }
        OwnerState owner = floor.store.find(hold.terms.maker().owner());
        if (owner != null) {
            owner.asked -= owner.asked > 0 ? 1 : 0;
            owner.lateHolds -= hold.late && owner.lateHolds > 0 ? 1 : 0;
            owner.unanswered -= hold.silent && owner.unanswered > 0 ? 1 : 0;
        }
        if (hold.late || hold.silent) {
            matcher.wakeAll();
        }
        matcher.unblock();
    }

    /** The user gives up waiting: what is held is disputed from now on; asking goes on. */
    @Nullable
    Hold force(TradeId trade) {
        Hold hold = pending.get(trade);
        if (hold == null || hold.forced) {
            return null;
        }
        OwnOrder order = hold.order;
        steps.write(order, order.next(new Cause.Force(trade), floor.clock.next()), null);
        return hold;
    }

    // ---- what is kept ------------------------------------------------------------------------------------------

    /** A SETTLE read from the journal. */
    void restoreSettle(SignedItem item, long dropAtMs) {
        settled.put(((Cause.Settle) item.step().cause()).trade(), new Settled(item, dropAtMs, true));
    }

    static long dropAtMs(Order order) {
        return order.expiryMs() + ReplicaLimits.TOMBSTONE_LIFE_MS;
    }

    private void trimSettled() {
        Iterator<Settled> eldest = settled.values().iterator();
        while (settled.size() > ReplicaLimits.DECISIONS_MAX && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
    }

    void purge() {
        settled.values().removeIf(kept -> kept.dropAtMs < floor.clock.steadyMs());
    }

    Collection<Settled> settled() {
        return settled.values();
    }

    List<Hold> holds() {
        return new ArrayList<>(pending.values());
    }

    /** After a fence: nothing of it counts any more. */
    void clear() {
        for (Hold hold : holds()) {
            resolved(hold);
        }
        settled.clear();
    }
}
