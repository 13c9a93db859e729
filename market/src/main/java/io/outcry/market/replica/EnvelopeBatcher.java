package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Envelopes;
import io.outcry.market.Evidence;
import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.MarketLimits;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers durable own items, signs them together, and lets them go: to counterparties at once, to the topic at once if it
 * has been quiet, else one envelope each 50 ms.
 *
 * <pre>
 *   durable item ─► topic queue ──► every 50 ms at most ─► seal ─► direct to whom it concerns, then publish
 *              └──► direct queue ─► end of this input ───► seal ─► direct
 * </pre>
 *
 * <p>A step that says nothing to a counterparty (RELEASE, CUT, EXPIRE, FORCE) is left out when a newer step of its order
 * is queued behind it; the parts of a trade all go.
 */
final class EnvelopeBatcher {

    /** While the disk is what we wait for, time alone changes nothing. */
    private static final long WAKE_MS_MIN = 5;

    /** Room kept for a heartbeat. */
    private static final int HEARTBEAT_BYTES_MAX = 160;

    /** Each proposal may bring its order along: two items at a time. */
    private static final int DIRECT_ITEMS_MAX = MarketLimits.ENVELOPE_ITEMS_MAX - 2;

    private static final class Outgoing {
        final SignedItem item;
        boolean superseded;

        Outgoing(SignedItem item) {
            this.item = item;
        }
    }

    private record Direct(SignedItem item, PeerId to) {}

    private final Floor floor;
    private final ArrayDeque<Outgoing> topic = new ArrayDeque<>();
    private final Map<OrderId, Outgoing> supersedable = new HashMap<>();
    private final Set<Direct> direct = new LinkedHashSet<>();
    private final TokenBucket evidence = new TokenBucket(ReplicaLimits.EVIDENCE_PER_S, ReplicaLimits.EVIDENCE_BURST);
    private long nextTopicNs = Long.MIN_VALUE;
    private boolean heartbeatDue;
    /** When this is next woken for its own sake. */
    private long wakeAtNs = Long.MAX_VALUE;

    private @Nullable SignedItem lastHeartbeat;

    EnvelopeBatcher(Floor floor) {
        this.floor = floor;
    }

    /** To the topic, and first to a counterparty if one is named. */
    void publish(SignedItem item, @Nullable PeerId counterparty) {
        Outgoing outgoing = new Outgoing(item);
        if (item.item() instanceof Step step) {
            Outgoing older = supersedable.remove(step.id());
            if (older != null && older.item.step().v() < step.v()) {
                older.superseded = true;
            }
            if (isSupersedable(step.cause())) {
                supersedable.put(step.id(), outgoing);
            }
        }
        topic.add(outgoing);
        if (counterparty != null) {
            send(item, counterparty);
        }
    }

    /** To the topic: two steps that contradict each other. At a bounded rate; what is left out, comparisons bring. */
    void publishEvidence(SignedItem first, SignedItem second) {
        if (first.proof() != null
                && second.proof() != null
                && !isCrowded()
                && evidence.take(1, floor.clock.steadyMs())) {
            publish(
                    SignedItem.unsigned(floor.market, new Evidence(floor.self, floor.clock.next(), first, second)),
                    null);
        }
    }

    /** Whether so much waits that what strangers give cause for must not be added. */
    boolean isCrowded() {
        return backlog() > ReplicaLimits.OUTBOX_MAX / 2;
    }

    /** To one counterparty alone; what already waits for it is not added again. */
    void send(SignedItem item, PeerId counterparty) {
        direct.add(new Direct(item, counterparty));
    }

    /** How much waits. */
    int backlog() {
        return topic.size() + direct.size();
    }

    /** Forgets what waits: after a fence no old step is signed. */
    void clear() {
        topic.clear();
        direct.clear();
        supersedable.clear();
    }

    private static boolean isSupersedable(Cause cause) {
        return cause instanceof Cause.Release
                || cause instanceof Cause.Cut
                || cause instanceof Cause.Expire
                || cause instanceof Cause.Force;
    }

    // ---- heartbeats --------------------------------------------------------------------------------------------

    /** A heartbeat goes with the next envelope. */
    void heartbeat() {
        heartbeatDue = true;
    }

    /** The hash of the last heartbeat, which new orders name. */
    ItemHash anchor() {
        SignedItem last = lastHeartbeat;
        if (last == null) {
            // The first one is made when first needed, and goes out before the order that names it.
            last = makeHeartbeat();
            topic.addFirst(new Outgoing(last));
        }
        return last.hash();
    }

    private SignedItem makeHeartbeat() {
        long hlc = floor.clock.next();
        SignedItem heartbeat = SignedItem.unsigned(
                floor.market,
                new Heartbeat(
                        floor.self,
                        hlc,
                        floor.own.nextSeq(),
                        Digests.of(floor.me(), Hlc.ms(hlc)).sum()));
        lastHeartbeat = heartbeat;
        return heartbeat;
    }

    // ---- letting go --------------------------------------------------------------------------------------------

    /** At the end of every input. */
    void flush() {
        if (topic.isEmpty() && direct.isEmpty() && !heartbeatDue) {
            return;
        }
        if (!floor.clock.maySend()) {
            wakeAt(floor.clock.maySendAtNs());
            return;
        }
        if (!topic.isEmpty() || heartbeatDue) {
            if (floor.clock.nowNs() >= nextTopicNs) {
                sealTopic();
            } else {
                wakeAt(nextTopicNs);
            }
        }
        while (!direct.isEmpty()) {
            sealDirect();
        }
    }

    private void wakeAt(long atNs) {
        long dueNs = Math.max(atNs, floor.clock.nsAfter(WAKE_MS_MIN));
        // A clock that is set may bring forward what seemed hours away.
        if (dueNs < wakeAtNs) {
            wakeAtNs = dueNs;
            floor.timers.at(dueNs, () -> wakeAtNs = wakeAtNs == dueNs ? Long.MAX_VALUE : wakeAtNs);
        }
    }

    private void sealTopic() {
        List<SignedItem> items = new ArrayList<>();
        int room = Envelopes.roomBytes();
        while (!topic.isEmpty() && items.size() < MarketLimits.ENVELOPE_ITEMS_MAX - 1) {
            Outgoing next = topic.peek();
            if (next.superseded) {
                topic.poll();
                continue;
            }
            int size = Envelopes.sizeOf(next.item);
            if (size > room - HEARTBEAT_BYTES_MAX && !items.isEmpty()) {
                break;
            }
            topic.poll();
            forget(next);
            room -= size;
            items.add(next.item);
        }
        if (heartbeatDue) {
            heartbeatDue = false;
            items.add(makeHeartbeat());
        }
        nextTopicNs = floor.clock.nsAfter(ReplicaLimits.TOPIC_SPACING_MS);
        if (!topic.isEmpty()) {
            wakeAt(nextTopicNs);
        }
        if (items.isEmpty()) {
            return;
        }
        Set<PeerId> counterparties = takeCounterparties(items);
        byte[] bytes = Envelopes.seal(floor.market, floor.signer, floor.clock.next(), items)
                .bytes();
        for (PeerId counterparty : counterparties) {
            floor.sink.sendTrade(counterparty, bytes.clone());
        }
        floor.counters.envelopesMade++;
        floor.sink.publish(bytes);
    }

    private void forget(Outgoing outgoing) {
        if (outgoing.item.item() instanceof Step step) {
            supersedable.remove(step.id(), outgoing);
        }
    }

    /** Whom the items of an envelope concern; they need no envelope of their own. */
    private Set<PeerId> takeCounterparties(List<SignedItem> items) {
        Set<SignedItem> included = new HashSet<>(items);
        Set<PeerId> counterparties = new LinkedHashSet<>();
        direct.removeIf(waiting -> {
            // A proposal goes with its order, which the maker's owner may not have heard of yet.
            OwnOrder taker = takerOf(waiting.item);
            boolean complete = included.contains(waiting.item) && (taker == null || included.contains(taker.first));
            if (complete) {
                counterparties.add(waiting.to);
            }
            return complete;
        });
        return counterparties;
    }

    private void sealDirect() {
        List<SignedItem> items = new ArrayList<>();
        Set<PeerId> counterparties = new LinkedHashSet<>();
        int room = Envelopes.roomBytes();
        int taken = 0;
        for (Direct waiting : direct) {
            OwnOrder taker = takerOf(waiting.item);
            boolean needsOrder = taker != null && !items.contains(taker.first);
            boolean needsItem = !items.contains(waiting.item);
            int size = (needsItem ? Envelopes.sizeOf(waiting.item) : 0)
                    + (needsOrder && taker != null ? Envelopes.sizeOf(taker.first) : 0);
            if (taken > 0 && (size > room || items.size() > DIRECT_ITEMS_MAX)) {
                break;
            }
            room -= size;
            if (needsOrder && taker != null) {
                items.add(taker.first);
            }
            if (needsItem) {
                items.add(waiting.item);
            }
            counterparties.add(waiting.to);
            taken++;
        }
        Iterator<Direct> sent = direct.iterator();
        for (int i = 0; i < taken; i++) {
            sent.next();
            sent.remove();
        }
        byte[] bytes = Envelopes.seal(floor.market, floor.signer, floor.clock.next(), items)
                .bytes();
        floor.counters.envelopesSealedDirect++;
        for (PeerId counterparty : counterparties) {
            floor.sink.sendTrade(counterparty, bytes.clone());
        }
    }

    private @Nullable OwnOrder takerOf(SignedItem item) {
        return item.item() instanceof Step step && step.cause() instanceof Cause.Hold
                ? floor.own.find(step.id())
                : null;
    }

    /** Gives an own durable item its proof, for a page; false if nothing may be signed now. */
    boolean prove(SignedItem item) {
        if (item.proof() == null) {
            if (!floor.clock.maySend()) {
                return false;
            }
            Envelopes.seal(floor.market, floor.signer, floor.clock.next(), List.of(item));
        }
        return true;
    }
}
