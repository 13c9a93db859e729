package io.outcry.gossip.router;

import io.outcry.gossip.message.MessageId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ids that were asked for with IWANT and have not come. One id is asked of a few peers at a time; a peer that lets the
 * time pass has broken its promise.
 *
 * <p><b>Spec</b>: gossipsub-v1.1, "Spam Protection Measures".
 */
final class Promises {

    private static final class Promise {
        final MessageId id;
        /** Those asked whose time has not passed; at most {@code peersMax}. */
        final List<PeerState> asked = new ArrayList<>(1);

        boolean kept;

        Promise(MessageId id) {
            this.id = id;
        }
    }

    private record Ask(Promise promise, PeerState peer, long untilNs) {}

    private final int max;
    private final int peersMax;
    private final long followupNs;
    private final Long2ObjectHashMap<Promise> byKey = new Long2ObjectHashMap<>();
    /** In the order of their deadlines, since every ask waits equally long. */
    private final ArrayDeque<Ask> asks = new ArrayDeque<>();

    Promises(int max, int peersMax, long followupNs) {
        this.max = max;
        this.peersMax = peersMax;
        this.followupNs = followupNs;
    }

    /** True if this peer, or enough others, were asked for this id already. */
    boolean isAsked(long low, PeerState peer) {
        Promise promise = byKey.get(low);
        return promise != null && (promise.asked.size() >= peersMax || promise.asked.contains(peer));
    }

    /** Follows an id asked of a peer, if there is room. */
    void onAsked(MessageId id, PeerState peer, long nowNs) {
        if (asks.size() >= max) {
            return;
        }
        Promise promise = byKey.get(id.low());
        if (promise == null) {
            promise = new Promise(id);
            byKey.put(id.low(), promise);
        }
        promise.asked.add(peer);
        asks.add(new Ask(promise, peer, nowNs + followupNs));
    }

    /** The message has come, from whomever; true if it was asked for. */
    boolean onCame(MessageId id) {
        Promise promise = byKey.remove(id.low());
        if (promise == null) {
            return false;
        }
        promise.kept = true;
        return true;
    }

    /** Removes the next ask that is due; null if none is left. A peer that is no longer up broke nothing. */
    @Nullable
    PeerState pollBroken(long nowNs) {
        for (Ask ask = asks.peek(); ask != null && ask.untilNs - nowNs <= 0; ask = asks.peek()) {
            asks.remove();
            Promise promise = ask.promise;
            if (!promise.kept) {
                promise.asked.remove(ask.peer);
                if (promise.asked.isEmpty()) {
                    byKey.remove(promise.id.low());
                }
                if (ask.peer.up) {
                    return ask.peer;
                }
            }
        }
        return null;
    }

    int size() {
        return asks.size();
    }
}
