package io.outcry.sim;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.router.GossipCounter;
import io.outcry.gossip.router.GossipEvents;
import io.outcry.gossip.router.TopicParams;
import io.outcry.gossip.router.Verdict;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Replicas on routers: the traders' envelopes travel through the meshes of all peers, are judged by the replicas that meet them,
 * and every invariant is watched while traders die and come back from their journals.
 *
 * <pre>
 *   0 s     everybody starts; the first peers are traders, the others only pass on
 *   12 s    orders for 20 s; every few seconds a trader loses power and returns; checkpoints
 *   + 70 s  rest, then the invariants that hold at rest
 * </pre>
 */
final class MarketScenario {

    /** Each trader hears and judges all envelopes of all traders, so their number is squared in the cost. */
    private static final int TRADERS_MAX = 20;

    private static final long START_NS = World.SECOND;
    private static final long WARM_UP_NS = 12 * World.SECOND;
    private static final long TRAFFIC_NS = 20 * World.SECOND;
    private static final long REST_NS = 70 * World.SECOND;
    private static final long CRASH_EVERY_NS = 4 * World.SECOND;
    private static final long DEAD_NS = 3 * World.SECOND;

    /** A peer is expected to hear what is published once it has had time to find a mesh. */
    private static final long SETTLED_NS = 5 * World.SECOND;

    private final SimOptions options;
    private final World world;
    private final Network network;
    private final Overlay overlay;
    private final RandomGenerator random;
    private final MarketWorld market;
    private final MarketTraffic traffic;
    private final DeliveryStatistics statistics = new DeliveryStatistics();
    private final RouterPeer.Surroundings around;
    private final Map<Integer, RouterPeer> routers = new TreeMap<>();
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
    private long duplicatesOfTheDead;

    MarketScenario(SimOptions options) {
        this.options = options;
        this.world = new World(options.seed());
        this.network = new Network(world, options.profile());
        this.overlay = new Overlay(world, network, options.connections());
        this.random = world.newRandom();
        this.market = new MarketWorld(world, network);
        this.traffic = new MarketTraffic(market);
        this.around = new RouterPeer.Surroundings(
                world,
                network,
                PooledByteBufAllocator.DEFAULT,
                RouterPeer.PARAMS,
                new TopicRule(
                        MarketWorld.SPEC.topic(),
                        SignaturePolicy.STRICT_NO_SIGN,
                        MessageIds.SHA256_TOPIC_DATA,
                        1 << 16),
                statistics);
        market.publishVia(new ThroughRouters());
    }

    SimResult run() {
        long startNs = System.nanoTime();
        try {
            begin();
            world.runUntil(WARM_UP_NS + TRAFFIC_NS);
            market.rest(REST_NS);
            routers.values().forEach(peer -> statistics.duplicate(peer.count(GossipCounter.MESSAGES_DUPLICATE)));
            statistics.duplicate(duplicatesOfTheDead);
            return statistics.result(options, System.nanoTime() - startNs, world);
        } finally {
            routers.values().forEach(RouterPeer::die);
            world.close();
        }
    }

    private void begin() {
        for (int i = 0; i < options.peers(); i++) {
            int place = network.addPlace();
            long atNs = random.nextLong(START_NS);
            if (i < TRADERS_MAX) {
                MarketPeer trader = market.addPeer(place, random.nextInt(200) - 100);
                world.at(atNs, () -> market.start(trader));
            } else {
                world.at(atNs, () -> relay(place));
            }
        }
        world.at(WARM_UP_NS, () -> traffic.spread(options.messages(), TRAFFIC_NS));
        for (long atNs = WARM_UP_NS + CRASH_EVERY_NS; atNs < WARM_UP_NS + TRAFFIC_NS; atNs += CRASH_EVERY_NS) {
            world.at(atNs, this::crashOne);
        }
    }

    private void crashOne() {
        MarketPeer victim = market.peers().get(random.nextInt(market.peers().size()));
        if (victim.isAlive() && random.nextBoolean()) {
            victim.checkpoint();
        }
        victim.crash();
        world.after(random.nextLong(DEAD_NS), () -> market.start(victim));
    }

    private void relay(int place) {
        RouterPeer peer = router(place, PeerNames.fresh(random), new Relay(place));
        network.moveIn(place, peer);
        peer.join(TopicParams.DEFAULT);
        overlay.keepConnected(place, peer);
    }

    private RouterPeer router(int place, PeerId id, GossipEvents events) {
        RouterPeer peer = new RouterPeer(around, place, id, world.newRandom(), events);
        routers.put(place, peer);
        return peer;
    }

    private void received(int place, GossipMessage message) {
        Integer number = numbers.get(ByteBuffer.wrap(message.fields().data()));
        if (number == null) {
            throw new IllegalStateException("a message nobody published: " + ByteBufUtil.hexDump(message.frame()));
        }
        statistics.delivered(number, place, world.nowNs());
    }

    private final class ThroughRouters implements MarketWorld.Topic {

        @Override
        public void publish(MarketPeer author, byte[] envelope) {
            RouterPeer peer = routers.get(author.place());
            if (peer == null) {
                throw new IllegalStateException("trader " + author.place() + " speaks without a router");
            }
            BitSet expected = new BitSet(options.peers());
            for (RouterPeer other : routers.values()) {
                if (other != peer && other.ageNs() >= SETTLED_NS && peer.ageNs() >= SETTLED_NS) {
                    expected.set(other.place());
                }
            }
            numbers.put(ByteBuffer.wrap(envelope), statistics.published(author.place(), world.nowNs(), expected));
            peer.publish(envelope);
        }

        @Override
        public Endpoint onBorn(MarketPeer trader) {
            RouterPeer peer = router(trader.place(), trader.id(), new Trader(trader));
            peer.join(TopicParams.DEFAULT.withAwaitsVerdict(true));
            return peer;
        }

        @Override
        public void onSettled(MarketPeer trader) {
            RouterPeer peer = routers.get(trader.place());
            if (peer != null) {
                overlay.keepConnected(trader.place(), peer);
            }
        }

        @Override
        public void onDied(MarketPeer trader) {
            RouterPeer peer = routers.remove(trader.place());
            if (peer != null) {
                duplicatesOfTheDead += peer.count(GossipCounter.MESSAGES_DUPLICATE);
                peer.die();
            }
            statistics.gone(trader.place());
        }
    }

    /** Passes on what it hears and trades nothing. */
    private final class Relay implements GossipEvents {
        private final int place;

        Relay(int place) {
            this.place = place;
        }

        @Override
        public void deliver(GossipMessage message, PeerId from) {
            received(place, message);
        }
    }

    /** Has its replica judge what it hears. */
    private final class Trader implements GossipEvents {
        private final MarketPeer trader;

        Trader(MarketPeer trader) {
            this.trader = trader;
        }

        @Override
        public void deliver(GossipMessage message, PeerId from) {}

        @Override
        public void validate(GossipMessage message, PeerId from) {
            received(trader.place(), message);
            RouterPeer peer = routers.get(trader.place());
            if (peer != null) {
                message.retain();
                world.after(0, new Judgement(message, from, peer));
            }
        }

        private final class Judgement implements World.Holder {
            private final GossipMessage message;
            private final PeerId from;
            private final RouterPeer peer;

            Judgement(GossipMessage message, PeerId from, RouterPeer peer) {
                this.message = message;
                this.from = from;
                this.peer = peer;
            }

            @Override
            public void run() {
                try {
                    byte[] envelope = message.fields().data();
                    var verdict = market.hear(trader, from, envelope);
                    peer.verdict(message, Verdict.valueOf(verdict.name()));
                } finally {
                    close();
                }
            }

            @Override
            public void close() {
                message.release();
            }
        }
    }
}
