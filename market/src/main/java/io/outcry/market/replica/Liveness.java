package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.SignedItem;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is there. The orders of an owner not heard for the lease are hidden from matching and come back with it; and a
 * clock far off everybody else's is noticed.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 6.
 */
final class Liveness {

    /** Peers a median is taken over; more would not change it much. */
    private static final int OFFSETS_MAX = 64;

    private final Floor floor;
    private final Matcher matcher;
    private final Set<PeerId> peers = new LinkedHashSet<>();
    private Notice clock = Notice.CLOCK_FINE;

    Liveness(Floor floor, Matcher matcher) {
        this.floor = floor;
        this.matcher = matcher;
    }

    /** A heartbeat from the topic; returns whether it is news. */
    boolean onHeartbeat(OwnerState owner, SignedItem item) {
        if (!owner.heard(item, floor.clock)) {
            return false;
        }
        if (!owner.live) {
            floor.store.setLive(owner, true);
            refresh(owner);
            matcher.wakeAll();
            awaitSilence(owner);
        }
        return true;
    }

    private void awaitSilence(OwnerState owner) {
        floor.timers.at(owner.leaseUntilNs(), () -> {
            if (floor.clock.nowNs() < owner.leaseUntilNs()) {
                awaitSilence(owner);
            } else {
                floor.store.setLive(owner, false);
                refresh(owner);
            }
        });
    }

    private void refresh(OwnerState owner) {
        for (OrderState state : owner.orders.values()) {
            floor.refresh(state);
        }
    }

    /** Whether the digest in a heartbeat is not the one computed here, for the second time running. */
    boolean differsAgain(OwnerState owner, Heartbeat heartbeat) {
        Digests.Sum here = Digests.of(owner, Hlc.ms(heartbeat.hlc()));
        return owner.differsAgain(here.sum().equals(heartbeat.openDigest()));
    }

    // ---- the own clock against the others' ---------------------------------------------------------------------

    /** The peers in reach: a clock is compared with theirs, since they are dearer to come by than keys. */
    void onPeers(List<PeerId> now) {
        peers.clear();
        peers.addAll(now);
    }

    /** The largest offset of the last while is the true one: networks, and those who replay, only make it smaller. */
    void onEnvelope(OwnerState owner, long hlc, long arrivedMs) {
        long offsetMs = Hlc.ms(hlc) - arrivedMs;
        if (offsetMs >= owner.offsetMs || owner.offsetAtNs < forgottenNs()) {
            owner.offsetMs = offsetMs;
            owner.offsetAtNs = floor.clock.nowNs();
        }
    }

    private long forgottenNs() {
        return floor.clock.nowNs() - ReplicaLimits.LEASE_MS * ReplicaLimits.NS_PER_MS;
    }

    /** What is wrong with this clock, so that no orders can be made; null if nothing is. The operator is told of a change. */
    @Nullable
    String wrongClock() {
        long aheadMs = floor.clock.farAheadMs();
        long skewMs = skewMs();
        Notice now = aheadMs > 0
                ? Notice.CLOCK_BEHIND_JOURNAL
                : Math.abs(skewMs) > ReplicaLimits.SKEW_MS_MAX ? Notice.CLOCK_SKEW : Notice.CLOCK_FINE;
        if (now != clock) {
            clock = now;
            floor.sink.notice(now, null);
        }
        return switch (now) {
            case CLOCK_BEHIND_JOURNAL ->
                "the journal has used times up to "
                        + Instant.ofEpochMilli(floor.clock.epochMs() + aheadMs) + ", " + aheadMs / 1_000
                        + " s ahead of this clock, and nothing can be sent before: " + now.advice();
            case CLOCK_SKEW ->
                "this clock is " + Math.abs(skewMs) + " ms " + (skewMs > 0 ? "behind" : "ahead of")
                        + " its peers', more than " + ReplicaLimits.SKEW_MS_MAX + ": " + now.advice();
            default -> null;
        };
    }

    /** By how much the others' clocks are ahead of this one, in the median. */
    private long skewMs() {
        long[] offsets = new long[OFFSETS_MAX];
        int heard = 0;
        for (PeerId peer : peers) {
            OwnerState owner = heard < offsets.length ? floor.store.find(peer) : null;
            if (owner != null && owner.offsetAtNs >= forgottenNs() && !floor.isMine(peer)) {
                offsets[heard++] = owner.offsetMs;
            }
        }
        return median(offsets, heard);
    }

    /** Of two in the middle the smaller counts: one peer that is off must not put off another. */
    private static long median(long[] offsets, int count) {
        if (count == 0) {
            return 0;
        }
        Arrays.sort(offsets, 0, count);
        long upper = offsets[count / 2];
        long lower = offsets[(count - 1) / 2];
        return Math.abs(upper) < Math.abs(lower) ? upper : lower;
    }
}
