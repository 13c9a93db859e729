package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Hlc;
import io.outcry.market.MarketLimits;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.SnapshotPage;
import io.outcry.market.SyncCodec;
import io.outcry.market.SyncQuery;
import io.outcry.market.SyncStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gets the book from others: a first copy at the join, the differences ever after.
 *
 * <pre>
 *   JOIN  Z servers of one random permutation ─► pages of one copy, round robin ─► compare with each of the Z ─► ready
 *   LATER every 30 s, at a new peer, at a digest that differs twice ─► compare with one peer
 *   compare: vector of sums ─► lists of the owners that differ ─► the orders that differ ─► merge
 * </pre>
 *
 * <p>Gossip is merged while the copy is being made: the merge is a join, so the order does not matter.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 8.
 */
final class SyncClient {

    /** Comparisons that wait for their turn: one an owner or peer, the rest is found at the next round. */
    private static final int JOBS_MAX = 16;

    /** Orders fetched in one comparison; what is beyond is found at the next one. */
    private static final int FETCH_MAX = 64 * 256;

    /** Pages of a first copy; a hundred thousand orders need a tenth of it. A server that never ends is left. */
    private static final int PAGES_MAX = 2_048;

    /** A comparison: with whom, and of whom (all owners if null). */
    private record Job(PeerId peer, @Nullable PeerId owner) {}

    private enum Phase {
        /** Before the first list of peers. */
        IDLE,
        COPYING,
        COMPARING,
        /** The book is there; one heartbeat, then match. */
        WAITING,
        READY
    }

    private final Floor floor;
    private final Intake intake;
    private final Matcher matcher;

    private Phase phase = Phase.IDLE;
    private final Set<PeerId> peers = new LinkedHashSet<>();

    // The join.
    private final ArrayDeque<PeerId> spare = new ArrayDeque<>();
    private final List<PeerId> servers = new ArrayList<>();
    private int turn;
    private int wanted;
    private int compared;
    private int pages;
    private @Nullable OrderId cursor;

    // The comparison under way.
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private @Nullable Job job;
    private final List<PeerId> differing = new ArrayList<>();
    private final Set<PeerId> theirOwners = new HashSet<>();
    private SyncQuery.Part part = SyncQuery.Part.VECTOR;
    private final ArrayDeque<OrderId> missing = new ArrayDeque<>();
    private long asOfMs;
    private long jobEndsNs;
    /** The comparison under way has found a difference that gossip will not mend. */
    private boolean foundOld;

    /** Comparisons to be made soon, because the last ones found such a difference. */
    private int heat;

    private boolean healing;
    private int busyTimes;
    /** Of {@link #peers}: who did not answer, until when it is left alone. */
    private final Map<PeerId, Long> unanswering = new HashMap<>();
    /** Of {@link #peers}: when we last compared with whom. */
    private final Map<PeerId, Long> comparedNs = new HashMap<>();

    // The one request under way.
    private long lastRequestId;
    private boolean asking;
    private @Nullable PeerId asked;

    SyncClient(Floor floor, Intake intake, Matcher matcher) {
        this.floor = floor;
        this.intake = intake;
        this.matcher = matcher;
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    // ---- peers -------------------------------------------------------------------------------------------------

    /** The peers of this market that can be asked now; the first call begins the join. */
    void onPeers(List<PeerId> now) {
        Set<PeerId> fresh = new LinkedHashSet<>(now);
        fresh.remove(floor.self);
        List<PeerId> arrived = new ArrayList<>(fresh);
        arrived.removeAll(peers);
        peers.clear();
        peers.addAll(fresh);
        unanswering.keySet().retainAll(peers);
        comparedNs.keySet().retainAll(peers);
        if (phase == Phase.IDLE) {
            beginJoin();
        } else if (phase == Phase.READY || phase == Phase.WAITING) {
            arrived.forEach(peer -> enqueue(new Job(peer, null)));
        } else {
            spare.addAll(arrived);
        }
    }

    /** How many of N to ask: a third, two at least. */
    static int servers(int n) {
        return Math.min(n, Math.max(2, (n + 2) / 3));
    }

    private void beginJoin() {
        List<PeerId> permutation = new ArrayList<>(peers);
        shuffle(permutation);
        wanted = servers(permutation.size());
        servers.addAll(permutation.subList(0, wanted));
        spare.addAll(permutation.subList(wanted, permutation.size()));
        phase = Phase.COPYING;
        copyNext();
    }

    private void shuffle(List<PeerId> some) {
        for (int i = some.size() - 1; i > 0; i--) {
            Collections.swap(some, i, floor.random.nextInt(i + 1));
        }
    }

    // ---- the first copy ----------------------------------------------------------------------------------------

    private void copyNext() {
        if (servers.isEmpty()) {
            joined();
            return;
        }
        turn %= servers.size();
        ask(
                servers.get(turn),
                RequestKind.SNAPSHOT,
                SyncCodec.encode(
                        floor.market, new SnapshotPage(cursor, MarketLimits.PAGE_BYTES_MAX, floor.clock.steadyMs())));
    }

    void onSnapshotAnswer(PeerId from, long requestId, SnapshotPage.@Nullable Answer answer) {
        if (!isAwaited(from, requestId)) {
            return;
        }
        asking = false;
        if (answer != null && answer.status() == SyncStatus.BUSY && busyTimes++ < ReplicaLimits.BUSY_TIMES_MAX) {
            spare.add(from);
            replace(from);
            floor.after(ReplicaLimits.BUSY_MS, this::copyNext);
            return;
        }
        if (answer == null || answer.status() != SyncStatus.OK || isStuck(answer)) {
            replace(from);
            copyNext();
            return;
        }
        merge(answer.items());
        cursor = answer.next();
        turn++;
        pages++;
        if (cursor != null && pages < PAGES_MAX) {
            copyNext();
        } else {
            phase = Phase.COMPARING;
            compareNext();
        }
    }

    /** A cursor that does not move on would keep us for ever. */
    private boolean isStuck(SnapshotPage.Answer answer) {
        OrderId next = answer.next();
        OrderId before = cursor;
        return next != null && before != null && next.compareTo(before) <= 0;
    }

    private void replace(PeerId failed) {
        int at = servers.indexOf(failed);
        PeerId next = spare.poll();
        if (at >= 0 && next != null) {
            servers.set(at, next);
        } else if (at >= 0) {
            servers.remove(at);
        }
    }

    /** During the join: each of the Z in turn. */
    private void compareNext() {
        if (compared >= servers.size()) {
            joined();
        } else {
            begin(new Job(servers.get(compared), null));
        }
    }

    private void joined() {
        phase = Phase.WAITING;
        int snapshots = compared;
        Runnable ready = () -> {
            phase = Phase.READY;
            floor.sink.joined(new JoinReport(snapshots, wanted, floor.store.openOrders()));
            matcher.begin();
            scheduleRound();
            nextJob();
        };
        if (wanted == 0) {
            ready.run();
        } else {
            floor.after(ReplicaLimits.HEARTBEAT_MS, ready);
        }
    }

    // ---- comparing ---------------------------------------------------------------------------------------------

    private void scheduleRound() {
        floor.after(ReplicaLimits.ANTI_ENTROPY_MS, () -> {
            compareWithSomebody(null);
            scheduleRound();
        });
    }

    /**
     * The owner's signed digest is not ours, twice running. It is asked itself, then others in turn: a liar's digest is like
     * nobody's, and others may differ about it.
     */
    void onDifference(OwnerState owner) {
        if (phase != Phase.READY || floor.clock.nowNs() < owner.compareAfterNs) {
            return;
        }
        int times = owner.fruitless++;
        owner.compareAfterNs = floor.clock.nsAfter(
                Proposals.backoffMs(ReplicaLimits.FRUITLESS_FIRST_MS, times, ReplicaLimits.FRUITLESS_MAX_MS));
        if (times % 2 == 0 && mayAsk(owner.id)) {
            enqueue(new Job(owner.id, owner.id));
        } else {
            compareWithSomebody(owner.id);
        }
    }

    /** A peer asked for the lists of owners it differs from us about. One of us is behind; it may be us. */
    void onAskedAbout(PeerId peer, List<PeerId> owners) {
        boolean isOurs =
                phase == Phase.READY && peers.contains(peer) && owners.stream().anyMatch(this::isInDoubt);
        Long lastNs = comparedNs.get(peer);
        long spacingNs = ReplicaLimits.ASK_BACK_SPACING_MS * ReplicaLimits.NS_PER_MS;
        if (isOurs && (lastNs == null || floor.clock.nowNs() - lastNs >= spacingNs)) {
            comparedNs.put(peer, floor.clock.nowNs());
            floor.after(ReplicaLimits.ASK_BACK_MS, () -> enqueue(new Job(peer, null)));
        }
    }

    /** Whether nothing but a comparison could tell us that we are behind: no heartbeat of the owner has lately agreed. */
    private boolean isInDoubt(PeerId id) {
        OwnerState owner = floor.store.find(id);
        return owner == null || (!floor.isMine(id) && (!owner.live || owner.differed()));
    }

    private long lastComparedNs(PeerId peer) {
        return comparedNs.getOrDefault(peer, Long.MIN_VALUE);
    }

    private boolean mayAsk(PeerId peer) {
        Long untilNs = unanswering.get(peer);
        return peers.contains(peer) && (untilNs == null || untilNs <= floor.clock.nowNs());
    }

    /** With the one we compared with least lately, so that all had their turn before one has it again; at random among equals. */
    private void compareWithSomebody(@Nullable PeerId owner) {
        List<PeerId> able = new ArrayList<>(peers);
        able.removeIf(peer -> !mayAsk(peer));
        shuffle(able);
        able.stream()
                .min(Comparator.comparingLong(this::lastComparedNs))
                .ifPresent(peer -> enqueue(new Job(peer, owner)));
    }

    /** What one replica lacks others may lack: so rumours spread, told on until some have heard them already. */
    private void healSoon() {
        heat = foundOld ? ReplicaLimits.HEAL_TIMES : Math.max(0, heat - 1);
        if (heat > 0 && !healing) {
            healing = true;
            floor.after(ReplicaLimits.HEAL_MS, () -> {
                healing = false;
                compareWithSomebody(null);
            });
        }
    }

    private void enqueue(Job wantedJob) {
        if (jobs.size() < JOBS_MAX && !jobs.contains(wantedJob) && !wantedJob.equals(job)) {
            jobs.add(wantedJob);
            nextJob();
        }
    }

    private void nextJob() {
        if (phase == Phase.READY && job == null) {
            Job next = jobs.poll();
            if (next != null) {
                begin(next);
            }
        }
    }

    private void begin(Job next) {
        job = next;
        differing.clear();
        theirOwners.clear();
        missing.clear();
        foundOld = false;
        jobEndsNs = floor.clock.nsAfter(ReplicaLimits.COMPARISON_MS_MAX);
        comparedNs.put(next.peer, floor.clock.nowNs());
        asOfMs = floor.clock.steadyMs();
        PeerId owner = next.owner;
        if (owner == null) {
            query(SyncQuery.vector(asOfMs, null));
        } else {
            differing.add(owner);
            askLists();
        }
    }

    private void query(SyncQuery query) {
        Job current = job;
        part = query.part();
        if (current != null && floor.clock.nowNs() > jobEndsNs) {
            end(false);
        } else if (current != null) {
            ask(current.peer, RequestKind.SYNC, SyncCodec.encode(floor.market, query));
        }
    }

    void onSyncAnswer(PeerId from, long requestId, SyncQuery.@Nullable Answer answer) {
        if (!isAwaited(from, requestId)) {
            return;
        }
        asking = false;
        if (answer == null || answer.status() != SyncStatus.OK) {
            end(false);
            return;
        }
        switch (part) {
            case VECTOR -> onVector(answer);
            case LISTS -> onLists(answer.lists());
            case ORDERS -> {
                merge(answer.items());
                askOrders();
            }
        }
    }

    private void onVector(SyncQuery.Answer answer) {
        for (SyncQuery.OwnerSum theirs : answer.vector()) {
            Digests.Sum ours = Digests.of(floor.store.find(theirs.owner()), asOfMs);
            boolean isNew = theirOwners.add(theirs.owner());
            if (isNew && (!ours.sum().equals(theirs.sum()) || ours.count() != theirs.count())) {
                differ(theirs.owner());
            }
        }
        PeerId next = answer.nextOwner();
        if (next == null) {
            addOwnersTheyHaveNot();
            askLists();
        } else if (theirOwners.contains(next) && theirOwners.size() <= ReplicaLimits.OWNERS_MAX) {
            query(SyncQuery.vector(asOfMs, next));
        } else {
            end(false);
        }
    }

    /** An owner with open orders here and none there: there they may be closed; this one too, if its journal is a backup. */
    private void addOwnersTheyHaveNot() {
        for (OwnerState owner : floor.store.owners()) {
            if (!theirOwners.contains(owner.id) && Digests.of(owner, asOfMs).count() > 0) {
                differ(owner.id);
            }
        }
    }

    private void differ(PeerId id) {
        differing.add(id);
        OwnerState owner = floor.store.find(id);
        // A difference that no comparison mends must not keep us comparing.
        foundOld |= owner != null && isInDoubt(id) && owner.doubts++ < ReplicaLimits.DOUBTS_MAX;
    }

    private void askLists() {
        if (differing.isEmpty()) {
            askOrders();
            return;
        }
        int most = Math.min(differing.size(), MarketLimits.SYNC_OWNERS_MAX);
        query(SyncQuery.lists(asOfMs, differing.subList(0, most)));
    }

    private void onLists(List<SyncQuery.OwnerList> lists) {
        int before = differing.size();
        for (SyncQuery.OwnerList list : lists) {
            differing.remove(list.owner());
            SignedItem census = list.census();
            if (census != null) {
                merge(List.of(census));
            }
            compare(list);
        }
        if (differing.size() < before) {
            askLists();
        } else {
            end(false);
        }
    }

    private void compare(SyncQuery.OwnerList list) {
        OwnerState owner = floor.store.find(list.owner());
        Set<Long> listed = new HashSet<>();
        for (SyncQuery.OrderMark mark : list.marks()) {
            listed.add(mark.seq());
            OrderState ours = owner == null ? null : owner.orders.get(mark.seq());
            if (ours == null
                    || ours.first == null
                    || Digests.markV(ours) < mark.v()
                    || (Digests.markV(ours) == mark.v() && Digests.markHash8(ours) != mark.hash8())) {
                want(new OrderId(list.owner(), mark.seq()));
            }
        }
        if (owner != null && !list.cut()) {
            for (OrderState ours : owner.orders.values()) {
                if (Digests.counts(ours, asOfMs) && !listed.contains(ours.id.seq())) {
                    want(ours.id);
                }
            }
        }
    }

    private void want(OrderId id) {
        if (missing.size() < FETCH_MAX) {
            missing.add(id);
        }
    }

    private void askOrders() {
        if (missing.isEmpty()) {
            end(true);
            return;
        }
        List<OrderId> some = new ArrayList<>();
        while (!missing.isEmpty() && some.size() < MarketLimits.SYNC_ORDERS_MAX) {
            some.add(missing.poll());
        }
        query(SyncQuery.orders(asOfMs, some));
    }

    private void end(boolean done) {
        Job ended = job;
        job = null;
        if (phase == Phase.COMPARING && ended != null) {
            if (done) {
                compared++;
            } else {
                replace(ended.peer);
            }
            compareNext();
            return;
        }
        if (ended != null && !done) {
            unanswering.put(ended.peer, floor.clock.nsAfter(ReplicaLimits.UNANSWERED_MS));
        }
        if (ended != null && ended.owner == null) {
            healSoon();
        }
        nextJob();
    }

    private void merge(List<SignedItem> items) {
        for (SignedItem item : intake.onSynced(items)) {
            floor.counters.repairs++;
            OwnerState owner = floor.store.find(item.item().owner());
            if (owner != null) {
                owner.fruitless = 0;
            }
            if (Hlc.ms(item.item().hlc()) < floor.clock.epochMs() - ReplicaLimits.OLD_NEWS_MS) {
                foundOld = true;
            }
        }
    }

    // ---- asking ------------------------------------------------------------------------------------------------

    private void ask(PeerId peer, RequestKind kind, byte[] request) {
        long id = ++lastRequestId;
        asking = true;
        asked = peer;
        floor.sink.request(peer, id, kind, request);
        floor.after(ReplicaLimits.PAGE_TIMEOUT_MS, () -> {
            if (asking && lastRequestId == id) {
                if (kind == RequestKind.SNAPSHOT) {
                    onSnapshotAnswer(peer, id, null);
                } else {
                    onSyncAnswer(peer, id, null);
                }
            }
        });
    }

    private boolean isAwaited(PeerId from, long requestId) {
        return asking && requestId == lastRequestId && asked != null && from.equals(asked);
    }
}
