package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Envelope;
import io.outcry.market.EnvelopeCheck;
import io.outcry.market.MarketSpec;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.SignatureCheck;
import io.outcry.market.TestKeys;
import io.outcry.market.TradeId;
import io.outcry.market.VerifiedRoots;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A few replicas under one clock and one seed: links that lose, repeat, reorder and split, disks that forget, power that
 * fails at any touch of disk or network. After every input and at rest it checks the invariants of docs/market-protocol.md section 12.
 */
final class VirtualWorld {

    private static final long EPOCH_MS = 1_767_225_600_000L;

    static final MarketSpec SPEC = MarketSpec.of("BTC/USDT", "0.01", "0.001");

    private record Event(long atNs, long arrival, Runnable act) {}

    final SplittableRandom random;
    final EnvelopeCheck check;
    final Observer observer = new Observer();
    final List<VirtualPeer> peers = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::arrival));
    private long arrivals;
    long nowNs = 1_000_000_000L;

    // The network.
    double loss;
    double directLoss;
    double repeat;
    int latencyMsMax = 40;
    int syncMsMax = 8;
    int downMsMax = 3_000;
    private final Map<PeerId, Integer> sides = new HashMap<>();
    /** Peers that hear nothing. */
    final Set<PeerId> deaf = new HashSet<>();

    CounterpartyPolicy policy = CounterpartyPolicy.EVEN;

    private final IdentityHashMap<byte[], Envelope> checked = new IdentityHashMap<>();
    /** Somebody here trades and never settles. */
    boolean hasLiar;

    boolean checkpoints = true;
    /** No disk finishes a sync. */
    boolean syncStopped;

    long requestBytes;
    long rejected;
    long updates;

    VirtualWorld(long seed, int count) {
        this(seed, count, TestKeys.check());
    }

    VirtualWorld(long seed, int count, SignatureCheck signatures) {
        random = new SplittableRandom(seed);
        check = new EnvelopeCheck(SPEC.id(), signatures, new VerifiedRoots(4_096));
        for (int i = 0; i < count; i++) {
            peers.add(new VirtualPeer(this, i));
        }
    }

    VirtualWorld startAll() {
        peers.forEach(VirtualPeer::start);
        return this;
    }

    ReplicaOptions options() {
        return ReplicaOptions.of(SPEC).with(policy);
    }

    VirtualPeer peer(int n) {
        return peers.get(n);
    }

    @Nullable
    VirtualPeer find(PeerId id) {
        for (VirtualPeer peer : peers) {
            if (peer.id.equals(id)) {
                return peer;
            }
        }
        return null;
    }

    List<PeerId> othersOf(VirtualPeer peer) {
        List<PeerId> others = new ArrayList<>();
        for (VirtualPeer other : peers) {
            if (other != peer) {
                others.add(other.id);
            }
        }
        return others;
    }

    // ---- time --------------------------------------------------------------------------------------------------

    long epochMs() {
        return EPOCH_MS + nowNs / 1_000_000;
    }

    void at(long atNs, Runnable act) {
        events.add(new Event(atNs, arrivals++, act));
    }

    void after(long ms, Runnable act) {
        at(nowNs + ms * 1_000_000, act);
    }

    void afterNs(long ns, Runnable act) {
        at(nowNs + ns, act);
    }

    long syncNs() {
        return 100_000 + random.nextLong(syncMsMax * 1_000_000L);
    }

    void runMs(long ms) {
        long untilNs = nowNs + ms * 1_000_000;
        for (Event next = events.peek(); next != null && next.atNs <= untilNs; next = events.peek()) {
            events.poll();
            nowNs = Math.max(nowNs, next.atNs);
            next.act.run();
        }
        nowNs = untilNs;
    }

    // ---- the network -------------------------------------------------------------------------------------------

    /** What the validation pool says of these bytes; all peers would come to the same, so it is asked once. */
    @Nullable
    Envelope checked(byte[] envelope) {
        if (checked.size() > 4_096) {
            checked.clear();
        }
        return checked.computeIfAbsent(envelope, check::check);
    }

    void split(VirtualPeer peer, int side) {
        sides.put(peer.id, side);
    }

    void heal() {
        sides.clear();
    }

    private boolean isCut(VirtualPeer a, VirtualPeer b) {
        return !sides.getOrDefault(a.id, 0).equals(sides.getOrDefault(b.id, 0));
    }

    private long latencyNs() {
        return 200_000 + random.nextLong(latencyMsMax * 1_000_000L);
    }

    void publish(VirtualPeer from, byte[] envelope) {
        for (VirtualPeer to : peers) {
            if (to != from) {
                carry(from, to, envelope, false);
            }
        }
    }

    /** What gossip does with news: now and then another copy takes a longer way. */
    void relay(VirtualPeer by, byte[] envelope) {
        VirtualPeer to = peers.get(random.nextInt(peers.size()));
        if (to != by && random.nextInt(3) == 0) {
            carry(by, to, envelope, false);
        }
    }

    void send(VirtualPeer from, PeerId to, byte[] envelope) {
        VirtualPeer peer = find(to);
        if (peer != null) {
            carry(from, peer, envelope, true);
        }
    }

    private void carry(VirtualPeer from, VirtualPeer to, byte[] envelope, boolean direct) {
        if (isCut(from, to) || deaf.contains(to.id) || random.nextDouble() < (direct ? directLoss : loss)) {
            return;
        }
        afterNs(latencyNs(), () -> to.hear(envelope, from.id, direct));
        if (random.nextDouble() < repeat) {
            afterNs(latencyNs() * 20, () -> to.hear(envelope, from.id, direct));
        }
    }

    void request(VirtualPeer from, PeerId to, long requestId, RequestKind kind, byte[] request) {
        VirtualPeer server = find(to);
        if (server == null || isCut(from, server) || random.nextDouble() < directLoss) {
            return;
        }
        requestBytes += request.length;
        afterNs(latencyNs(), () -> {
            byte[] answer = server.isUp() ? server.serve(from.id, kind, request) : null;
            requestBytes += answer == null ? 0 : answer.length;
            if (!isCut(from, server)) {
                afterNs(latencyNs(), () -> from.answered(server.id, requestId, kind, answer));
            }
        });
    }

    // ---- invariants --------------------------------------------------------------------------------------------

    void afterEachInput(VirtualPeer peer) {
        MarketReplica replica = peer.replica;
        if (replica != null) {
            for (OwnOrder order : replica.floor().own.all()) {
                if (order.leaves() < 0) {
                    throw new AssertionError("I1: " + order.latest);
                }
            }
        }
    }

    /** Everything on, nothing lost, and time enough for every hold to resolve and every replica to compare. */
    void rest(long ms) {
        heal();
        loss = 0;
        directLoss = 0;
        repeat = 0;
        peers.forEach(peer -> {
            peer.crashChance = 0;
            peer.crashAtTouch = 0; // one planned for later would fall into the rest
        });
        runMs(downMsMax + 1);
        peers.forEach(peer -> assertThat(peer.isUp()).isTrue());
        runMs(ms);
    }

    void checkAtRest() {
        long asOfMs = epochMs();
        MarketReplica first = replica(peers.get(0));
        for (VirtualPeer peer : peers) {
            MarketReplica replica = replica(peer);
            assertThat(replica.isReady()).as("peer %s has joined", peer.number).isTrue();
            assertThat(replica.digest(asOfMs))
                    .as("I4: peers 0 and %s%n%s%n%s", peer.number, dump(first), dump(replica))
                    .isEqualTo(first.digest(asOfMs));
            assertThat(replica.pendingTrades()).as("I11: peer %s", peer.number).isEmpty();
            if (!hasLiar) {
                assertThat(replica.unsettledFills())
                        .as("I11: peer %s", peer.number)
                        .isZero();
            }
            checkLevels(replica);
        }
        for (TradeId trade : observer.fills.keySet()) {
            boolean isHonest = find(trade.taker().owner()) != null;
            assertThat(!isHonest || observer.settles.containsKey(trade))
                    .as("I3: %s is settled", trade)
                    .isTrue();
        }
        if (!hasLiar) {
            checkSums();
        }
        checkCrossed(first);
    }

    private MarketReplica replica(VirtualPeer peer) {
        MarketReplica replica = peer.replica;
        assertThat(replica).isNotNull();
        return replica;
    }

    /**
     * I3: what buyers bought is what sellers sold. A local trade may have been overtaken by a crash and a later step
     * before it was ever signed, so an order may have more than was seen; the sums are equal all the same.
     */
    private void checkSums() {
        Map<OrderId, Long> filled = new HashMap<>();
        observer.steps.forEach((order, steps) ->
                filled.put(order, steps.lastEntry().getValue().step().filled()));
        for (VirtualPeer peer : peers) {
            for (OrderUpdate update : replica(peer).orders()) {
                filled.put(update.order().id(), update.step().filled());
                observer.orders.putIfAbsent(update.order().id(), update.order());
            }
        }
        Map<OrderId, Long> traded = new HashMap<>();
        observer.fills.forEach((trade, item) -> {
            Cause.Fill fill = (Cause.Fill) item.step().cause();
            traded.merge(trade.taker(), fill.quantity(), Long::sum);
            traded.merge(item.step().id(), fill.quantity(), Long::sum);
        });
        long bought = 0;
        long sold = 0;
        for (Map.Entry<OrderId, Long> entry : filled.entrySet()) {
            long seen = traded.getOrDefault(entry.getKey(), 0L);
            assertThat(entry.getValue()).as("I3: filled of %s", entry.getKey()).isGreaterThanOrEqualTo(seen);
            Order order = observer.orders.get(entry.getKey());
            assertThat(order)
                    .as("an order whose step was seen: %s", entry.getKey())
                    .isNotNull();
            bought += order.side() == Side.BUY ? entry.getValue() : 0;
            sold += order.side() == Side.SELL ? entry.getValue() : 0;
        }
        assertThat(bought).as("I3: bought and sold").isEqualTo(sold);
    }

    /** I10: no crossed open pair of different owners, but for pairs refused for ever. */
    private void checkCrossed(MarketReplica replica) {
        List<OrderState> open = new ArrayList<>();
        for (OwnerState owner : replica.floor().store.owners()) {
            for (OrderState state : owner.orders.values()) {
                if (replica.floor().book.available(state) > 0) {
                    open.add(state);
                }
            }
        }
        for (OrderState maker : open) {
            for (OrderState taker : open) {
                Order makerOrder = maker.order();
                Order takerOrder = taker.order();
                if (makerOrder != null
                        && takerOrder != null
                        && makerOrder.key().compareTo(takerOrder.key()) < 0
                        && takerOrder.crosses(makerOrder)
                        && !maker.owner.id.equals(taker.owner.id)
                        && Math.min(makerOrder.expiryMs(), takerOrder.expiryMs()) > epochMs() + 5_000) {
                    assertThat(isRefusedForEver(taker, maker))
                            .as("I10: crossed%n%s%n%s%n%s", maker, taker, why(taker, maker))
                            .isTrue();
                }
            }
        }
    }

    private String why(OrderState taker, OrderState maker) {
        VirtualPeer owner = find(taker.owner.id);
        if (owner == null || owner.replica == null) {
            return "nobody";
        }
        Floor floor = owner.replica.floor();
        OrderState seen = floor.store.find(maker.id);
        OwnOrder own = floor.own.find(taker.id);
        if (seen == null || own == null) {
            return "unknown: " + seen;
        }
        OwnOrder.Exclusion exclusion = own.exclusions.get(maker.id);
        return "available " + floor.book.available(seen) + " reserved " + seen.reserved + " late " + seen.late
                + " lateHolds " + seen.owner.lateHolds + " unanswered " + seen.owner.unanswered + " live "
                + seen.owner.live + " after " + (seen.owner.proposeAfterNs - nowNs) + " own " + own.latest
                + (exclusion == null
                        ? ""
                        : " excluded " + exclusion.forEver + " " + exclusion.untilV + " "
                                + (exclusion.retryAtNs - nowNs));
    }

    private boolean isRefusedForEver(OrderState taker, OrderState maker) {
        VirtualPeer owner = find(taker.owner.id);
        OwnOrder own = owner == null || owner.replica == null
                ? null
                : owner.replica.floor().own.find(taker.id);
        OwnOrder.Exclusion exclusion = own == null ? null : own.exclusions.get(maker.id);
        return exclusion != null && exclusion.forEver;
    }

    /** I13: the levels are the sum of the orders. */
    private static void checkLevels(MarketReplica replica) {
        long levels = 0;
        BookLevels book = replica.book(Integer.MAX_VALUE);
        for (BookLevels.Level level : book.bids()) {
            levels += level.quantity();
        }
        for (BookLevels.Level level : book.asks()) {
            levels += level.quantity();
        }
        long orders = 0;
        for (OwnerState owner : replica.floor().store.owners()) {
            for (OrderState state : owner.orders.values()) {
                Order order = state.order();
                boolean isShown = order != null
                        && order.tif().rests()
                        && order.expiryMs() > replica.floor().clock.steadyMs()
                        && (owner.live || owner.id.equals(replica.owner()));
                orders += isShown ? state.leaves() : 0;
            }
        }
        assertThat(levels).as("I13").isEqualTo(orders);
    }

    private static String dump(MarketReplica replica) {
        StringBuilder text = new StringBuilder();
        for (OwnerState owner : replica.floor().store.owners()) {
            text.append(owner.id).append(" census ").append(owner.census()).append('\n');
            owner.orders.values().stream()
                    .filter(state -> !state.isClosed())
                    .forEach(state -> text.append("  ").append(state).append('\n'));
        }
        return text.toString();
    }
}
