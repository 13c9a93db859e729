package io.outcry.market.replica;

import com.google.protobuf.ByteString;
import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.MarketLimits;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.Refuse;
import io.outcry.market.RefuseReason;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import io.outcry.market.wire.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The maker's side of trades: one decision for each proposal, for ever the same.
 *
 * <pre>
 *   HOLD ─► decided before? ─ yes ─► the same answer again, once it is durable
 *              └ no ─► terms, roles, deadline, policy ─► FILL (the commit point) or Refuse ─► journal ─► taker's owner
 *   FILL ─► again 0.5, 1, 2 … 30 s ─► until SETTLE is heard and durable here
 * </pre>
 *
 * <p>A FILL is kept until its SETTLE is durable and its deadline has passed; a refusal until its deadline has passed, by a
 * clock that does not go back across restarts. So no copy of a proposal, however late, is decided twice.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 5.
 */
final class Decisions {

    private final Floor floor;
    private final OwnSteps steps;
    private final EnvelopeBatcher batcher;
    private final Tape tape;
    private final Map<TradeId, Decision> decisions = new LinkedHashMap<>();
    private final TokenBucket refusals = new TokenBucket(
            ReplicaLimits.REFUSALS_PER_S, (long) ReplicaLimits.BURST_FACTOR * ReplicaLimits.REFUSALS_PER_S);

    Decisions(Floor floor, OwnSteps steps, EnvelopeBatcher batcher, Tape tape) {
        this.floor = floor;
        this.steps = steps;
        this.batcher = batcher;
        this.tape = tape;
    }

    // ---- deciding ----------------------------------------------------------------------------------------------

    /** A proposal to an order of this owner, first or repeated; {@code fresh} tells whether its envelope was. */
    void onProposal(SignedItem item, boolean fresh) {
        Step step = item.step();
        Cause.Hold hold = (Cause.Hold) step.cause();
        floor.counters.proposalsHeard++;
        Decision known = decisions.get(hold.trade());
        OwnerState proposer = floor.store.find(step.id().owner());
        if (known != null) {
            repeat(known, item, proposer);
            return;
        }
        if (proposer == null
                || decisions.size() >= ReplicaLimits.DECISIONS_MAX
                || !isMineToAnswer(hold.maker())
                || hold.deadlineMs() > floor.clock.steadyMs() + ReplicaLimits.FAR_DEADLINE_MS
                || !proposer.proposals.take(1, floor.clock.steadyMs())) {
            floor.counters.proposalsUnanswered++;
            return;
        }
        OrderState taker = floor.store.find(step.id());
        Order takerOrder = taker == null ? null : taker.order();
        OwnOrder maker = floor.own.find(hold.maker());
        if (fresh && takerOrder == null) {
            // Whose order this is will be known when the proposal comes again, directly and with its order.
            floor.counters.proposalsUnanswered++;
            return;
        }
        RefuseReason reason = reasonToRefuse(hold, fresh, taker, takerOrder, maker, proposer);
        if (reason == null && maker != null) {
            fill(item, hold, maker, proposer);
        } else {
            refuse(item, hold, reason == null ? RefuseReason.CLOSED : reason, maker);
        }
    }

    /** Orders from before this journal began may have been filled by the one that was lost: no answer is the only safe one. */
    private boolean isMineToAnswer(OrderId maker) {
        return maker.seq() >= floor.own.floorSeq();
    }

    private @Nullable RefuseReason reasonToRefuse(
            Cause.Hold hold,
            boolean fresh,
            @Nullable OrderState taker,
            @Nullable Order takerOrder,
            @Nullable OwnOrder maker,
            OwnerState proposer) {
        long nowMs = floor.clock.steadyMs();
        if (maker == null) {
            return RefuseReason.CLOSED;
        } else if (!maker.order.tif().rests()) {
            return RefuseReason.NEVER_RESTS;
        } else if (!fresh || takerOrder == null || taker == null) {
            return RefuseReason.CLOCK;
        } else if (nowMs > hold.deadlineMs()) {
            return RefuseReason.LATE;
        } else if (hold.deadlineMs() > nowMs + MarketLimits.DEADLINE_MAX_MS + MarketLimits.WINDOW_AHEAD_MS) {
            return RefuseReason.CLOCK;
        } else if (maker.order.expiryMs() <= nowMs) {
            return RefuseReason.EXPIRED;
        } else if (!maker.isOpen()) {
            return RefuseReason.CLOSED;
        } else if (taker.isEquivocated()
                || !takerOrder.crosses(maker.order)
                || hold.price() != maker.order.price()
                || hold.quantity() > takerOrder.quantity()
                || hold.deadlineMs() > Math.min(takerOrder.expiryMs(), maker.order.expiryMs())) {
            return RefuseReason.TERMS;
        } else if (maker.order.key().compareTo(takerOrder.key()) >= 0) {
            return RefuseReason.ROLE;
        }
        long leaves = maker.leaves();
        if (leaves == 0 || leaves < hold.minQuantity()) {
            return RefuseReason.QUANTITY;
        }
        int risked = floor.options.policy().unsettledMax(proposer.id, proposer.heardMs(floor.clock.nowNs()));
        return proposer.unsettled >= Math.min(risked, CounterpartyPolicy.UNSETTLED_MAX) ? RefuseReason.LIMIT : null;
    }

    private void fill(SignedItem item, Cause.Hold hold, OwnOrder maker, OwnerState proposer) {
        long quantity = Math.min(hold.quantity(), maker.leaves());
        Cause cause = new Cause.Fill(hold.trade(), item.hash(), hold.price(), quantity);
        Step step = maker.next(cause, floor.clock.next());
        proposer.unsettled++;
        floor.counters.fills++;
        SignedItem fill = steps.write(maker, step, proposer.id, hold.deadlineMs());
        Decision decision = keep(fill, hold.deadlineMs(), item);
        floor.gate.thenLast(() -> {
            decision.durable = true;
            scheduleResends(decision);
        });
    }

    /** A refusal costs a record and an envelope; a crowd that only wants refusals gets as many as a second has room for. */
    private void refuse(SignedItem item, Cause.Hold hold, RefuseReason reason, @Nullable OwnOrder maker) {
        if (batcher.isCrowded()
                || decisions.size() >= ReplicaLimits.DECISIONS_MAX / 2
                || !refusals.take(1, floor.clock.steadyMs())) {
            floor.counters.proposalsUnanswered++;
            return;
        }
        long v = maker == null ? 0 : maker.step().v();
        SignedItem refusal = SignedItem.unsigned(
                floor.market, new Refuse(floor.self, floor.clock.next(), hold.trade(), item.hash(), reason, v));
        floor.counters.refusals++;
        floor.gate.append(Wire.Record.newBuilder()
                .addBodies(ByteString.copyFrom(refusal.body()))
                .setDeadlineMs(hold.deadlineMs())
                .build());
        Decision decision = keep(refusal, hold.deadlineMs(), item);
        decision.forgettable = true;
        PeerId proposer = decision.proposer();
        floor.gate.thenLast(() -> {
            decision.durable = true;
            batcher.publish(refusal, proposer);
        });
    }

    private Decision keep(SignedItem answer, long deadlineMs, SignedItem hold) {
        Decision decision = new Decision(answer, deadlineMs);
        decision.hold = hold;
        decisions.put(decision.trade, decision);
        return decision;
    }

    // ---- the same answer again ---------------------------------------------------------------------------------

    private void repeat(Decision known, SignedItem proposal, @Nullable OwnerState proposer) {
        if (!known.proposal.equals(proposal.hash())) {
            floor.counters.contradictedTrades++;
            floor.contradicted(Notice.CONTRADICTED_TRADE, proposal.step().id());
            SignedItem first = known.hold;
            if (first != null) {
                known.hold = null;
                batcher.publishEvidence(first, proposal);
            }
            return;
        }
        boolean tooSoon = known.repeatedNs != Long.MIN_VALUE
                && floor.clock.nowNs() - known.repeatedNs < ReplicaLimits.REPEAT_MS_MIN * ReplicaLimits.NS_PER_MS;
        if (!known.durable || tooSoon || proposer == null) {
            return;
        }
        if (proposer.proposals.take(1, floor.clock.steadyMs())) {
            known.repeatedNs = floor.clock.nowNs();
            batcher.send(known.item, known.proposer());
        } else {
            floor.counters.proposalsUnanswered++;
        }
    }

    private void scheduleResends(Decision decision) {
        decision.repeatedNs = floor.clock.nowNs();
        decision.nextTopicNs = floor.clock.nsAfter(ReplicaLimits.TOPIC_RESEND_MS);
        floor.after(ReplicaLimits.RESEND_FIRST_MS, () -> resend(decision));
    }

    private void resend(Decision decision) {
        if (decisions.get(decision.trade) != decision || decision.settled) {
            return;
        }
        batcher.send(decision.item, decision.proposer());
        OwnerState proposer = floor.store.find(decision.proposer());
        if (floor.clock.nowNs() >= decision.nextTopicNs && proposer != null && proposer.live) {
            decision.nextTopicNs = floor.clock.nsAfter(ReplicaLimits.TOPIC_RESEND_MS);
            batcher.publish(decision.item, null);
        }
        decision.resends++;
        floor.after(
                Proposals.backoffMs(ReplicaLimits.RESEND_FIRST_MS, decision.resends, ReplicaLimits.RESEND_MAX_MS),
                () -> resend(decision));
    }

    // ---- settlement --------------------------------------------------------------------------------------------

    /** A SETTLE, perhaps of a FILL of this owner. */
    void onSettle(SignedItem item) {
        Cause.Settle settle = (Cause.Settle) item.step().cause();
        Decision decision = decisions.get(settle.trade());
        if (decision == null || !decision.isUnsettledFill()) {
            return;
        }
        Cause.Fill fill = decision.fill;
        if (fill == null || !settle.fill().equals(decision.item.hash()) || settle.quantity() != fill.quantity()) {
            floor.counters.contradictedTrades++;
            floor.contradicted(Notice.CONTRADICTED_TRADE, item.step().id());
            return;
        }
        decision.settled = true;
        // At once: the proposal that comes right behind the SETTLE need not wait for a disk.
        OwnerState proposer = floor.store.find(decision.proposer());
        if (proposer != null && proposer.unsettled > 0) {
            proposer.unsettled--;
        }
        floor.gate.append(Records.settled(settle.trade()));
        floor.gate.thenLast(() -> {
            decision.forgettable = true;
            tape.onStep(decision.item);
            tape.onStep(item);
        });
    }

    // ---- what is kept ------------------------------------------------------------------------------------------

    /** A decision read from the journal. */
    void restore(SignedItem item, long deadlineMs) {
        Decision decision = new Decision(item, deadlineMs);
        decision.durable = true;
        decision.forgettable = decision.fill == null;
        decisions.put(decision.trade, decision);
    }

    void restoreSettled(TradeId trade) {
        Decision decision = decisions.get(trade);
        if (decision != null) {
            decision.settled = true;
            decision.forgettable = true;
        }
    }

    /** After a restart: fills without their settlement are sent again. */
    void resume() {
        for (Decision decision : decisions.values()) {
            if (decision.isUnsettledFill()) {
                OwnerState proposer = floor.store.owner(decision.proposer());
                if (proposer != null) {
                    proposer.unsettled++;
                }
                decision.nextTopicNs = floor.clock.nowNs();
                resend(decision);
            }
        }
    }

    void purge() {
        decisions
                .values()
                .removeIf(kept -> kept.forgettable && kept.durable && kept.deadlineMs < floor.clock.steadyMs());
    }

    List<Decision> all() {
        return new ArrayList<>(decisions.values());
    }

    /** Own FILLs without their SETTLE. */
    int unsettled() {
        int unsettled = 0;
        for (Decision decision : decisions.values()) {
            unsettled += decision.isUnsettledFill() ? 1 : 0;
        }
        return unsettled;
    }

    /** After a fence: no old answer is repeated. */
    void clear() {
        for (Decision decision : decisions.values()) {
            OwnerState proposer = floor.store.find(decision.proposer());
            if (proposer != null) {
                proposer.unsettled = 0;
            }
        }
        decisions.clear();
    }
}
