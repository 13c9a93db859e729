package io.outcry.sim;

import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.message.SignaturePolicy;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.router.GossipCounter;
import io.outcry.gossip.router.GossipEvents;
import io.outcry.gossip.router.TopicParams;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Routers that publish and deliver while peers come and go and the network is cut.
 *
 * <pre>
 *   0 s       all peers start within a second and dial one another
 *   10 s      messages, evenly spread over 15 s, each from a random peer; meanwhile what the scenario does
 *   + 10 s    the end: what has not arrived by now is lost
 * </pre>
 */
final class RouterScenario {

    private static final String TOPIC = "/outcry/sim";
    private static final long START_NS = World.SECOND;
    private static final long WARM_UP_NS = 10 * World.SECOND;
    private static final long TRAFFIC_NS = 15 * World.SECOND;
    private static final long BURST_NS = World.SECOND / 2;
    private static final long FLASH_NS = WARM_UP_NS + 5 * World.SECOND;
    private static final long REST_NS = 10 * World.SECOND;

    /** A peer is expected to hear what is published once it has had time to find a mesh. */
    private static final long SETTLED_NS = 5 * World.SECOND;

    /** Churn replaces one peer in so many within a run. */
    private static final int CHURN_ONE_IN = 10;

    private static final long CUT_NS = WARM_UP_NS + 3 * World.SECOND;
    private static final long HEAL_NS = WARM_UP_NS + 9 * World.SECOND;

    /** One peer in so many passes nothing on, in that scenario. */
    private static final int CENSOR_ONE_IN = 5;

    private final SimOptions options;
    private final World world;
    private final Network network;
    private final Overlay overlay;
    private final RandomGenerator random;
    private final DeliveryStatistics statistics = new DeliveryStatistics();
    private final RouterPeer.Surroundings around;
    private final List<RouterPeer> peers = new ArrayList<>();
    private final int[] groups;
    private long duplicatesOfTheDead;

    RouterScenario(SimOptions options) {
        this.options = options;
        this.world = new World(options.seed());
        this.network = new Network(world, options.profile());
        this.overlay = new Overlay(world, network, options.connections());
        this.random = world.newRandom();
        this.groups = new int[options.peers()];
        this.around = new RouterPeer.Surroundings(
                world,
                network,
                PooledByteBufAllocator.DEFAULT,
                RouterPeer.PARAMS,
                new TopicRule(TOPIC, SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_TOPIC_DATA, 2 << 20),
                statistics);
    }

    SimResult run() {
        long startNs = System.nanoTime();
        try {
            begin();
            world.runUntil(WARM_UP_NS + TRAFFIC_NS + REST_NS);
            return result(System.nanoTime() - startNs);
        } finally {
            peers.forEach(RouterPeer::die);
            world.close();
        }
    }

    private void begin() {
        for (int i = 0; i < options.peers(); i++) {
            int place = network.addPlace();
            boolean late = options.scenario() == Scenario.FLASH && i % 2 == 1;
            world.at((late ? FLASH_NS : 0) + random.nextLong(START_NS), () -> comeToLife(place));
        }
        long firstNs = options.scenario() == Scenario.COLDBOOT ? START_NS : WARM_UP_NS;
        long gapNs = (options.scenario() == Scenario.BURST ? BURST_NS : TRAFFIC_NS) / options.messages();
        for (int i = 0; i < options.messages(); i++) {
            world.at(firstNs + i * gapNs, this::publish);
        }
        disturb();
    }

    private void disturb() {
        switch (options.scenario()) {
            case CHURN -> {
                int deaths = Math.max(1, options.peers() / CHURN_ONE_IN);
                for (int i = 0; i < deaths; i++) {
                    world.at(WARM_UP_NS + random.nextLong(TRAFFIC_NS), this::replaceOne);
                }
            }
            case PARTITION -> {
                world.at(CUT_NS, this::cut);
                world.at(HEAL_NS, this::heal);
            }
            case DEGRADE -> {
                world.at(CUT_NS, () -> network.setProfile(LinkProfile.ROUGH));
                world.at(HEAL_NS, () -> network.setProfile(options.profile()));
            }
            default -> {}
        }
    }

    private void comeToLife(int place) {
        PeerId id = PeerNames.fresh(random);
        RouterPeer peer = new RouterPeer(around, place, id, world.newRandom(), new Subscriber(place));
        peers.add(peer);
        if (options.scenario() == Scenario.CENSOR && place % CENSOR_ONE_IN == 0) {
            peer.fallSilent();
        }
        network.moveIn(place, peer);
        peer.join(TopicParams.DEFAULT);
        overlay.keepConnected(place, peer);
    }

    private void publish() {
        RouterPeer author = peers.get(random.nextInt(peers.size()));
        while (author.isSilent()) {
            author = peers.get(random.nextInt(peers.size()));
        }
        BitSet expected = new BitSet(options.peers());
        for (RouterPeer peer : peers) {
            boolean settled = peer.ageNs() >= SETTLED_NS || options.scenario() == Scenario.COLDBOOT;
            if (peer != author && settled && groups[peer.place()] == groups[author.place()]) {
                expected.set(peer.place());
            }
        }
        int number = statistics.published(author.place(), world.nowNs(), expected);
        byte[] data = new byte[options.messageBytes()];
        ByteBuffer.wrap(data).putInt(number).putLong(options.seed());
        author.publish(data);
    }

    private void replaceOne() {
        RouterPeer victim = peers.remove(random.nextInt(peers.size()));
        duplicatesOfTheDead += victim.count(GossipCounter.MESSAGES_DUPLICATE);
        victim.die();
        network.die(victim.place());
        statistics.gone(victim.place());
        int place = victim.place();
        world.after(World.SECOND, () -> comeToLife(place));
    }

    private void cut() {
        for (int place = 0; place < groups.length; place++) {
            groups[place] = random.nextBoolean() ? 1 : 2;
        }
        network.partition(groups);
        statistics.cut(groups);
    }

    private void heal() {
        Arrays.fill(groups, 0);
        network.heal();
    }

    private SimResult result(long wallNs) {
        statistics.duplicate(duplicatesOfTheDead);
        for (RouterPeer peer : peers) {
            statistics.duplicate(peer.count(GossipCounter.MESSAGES_DUPLICATE));
        }
        return statistics.result(options, wallNs, world);
    }

    private final class Subscriber implements GossipEvents {
        private final int place;

        Subscriber(int place) {
            this.place = place;
        }

        @Override
        public void deliver(GossipMessage message, PeerId from) {
            int number = message.fields().dataSlice().getInt(0);
            statistics.delivered(number, place, world.nowNs());
        }
    }
}
