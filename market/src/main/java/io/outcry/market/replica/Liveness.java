package io.outcry.market.replica;

import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.SignedItem;
import java.util.Arrays;

/**
 * Who is there. The orders of an owner not heard for the lease are hidden from matching and come back with it; and a
 * clock far off everybody else's is noticed.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 6.
 */
final class Liveness {

    /** Owners a median is taken over; more would not change it much. */
    private static final int OFFSETS_MAX = 64;

    private final Floor floor;
    private final Matcher matcher;
    private boolean skewed;

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
            owner.live = true;
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
                owner.live = false;
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

    /** The largest offset of the last while is the true one: networks, and those who replay, only make it smaller. */
    void onEnvelope(OwnerState owner, long hlc) {
        long offsetMs = Hlc.ms(hlc) - floor.clock.epochMs();
        if (offsetMs >= owner.offsetMs || owner.offsetAtNs < forgottenNs()) {
            owner.offsetMs = offsetMs;
            owner.offsetAtNs = floor.clock.nowNs();
        }
    }

    private long forgottenNs() {
        return floor.clock.nowNs() - ReplicaLimits.LEASE_MS * ReplicaLimits.NS_PER_MS;
    }

    /** Whether the median offset to the owners heard lately is too large to make orders with. */
    boolean isSkewed() {
        long sinceNs = forgottenNs();
        long[] offsets = new long[OFFSETS_MAX];
        int heard = 0;
        for (OwnerState owner : floor.store.owners()) {
            if (owner.offsetAtNs >= sinceNs && !floor.isMine(owner.id) && heard < offsets.length) {
                offsets[heard++] = owner.offsetMs;
            }
        }
        if (heard == 0) {
            return skewed;
        }
        Arrays.sort(offsets, 0, heard);
        // Of two in the middle the smaller counts: one peer that is off must not put off another.
        long medianMs = Math.min(Math.abs(offsets[heard / 2]), Math.abs(offsets[(heard - 1) / 2]));
        boolean now = medianMs > ReplicaLimits.SKEW_MS_MAX;
        if (now != skewed) {
            skewed = now;
            floor.sink.notice(now ? Notice.CLOCK_SKEW : Notice.CLOCK_FINE, null);
        }
        return now;
    }
}
