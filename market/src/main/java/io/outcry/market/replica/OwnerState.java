package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Census;
import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.ItemHash;
import io.outcry.market.SignedItem;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What this replica knows of one owner: its orders, its census, when it was heard, and what it may still send. */
final class OwnerState {

    private record Anchor(ItemHash hash, long hlc) {}

    final PeerId id;
    final TreeMap<Long, OrderState> orders = new TreeMap<>();

    // Quotas (docs/market-protocol.md section 9). The envelope quotas run on the owner's own clock, so that a network
    // that holds envelopes back
    // and lets them go together does not make an honest owner look like a flood.
    final TokenBucket envelopes = new TokenBucket(
            ReplicaLimits.ENVELOPES_PER_S, (long) ReplicaLimits.BURST_FACTOR * ReplicaLimits.ENVELOPES_PER_S);
    final TokenBucket envelopeBytes = new TokenBucket(
            ReplicaLimits.ENVELOPE_BYTES_PER_S, (long) ReplicaLimits.BURST_FACTOR * ReplicaLimits.ENVELOPE_BYTES_PER_S);
    /** Envelopes by a counterparty's stream: their number is bounded by proposals, their bytes by this. */
    final TokenBucket directBytes = new TokenBucket(
            ReplicaLimits.ENVELOPE_BYTES_PER_S, (long) ReplicaLimits.BURST_FACTOR * ReplicaLimits.ENVELOPE_BYTES_PER_S);

    /** A census makes us look at all its orders. */
    final TokenBucket censuses = new TokenBucket(1, ReplicaLimits.CENSUS_BURST);

    final TokenBucket newOrders = new TokenBucket(ReplicaLimits.NEW_PER_S, ReplicaLimits.NEW_BURST);
    final TokenBucket proposals = new TokenBucket(
            ReplicaLimits.PROPOSALS_PER_S, (long) ReplicaLimits.BURST_FACTOR * ReplicaLimits.PROPOSALS_PER_S);

    /** Orders neither closed nor equivocated, among {@link #orders}. */
    int openOrders;

    /** Equivocated ones among them. */
    int equivocated;

    /** Those of which steps are known, and not the terms. */
    int orphans;

    /** Of {@link #orders}; null when it must be computed. */
    Digests.@Nullable Cached sum;

    /** Its place among the heaviest owners is by this many orders; {@link Store} keeps it. */
    int weight;

    /** Items of it that wait for their time. */
    int waiting;

    private final ArrayDeque<Anchor> anchors = new ArrayDeque<>();
    private @Nullable SignedItem census;
    private long newestHeartbeatHlc = -1;
    private long leaseUntilNs = Long.MIN_VALUE;
    private long heardSinceNs = Long.MIN_VALUE;
    private int mismatches;
    boolean live;
    /** Wall clock of the owner less this replica's, when last heard. */
    long offsetMs;

    long offsetAtNs = Long.MIN_VALUE;

    /** Own proposals to this owner that are past their deadline by {@link ReplicaLimits#SILENT_MS}. */
    int unanswered;

    /** Own proposals to this owner without an answer, and how many may be: one after a LIMIT, slowly more with its FILLs. */
    int asked;

    int askedMax = ReplicaLimits.HOLDS_MAX;

    /** FILLs since {@link #askedMax} last changed. */
    int fillsInARow;

    /** After a LIMIT, or many refusals in a row, no proposals to this owner before. */
    long proposeAfterNs = Long.MIN_VALUE;

    /** LIMITs since its last FILL, those to proposals made together counted once. */
    int limitRefusals;

    /** Refusals since its last FILL. */
    int refusals;
    /** An own proposal to one of its late orders is without an answer. */
    int lateHolds;

    /** Comparisons that found it different since it last changed. */
    int doubts;

    /** Comparisons since one last brought something of this owner. */
    int fruitless;

    /** A digest that differs gives no cause for one more comparison before. */
    long compareAfterNs = Long.MIN_VALUE;

    /** Own FILLs to this owner without their SETTLE. */
    int unsettled;

    OwnerState(PeerId id) {
        this.id = id;
    }

    // ---- heartbeats --------------------------------------------------------------------------------------------

    /** A heartbeat heard on the topic; returns whether it is the newest. */
    boolean heard(SignedItem item, ReplicaClock clock) {
        Heartbeat heartbeat = (Heartbeat) item.item();
        if (heartbeat.hlc() <= newestHeartbeatHlc) {
            return false;
        }
        newestHeartbeatHlc = heartbeat.hlc();
        if (clock.nowNs() > leaseUntilNs) {
            heardSinceNs = clock.nowNs();
        }
        leaseUntilNs = clock.nsAfter(ReplicaLimits.LEASE_MS);
        if (anchors.size() == ReplicaLimits.ANCHORS_MAX) {
            anchors.poll();
        }
        anchors.add(new Anchor(item.hash(), heartbeat.hlc()));
        return true;
    }

    /** Until when its orders are shown; in the past if it is silent. */
    long leaseUntilNs() {
        return leaseUntilNs;
    }

    /** For how long it has been heard without a gap. */
    long heardMs(long nowNs) {
        return heardSinceNs == Long.MIN_VALUE ? 0 : (nowNs - heardSinceNs) / ReplicaLimits.NS_PER_MS;
    }

    /** Whether an order made at {@code hlc} may name this heartbeat, and the heartbeat was heard. */
    boolean isAnchored(ItemHash anchor, long hlc) {
        for (Anchor heard : anchors) {
            if (heard.hash.equals(anchor)) {
                long afterMs = Hlc.ms(hlc) - Hlc.ms(heard.hlc);
                return hlc >= heard.hlc && afterMs <= ReplicaLimits.ANCHOR_MS_MAX;
            }
        }
        return false;
    }

    /** Notes whether the owner's digest was the one computed here; returns whether it was not, twice running. */
    boolean differsAgain(boolean same) {
        mismatches = same ? 0 : mismatches + 1;
        fruitless = same ? 0 : fruitless;
        return mismatches >= 2;
    }

    /** Whether its last heartbeat had another digest than was computed here. */
    boolean differed() {
        return mismatches > 0;
    }

    // ---- census ------------------------------------------------------------------------------------------------

    @Nullable
    SignedItem census() {
        return census;
    }

    /**
     * Takes a census if it is newer, by HLC and then by hash; returns whether it was. A join of its own: an honest owner's
     * live set below nextSeq only shrinks, so the newest says all; of a liar's, every replica ends with the same one.
     */
    boolean take(SignedItem newer) {
        if (census != null) {
            int byTime = Long.compare(newer.item().hlc(), census.item().hlc());
            if (byTime < 0 || (byTime == 0 && newer.hash().compareTo(census.hash()) <= 0)) {
                return false;
            }
        }
        census = newer;
        return true;
    }

    /** Whether the order is closed for good by the owner's own word. */
    boolean isRetired(long seq) {
        return census != null && ((Census) census.item()).retires(seq);
    }
}
