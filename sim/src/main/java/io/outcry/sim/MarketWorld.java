package io.outcry.sim;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.market.Envelope;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.SignedItem;
import io.outcry.market.replica.BookLevels;
import io.outcry.market.replica.MarketReplica;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.Verdict;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A market among peers, and the bystander that checks every word of it. How envelopes reach the others is a
 * {@link Topic}'s affair: straight to each, which is cheap and as hostile as the network, or through routers.
 *
 * <p><b>Threading</b>: the world's thread.
 */
final class MarketWorld {

    static final MarketSpec SPEC = MarketSpec.of("SIM/USD", "0.01", "0.001");

    /** More prices than any run has. */
    private static final int LEVELS_MAX = 1_000;

    /** A census comes every 30 s, takes its time, and meets clocks that are wrong. */
    private static final long CENSUS_MS_MAX = 40_000;

    /** How often each peer hears who is there, as discovery would tell it. */
    private static final long PEERS_NS = 5 * World.SECOND;

    /** What an honest peer may say of its own clock. */
    private static final Set<Notice> CLOCKS =
            EnumSet.of(Notice.CLOCK_SKEW, Notice.CLOCK_BEHIND_JOURNAL, Notice.CLOCK_FINE);

    private final World world;
    private final Network network;
    private final InvariantChecker checker;
    private final List<MarketPeer> peers = new ArrayList<>();
    private final Map<PeerId, MarketPeer> byId = new HashMap<>();
    private final RandomGenerator random;
    private final Set<Notice> expected = EnumSet.noneOf(Notice.class);
    private Topic topic = this::toEach;
    private Censor censor = (from, to, items) -> true;
    private final Map<Notice, Integer> notices = new LinkedHashMap<>();

    /** Somebody on the way who lets some envelopes and answers through and others not. */
    interface Censor {
        boolean lets(MarketPeer from, MarketPeer to, List<SignedItem> items);
    }

    /** The way of an envelope from its author to all others. */
    interface Topic {
        void publish(MarketPeer author, byte[] envelope);

        /** A peer comes to life: what takes its frames. */
        default Endpoint onBorn(MarketPeer peer) {
            return NOBODY;
        }

        /** It is connected from now on. */
        default void onSettled(MarketPeer peer) {}

        /** It died. */
        default void onDied(MarketPeer peer) {}
    }

    MarketWorld(World world, Network network) {
        this.world = world;
        this.network = network;
        this.random = world.newRandom();
        this.checker = new InvariantChecker(world);
        world.every(PEERS_NS, this::tellPeers);
    }

    /** Lets envelopes go another way than straight to each. */
    void publishVia(Topic other) {
        topic = other;
    }

    /** Puts a censor on every way, or another in his place. */
    void censor(Censor other) {
        censor = other;
    }

    /** A peer lost its journal, so it counts as faulty for what it said before, and nobody asks it for that any more. */
    void forgives(MarketPeer peer) {
        checker.forgive(peer.id());
    }

    /** Notices that honest peers have reason to make in this run. */
    void expect(Notice notice) {
        expected.add(notice);
    }

    World world() {
        return world;
    }

    Network network() {
        return network;
    }

    MarketSpec spec() {
        return SPEC;
    }

    InvariantChecker checker() {
        return checker;
    }

    List<MarketPeer> peers() {
        return peers;
    }

    @Nullable
    MarketPeer peer(PeerId id) {
        return byId.get(id);
    }

    /** Adds a peer, dead as yet, whose clock is wrong by as much. */
    MarketPeer addPeer(int place, long skewMs) {
        MarketPeer peer = new MarketPeer(this, place, PeerNames.fresh(random), skewMs);
        peers.add(peer);
        byId.put(peer.id(), peer);
        return peer;
    }

    /** Brings a peer to life, where it is not. */
    void start(MarketPeer peer) {
        if (!peer.isAlive()) {
            network.moveIn(peer.place(), topic.onBorn(peer));
            peer.start();
            if (peer.isAlive()) {
                topic.onSettled(peer);
            }
        }
    }

    List<PeerId> peersOf(MarketPeer self) {
        List<PeerId> others = new ArrayList<>();
        for (MarketPeer peer : peers) {
            if (peer != self && peer.isAlive() && network.isReachable(peer.place(), self.place())) {
                others.add(peer.id());
            }
        }
        return others;
    }

    private void tellPeers() {
        for (MarketPeer peer : peers) {
            if (peer.isAlive()) {
                peer.onPeers(peersOf(peer));
            }
        }
    }

    void publish(MarketPeer author, byte[] envelope) {
        topic.publish(author, envelope);
    }

    private void toEach(MarketPeer author, byte[] envelope) {
        for (MarketPeer peer : peers) {
            if (peer != author && lets(author, peer, envelope)) {
                network.post(author.place(), peer.place(), envelope.length, () -> hear(peer, author.id(), envelope));
            }
        }
    }

    /** Sends an envelope to a counterparty. */
    void send(MarketPeer from, MarketPeer to, byte[] envelope) {
        if (lets(from, to, envelope)) {
            network.post(from.place(), to.place(), envelope.length, () -> to.onTrade(from.id(), envelope));
        }
    }

    boolean lets(MarketPeer from, MarketPeer to, List<SignedItem> items) {
        return censor.lets(from, to, items);
    }

    private boolean lets(MarketPeer from, MarketPeer to, byte[] envelope) {
        Envelope opened = from.open(envelope);
        return opened == null || lets(from, to, opened.items());
    }

    /** A peer hears an envelope of an honest author; nobody may ever reject that (I16). */
    Verdict hear(MarketPeer peer, PeerId from, byte[] envelope) {
        Verdict verdict = peer.onTopic(from, envelope);
        checker.require(
                "I16", verdict != Verdict.REJECT, () -> "an honest envelope was rejected by peer " + peer.place());
        return verdict;
    }

    // ---- what peers let out

    void onSaid(MarketPeer peer, SignedItem item) {
        if (item.item().owner().equals(peer.id())) {
            checker.onSaid(item);
        }
    }

    void onOrderChanged(MarketPeer peer, OrderUpdate update) {
        if (update.state() != OrderUpdate.State.FENCED) {
            checker.onAcknowledged(update.step());
        }
    }

    void onNotice(MarketPeer peer, Notice notice, @Nullable OrderId about) {
        notices.merge(notice, 1, Integer::sum);
        checker.require(
                "I5",
                expected.contains(notice) || CLOCKS.contains(notice),
                () -> "peer " + peer.place() + " says " + notice + " about " + about + ", and all are honest");
    }

    void onDied(MarketPeer peer) {
        topic.onDied(peer);
        network.die(peer.place());
    }

    /** I6: what a peer promised before it died is in what it found in its journal. */
    void onRecovered(MarketPeer peer, MarketReplica replica) {
        for (OrderId id : checker.promised(peer.id())) {
            OrderUpdate found = replica.order(id);
            if (found != null) {
                checker.checkRecovered(id, found.step().v());
            } else {
                var newest = checker.newest(id);
                checker.require(
                        "I6",
                        newest != null && newest.status() == OrderStatus.CLOSED,
                        () -> "peer " + peer.place() + " came back without " + id);
            }
        }
    }

    // ---- at rest

    /** Lets everybody live and be reached, and the dust settle; then checks what must hold at rest. */
    void rest(long durationNs) {
        network.heal();
        for (MarketPeer peer : peers) {
            start(peer);
        }
        settle(durationNs);
    }

    /** The same, but the dead stay dead: what concerns them is not checked. */
    void settle(long durationNs) {
        world.runFor(durationNs);
        checkAtRest();
    }

    private boolean isOnline(PeerId owner) {
        MarketPeer peer = byId.get(owner);
        return peer != null && peer.isAlive();
    }

    /** I13: what a replica shows as available is the sum of the orders that are. */
    private void checkLevels(MarketPeer peer) {
        BookLevels book = peer.replica().book(LEVELS_MAX);
        for (Side side : Side.values()) {
            Map<Long, Long> shown = new TreeMap<>();
            for (BookLevels.Level level : side == Side.BUY ? book.bids() : book.asks()) {
                shown.put(level.price(), level.quantity());
            }
            Map<Long, Long> expectedLevels = checker.available(side, world.epochMs(), this::isOnline);
            checker.require(
                    "I13",
                    shown.equals(expectedLevels),
                    () -> "peer " + peer.place() + " shows " + side + " " + shown + ", there is " + expectedLevels);
        }
    }

    /** I14: of orders that are closed a replica remembers only what their owners' next census will retire. */
    private void checkTombstones(MarketPeer peer) {
        if (peers.stream().allMatch(MarketPeer::isAlive)) {
            long tombstones = peer.replica().tombstones();
            long allowed = checker.closedSince(world.epochMs() - CENSUS_MS_MAX);
            checker.require(
                    "I14",
                    tombstones <= allowed,
                    () -> "peer " + peer.place() + " remembers " + tombstones + " closed orders, " + allowed
                            + " were closed of late");
        }
    }

    private void checkAtRest() {
        checker.checkAtRest(world.epochMs(), this::isOnline);
        long asOfMs = world.epochMs();
        Map<String, String> digests = new LinkedHashMap<>();
        for (MarketPeer peer : peers) {
            if (peer.isAlive()) {
                checker.require("I4", peer.isReady(), () -> "peer " + peer.place() + " never became ready");
                digests.put(
                        "peer " + peer.place(), peer.replica().digest(asOfMs).toString());
                checker.require(
                        "I11",
                        peer.replica().pendingTrades().isEmpty(),
                        () -> "peer " + peer.place() + " holds "
                                + peer.replica().pendingTrades());
                checkLevels(peer);
                checkTombstones(peer);
            }
        }
        checker.checkDigests(digests);
    }

    Map<Notice, Integer> notices() {
        return notices;
    }

    /** A place without connections: all goes by {@link Network#post}. */
    private static final Endpoint NOBODY = new Endpoint() {
        @Override
        public void onConnected(Link link, boolean outbound) {}

        @Override
        public void onDisconnected(Link link) {}

        @Override
        public void onFrame(Link link, ByteBuf frame) {}

        @Override
        public void onWritable(Link link) {}
    };
}
