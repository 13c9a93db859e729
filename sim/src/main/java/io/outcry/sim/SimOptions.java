package io.outcry.sim;

/**
 * What to simulate. {@link #of} gives the defaults of the command line.
 *
 * @param scenario what happens
 * @param peers how many peers there are, at the start
 * @param seed what replays the run
 * @param messages how many messages (orders, in {@link Scenario#MARKET}) are published in all
 * @param messageBytes size of a message's data
 * @param connections how many others each peer dials; it has twice as many on average
 * @param profile the network
 */
public record SimOptions(
        Scenario scenario, int peers, long seed, int messages, int messageBytes, int connections, LinkProfile profile) {

    /** More peers than this have not been tried; the state of a router and its outboxes takes tens of kilobytes. */
    public static final int PEERS_MAX = 100_000;

    /** A message carries its number. */
    static final int MESSAGE_BYTES_MIN = 16;

    public SimOptions {
        requireRange("peers", peers, 2, PEERS_MAX);
        requireRange("messages", messages, 1, 1_000_000);
        requireRange("messageBytes", messageBytes, MESSAGE_BYTES_MIN, 1 << 20);
        requireRange("connections", connections, 1, 100);
    }

    /** The scenario with its usual load. */
    public static SimOptions of(Scenario scenario, int peers, long seed) {
        int messages = switch (scenario) {
            case MARKET -> 200;
            case BURST -> 100;
            case LARGE -> 10;
            default -> 30;
        };
        int messageBytes = scenario == Scenario.LARGE ? 128 << 10 : 256;
        return new SimOptions(scenario, peers, seed, messages, messageBytes, 10, LinkProfile.WIDE_AREA);
    }

    public SimOptions withMessages(int newMessages) {
        return new SimOptions(scenario, peers, seed, newMessages, messageBytes, connections, profile);
    }

    public SimOptions withMessageBytes(int newMessageBytes) {
        return new SimOptions(scenario, peers, seed, messages, newMessageBytes, connections, profile);
    }

    public SimOptions withConnections(int newConnections) {
        return new SimOptions(scenario, peers, seed, messages, messageBytes, newConnections, profile);
    }

    public SimOptions withProfile(LinkProfile newProfile) {
        return new SimOptions(scenario, peers, seed, messages, messageBytes, connections, newProfile);
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", must be from " + min + " to " + max);
        }
    }
}
