package io.outcry.sim;

import java.util.random.RandomGenerator;

/**
 * Who is connected to whom: every peer dials a number of random others and dials again when it has lost some, as it would with
 * what discovery tells it.
 */
final class Overlay {

    /** How often a peer looks whether it has lost connections. */
    private static final long LOOK_NS = World.SECOND;

    /** Random peers tried at a look for each missing connection. */
    private static final int TRIES = 4;

    private final Network network;
    private final World world;
    private final RandomGenerator random;
    private final int connections;

    Overlay(World world, Network network, int connections) {
        this.world = world;
        this.network = network;
        this.connections = connections;
        this.random = world.newRandom();
    }

    /** Keeps a peer connected from now on, for as long as it is the same endpoint. */
    void keepConnected(int place, Endpoint endpoint) {
        if (network.isInhabited(place) && network.endpoint(place) == endpoint) {
            dial(place);
            world.after(LOOK_NS, () -> keepConnected(place, endpoint));
        }
    }

    private void dial(int place) {
        int dialled = 0;
        for (Link link : network.links(place)) {
            if (link.outbound) {
                dialled++;
            }
        }
        int wanted = Math.min(connections, network.size() - 1);
        for (int tries = TRIES * (wanted - dialled); tries > 0 && dialled < wanted; tries--) {
            if (network.connect(place, random.nextInt(network.size()))) {
                dialled++;
            }
        }
    }
}
