package io.outcry.sim;

import io.outcry.market.OrderId;
import io.outcry.market.replica.Answer;
import io.outcry.market.replica.OrderRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A market of peers that live, have joined and are ready to trade; disturbances as methods. */
final class MarketFixture {

    static final long SECOND = World.SECOND;

    final World world;
    final Network network;
    final MarketWorld market;
    final MarketTraffic traffic;
    private final RandomGenerator random;
    private final List<Long> stepsAtEnd = new ArrayList<>();
    private int faultsLeft = Integer.MAX_VALUE;

    MarketFixture(long seed, int peers, LinkProfile profile) {
        this(seed, peers, profile, peer -> {});
    }

    /** With something done to each peer before its first life. */
    MarketFixture(long seed, int peers, LinkProfile profile, Consumer<MarketPeer> before) {
        world = new World(seed);
        network = new Network(world, profile);
        market = new MarketWorld(world, network);
        traffic = new MarketTraffic(market);
        random = world.newRandom();
        for (int i = 0; i < peers; i++) {
            MarketPeer peer = market.addPeer(network.addPlace(), i * 37 % 200 - 100);
            before.accept(peer);
            market.start(peer);
        }
        world.runFor(12 * SECOND);
    }

    MarketPeer peer(int i) {
        return market.peers().get(i);
    }

    /** Enters an order that must be taken; returns its name. */
    OrderId enter(int peer, OrderRequest request) {
        Answer answer = traffic.enter(peer(peer), request);
        OrderId id = answer.order();
        if (!answer.isDone() || id == null) {
            throw new IllegalStateException("peer " + peer + " refuses " + request + ": " + answer);
        }
        return id;
    }

    /** Lets only the first so many acts of users and faults of the world happen, so that a failing schedule can be cut short. */
    void limit(int acts, int faults) {
        traffic.limit(acts);
        faultsLeft = faults;
    }

    /** Lets something go wrong after a while, unless enough went wrong before. */
    void fault(long delayNs, Runnable fault) {
        world.after(delayNs, () -> {
            if (faultsLeft-- > 0) {
                fault.run();
            }
        });
    }

    /** Lets a random peer die some time within a duration and come back some time later. */
    void crashSomebody(long withinNs, long deadNs) {
        MarketPeer victim = peer(random.nextInt(market.peers().size()));
        long downNs = random.nextLong(deadNs);
        fault(random.nextLong(withinNs), () -> {
            victim.crash();
            world.after(downNs, () -> market.start(victim));
        });
    }

    /** Takes checkpoints of random peers. */
    void checkpoints(int count, long withinNs) {
        for (int i = 0; i < count; i++) {
            MarketPeer peer = peer(random.nextInt(market.peers().size()));
            fault(random.nextLong(withinNs), () -> {
                if (peer.isAlive()) {
                    peer.checkpoint();
                }
            });
        }
    }

    /** Cuts the network into two random halves. */
    void cut() {
        int[] groups = new int[network.size()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = random.nextInt(2);
        }
        network.partition(groups);
    }

    /** From here on no disk loses power; what was asked of each so far is remembered. */
    void endDisturbance() {
        for (MarketPeer peer : market.peers()) {
            peer.disk().losePowerAt(Long.MAX_VALUE);
            stepsAtEnd.add(peer.disk().steps());
        }
    }

    /** What was asked of a peer's disk before the rest began. */
    long stepsOfPeer(int i) {
        return stepsAtEnd.get(i);
    }

    @Override
    public String toString() {
        return "seed " + world.seed() + ": " + traffic.orders() + " orders, " + traffic.refused() + " refused, "
                + market.checker().tradesDecided() + " trades, "
                + market.checker().tradesSettled() + " settled, "
                + world.events() + " events, " + market.notices();
    }
}
