package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Census;
import io.outcry.market.Contradiction;
import io.outcry.market.Envelope;
import io.outcry.market.Evidence;
import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.Item;
import io.outcry.market.ItemHash;
import io.outcry.market.MarketLimits;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.Refuse;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Where everything heard comes in: to the pending trades first, then to the store.
 *
 * <pre>
 *   envelope ─► window, quotas ─┬─► addressed to an own order? ─► Decisions, Proposals   (whatever the window says)
 *                               └─► its time come? ── no ─► waits, relayed at once
 *                                        └ yes ─► retired? quota? ─► Store.merge ─► BookView, Tape, Matcher
 *   snapshot, anti-entropy ─────────────────────► the same, without window and rates
 * </pre>
 *
 * <p><b>Spec</b>: docs/market-protocol.md sections 4, 6 and 9.
 */
final class Intake {

    /** How an item came. */
    enum Via {
        /** The topic, or a counterparty's stream: live. */
        GOSSIP,
        /** A snapshot or anti-entropy: not live, and not held against the owner's rates. */
        SYNC
    }

    /** Told of owners whose signed digest is not ours. */
    interface Differences {
        /** The owner's digest differed for the second time running. */
        void onDifference(OwnerState owner);
    }

    private record Waiting(OwnerState owner, SignedItem item, Via via, long arrival) {}

    private final Floor floor;
    private final Decisions decisions;
    private final Proposals proposals;
    private final Matcher matcher;
    private final Liveness liveness;
    private final EnvelopeBatcher batcher;
    private final Tape tape;
    private final Fence fence;
    private final Differences differences;
    private final RecentSet<ItemHash> seen = new RecentSet<>(ReplicaLimits.SEEN_MAX);
    private final PriorityQueue<Waiting> future = new PriorityQueue<>(
            Comparator.<Waiting>comparingLong(waiting -> waiting.item().item().hlc())
                    .thenComparingLong(Waiting::arrival));

    /** What is in {@link #future}, so that a repeat takes no second place. */
    private final Set<ItemHash> waiting = new HashSet<>();

    private long arrivals;
    private long agedMs;

    Intake(
            Floor floor,
            Decisions decisions,
            Proposals proposals,
            Matcher matcher,
            Liveness liveness,
            EnvelopeBatcher batcher,
            Tape tape,
            Fence fence,
            Differences differences) {
        this.floor = floor;
        this.decisions = decisions;
        this.proposals = proposals;
        this.matcher = matcher;
        this.liveness = liveness;
        this.batcher = batcher;
        this.tape = tape;
        this.fence = fence;
        this.differences = differences;
    }

    // ---- envelopes ---------------------------------------------------------------------------------------------

    /** An envelope from the topic, or from a counterparty's stream. */
    Verdict onEnvelope(Envelope envelope, boolean direct, long arrivedMs) {
        floor.counters.envelopes++;
        floor.counters.items += envelope.items().size();
        if (floor.isMine(envelope.owner())) {
            envelope.items().forEach(fence::onOwnItem);
            return Verdict.IGNORE;
        }
        boolean fresh = isFresh(envelope.hlc(), arrivedMs);
        // Old envelopes, which anybody can play again, make no owner known.
        OwnerState owner = fresh ? floor.ownerHeard(envelope.owner()) : floor.store.find(envelope.owner());
        if (owner != null) {
            liveness.onEnvelope(owner, envelope.hlc(), arrivedMs);
        }
        boolean withinQuota = !fresh || (owner != null && isWithinQuota(owner, envelope, direct));
        floor.counters.itemsOverQuota += withinQuota ? 0 : 1;
        boolean news = false;
        for (SignedItem item : envelope.items()) {
            if (fresh && withinQuota && owner != null) {
                // What came by a stream is still news to the topic.
                news |= !direct && isNewsOfTrade(item);
                news |= take(owner, item, Via.GOSSIP);
            }
            answer(item, fresh);
        }
        return news ? Verdict.ACCEPT : Verdict.IGNORE;
    }

    private boolean isWithinQuota(OwnerState owner, Envelope envelope, boolean direct) {
        if (direct) {
            return owner.directBytes.take(envelope.sizeBytes(), floor.clock.steadyMs());
        }
        return owner.envelopes.take(1, Hlc.ms(envelope.hlc()))
                && owner.envelopeBytes.take(envelope.sizeBytes(), Hlc.ms(envelope.hlc()));
    }

    private static boolean isFresh(long hlc, long arrivedMs) {
        long aheadMs = Hlc.ms(hlc) - arrivedMs;
        return aheadMs >= -MarketLimits.WINDOW_BACK_MS && aheadMs <= MarketLimits.WINDOW_AHEAD_MS;
    }

    /** A part of a trade that was not heard before is news even if its order has moved on. */
    private boolean isNewsOfTrade(SignedItem item) {
        boolean isPart = item.item() instanceof Refuse
                || (item.item() instanceof Step step
                        && (step.cause() instanceof Cause.Hold
                                || step.cause() instanceof Cause.Fill
                                || step.cause() instanceof Cause.Settle));
        return isPart && seen.add(item.hash());
    }

    /** What concerns an own order reaches it, however old, early, stale or retired. */
    private void answer(SignedItem item, boolean fresh) {
        if (item.item() instanceof Refuse refuse) {
            if (floor.isMine(refuse.trade().taker().owner())) {
                proposals.onRefuse(item);
            }
        } else if (item.item() instanceof Step step) {
            if (step.cause() instanceof Cause.Hold hold
                    && floor.isMine(hold.maker().owner())) {
                decisions.onProposal(item, fresh);
            } else if (step.cause() instanceof Cause.Fill fill
                    && floor.isMine(fill.trade().taker().owner())) {
                proposals.onFill(item);
            } else if (step.cause() instanceof Cause.Settle) {
                decisions.onSettle(item);
            }
        }
    }

    /** The items of one answer to a snapshot or sync request; returns those that were news. */
    List<SignedItem> onSynced(List<SignedItem> items) {
        List<SignedItem> news = new ArrayList<>();
        SignedItem previous = null;
        for (SignedItem item : items) {
            boolean isNews = onSynced(item);
            // The proof against an equivocated order comes as a pair, side by side.
            if (previous != null
                    && previous.item() instanceof Step
                    && item.item() instanceof Step step
                    && !floor.isMine(step.id().owner())
                    && Contradiction.between(previous, item)) {
                OwnerState owner = floor.store.owner(step.id().owner());
                isNews |= owner != null && condemn(owner, previous, item);
            }
            if (isNews) {
                news.add(item);
            }
            previous = item;
        }
        return news;
    }

    private boolean onSynced(SignedItem item) {
        if (floor.isMine(item.item().owner())) {
            fence.onOwnItem(item);
            return false;
        }
        OwnerState owner = floor.store.owner(item.item().owner());
        boolean news = owner != null && take(owner, item, Via.SYNC);
        if (!(item.item() instanceof Step step) || !(step.cause() instanceof Cause.Hold)) {
            // A proposal is not answered by way of a copy: it may be long dead, and will be sent again if it is not.
            answer(item, true);
        }
        return news;
    }

    // ---- taking in ---------------------------------------------------------------------------------------------

    private boolean take(OwnerState owner, SignedItem item, Via via) {
        long aheadMs = Hlc.ms(item.item().hlc()) - floor.clock.epochMs();
        if (aheadMs > ReplicaLimits.APPLY_EARLY_MS) {
            return postpone(owner, item, via, aheadMs);
        }
        return apply(owner, item, via);
    }

    /** Not its time yet: relayed at once, applied then. */
    private boolean postpone(OwnerState owner, SignedItem item, Via via, long aheadMs) {
        boolean isNew = item.item() instanceof Step step && step.cause() instanceof Cause.New;
        long mostMs = isNew ? MarketLimits.WINDOW_AHEAD_MS : ReplicaLimits.FUTURE_MS_MAX;
        if (aheadMs > mostMs
                || future.size() >= ReplicaLimits.FUTURE_ITEMS_MAX
                || owner.waiting >= ReplicaLimits.FUTURE_OF_OWNER_MAX
                || !waiting.add(item.hash())) {
            return false;
        }
        floor.counters.itemsFromTheFuture++;
        owner.waiting++;
        future.add(new Waiting(owner, item, via, arrivals++));
        long atMs = Hlc.ms(item.item().hlc()) - ReplicaLimits.APPLY_EARLY_MS;
        floor.timers.at(floor.clock.nsAt(atMs), this::applyDue);
        // Before its time, a repeat cannot be told from the first copy by what the store has.
        return via == Via.GOSSIP && seen.add(item.hash());
    }

    private void applyDue() {
        for (Waiting next = future.peek(); next != null; next = future.peek()) {
            SignedItem item = next.item;
            long aheadMs = Hlc.ms(item.item().hlc()) - floor.clock.epochMs();
            if (aheadMs > ReplicaLimits.APPLY_EARLY_MS) {
                // The wall clock was put back meanwhile.
                floor.after(aheadMs - ReplicaLimits.APPLY_EARLY_MS, this::applyDue);
                return;
            }
            future.poll();
            waiting.remove(item.hash());
            next.owner.waiting--;
            // Who was forgotten meanwhile comes back with what it says next.
            if (floor.store.find(next.owner.id) == next.owner) {
                apply(next.owner, item, next.via);
            }
        }
    }

    private boolean apply(OwnerState owner, SignedItem item, Via via) {
        Item said = item.item();
        boolean news;
        if (said instanceof Step step) {
            news = applyStep(owner, item, step, via);
        } else if (said instanceof Heartbeat heartbeat) {
            news = via == Via.GOSSIP && liveness.onHeartbeat(owner, item);
            if (news && liveness.differsAgain(owner, heartbeat)) {
                differences.onDifference(owner);
            }
        } else if (said instanceof Census) {
            news = (via == Via.SYNC || owner.censuses.take(1, Hlc.ms(said.hlc()))) && applyCensus(owner, item);
        } else if (said instanceof Evidence evidence) {
            news = applyEvidence(evidence);
        } else {
            news = false;
        }
        if (news) {
            floor.clock.observe(said.hlc());
        }
        return news;
    }

    private boolean applyStep(OwnerState owner, SignedItem item, Step step, Via via) {
        if (via == Via.GOSSIP || step.cause() instanceof Cause.Settle) {
            tape.onHeard(item);
        }
        if (owner.isRetired(step.id().seq())) {
            return false;
        }
        OrderState known = owner.orders.get(step.id().seq());
        if ((known == null || known.first == null) && !mayEnter(owner, step, via, known != null)) {
            return false;
        }
        long leavesBefore = known == null ? 0 : known.leaves();
        Store.Merged merged = floor.store.merge(owner, item);
        if (merged == Store.Merged.STALE) {
            return false;
        }
        floor.counters.stepsMerged++;
        OrderState state = floor.store.find(step.id());
        if (state == null) {
            throw new IllegalStateException("merged, and not there: " + step.id());
        }
        if (step.cause() instanceof Cause.New && merged == Store.Merged.NEWS) {
            state.late = via == Via.SYNC
                    || !owner.isAnchored(((Cause.New) step.cause()).order().anchor(), step.hlc());
            floor.counters.lateOrders += state.late ? 1 : 0;
        }
        if (merged == Store.Merged.EQUIVOCATED) {
            report(state);
            // Who found it out says so; who was told passes that on, and need not say it again.
            SignedItem first = state.latest;
            if (first != null) {
                batcher.publishEvidence(first, item);
            }
        }
        floor.refresh(state);
        if (state.leaves() > leavesBefore || state.v() > 1) {
            matcher.wakeTakersOf(state);
        }
        return true;
    }

    /** Quotas and dates: whether one more order of this owner may enter, or one more step of an order not known yet. */
    private boolean mayEnter(OwnerState owner, Step step, Via via, boolean known) {
        boolean room;
        if (step.cause() instanceof Cause.New made) {
            Order order = made.order();
            long nowMs = floor.clock.steadyMs();
            if (order.expiryMs() + ReplicaLimits.TOMBSTONE_LIFE_MS < nowMs
                    || order.expiryMs() - Hlc.ms(order.hlc())
                            > floor.options.spec().maxLifeMs()
                    || order.quantity() < floor.options.spec().minQty()) {
                return false;
            }
            room = hasRoomForOpen(owner)
                    && (via == Via.SYNC || owner.newOrders.take(1, Hlc.ms(order.hlc())))
                    && (known || hasRoom(owner));
        } else {
            room = known || (owner.orphans < ReplicaLimits.ORPHANS_MAX && hasRoomForOpen(owner) && hasRoom(owner));
        }
        floor.counters.itemsOverQuota += room ? 0 : 1;
        return room;
    }

    private boolean hasRoom(OwnerState owner) {
        return owner.orders.size() < ReplicaLimits.OPEN_ORDERS_MAX + ReplicaLimits.TOMBSTONES_MAX
                && floor.makeRoomFor(owner);
    }

    /** An equivocated order keeps its place among the open ones: contradictions make no room for more. */
    private static boolean hasRoomForOpen(OwnerState owner) {
        return owner.openOrders + owner.equivocated < ReplicaLimits.OPEN_ORDERS_MAX;
    }

    private void report(OrderState state) {
        floor.counters.equivocations++;
        floor.contradicted(Notice.EQUIVOCATION, state.id);
    }

    private boolean applyCensus(OwnerState owner, SignedItem item) {
        if (!owner.take(item)) {
            return false;
        }
        for (OrderState retired : floor.store.retired(owner)) {
            floor.drop(retired);
        }
        return true;
    }

    private boolean applyEvidence(Evidence evidence) {
        PeerId accused = evidence.first().item().owner();
        if (floor.isMine(accused)) {
            fence.onOwnItem(evidence.first());
            fence.onOwnItem(evidence.second());
            fence.onOwnContradiction(evidence.first().step().id());
            return false;
        }
        OwnerState owner = floor.store.owner(accused);
        if (owner == null) {
            return false;
        }
        return condemn(owner, evidence.first(), evidence.second());
    }

    /** Two signed steps that contradict each other are a proof whatever else is known of their order. */
    private boolean condemn(OwnerState owner, SignedItem first, SignedItem second) {
        OrderId id = first.step().id();
        if (owner.isRetired(id.seq())
                || (!owner.orders.containsKey(id.seq()) && !(hasRoomForOpen(owner) && hasRoom(owner)))
                || !floor.store.condemn(owner, first, second)) {
            return false;
        }
        OrderState state = floor.store.find(id);
        if (state != null) {
            report(state);
            floor.refresh(state);
        }
        return true;
    }

    // ---- the passing of time -----------------------------------------------------------------------------------

    /** Hides what expired, forgets what expired long ago. */
    void purge() {
        long nowMs = floor.clock.steadyMs();
        if (nowMs - agedMs >= ReplicaLimits.SEEN_MS) {
            agedMs = nowMs;
            seen.age();
        }
        floor.store.takeEnded(nowMs).forEach(floor::refresh);
        floor.store.outlived(nowMs).forEach(floor::drop);
    }
}
