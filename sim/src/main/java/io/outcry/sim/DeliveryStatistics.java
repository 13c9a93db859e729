package io.outcry.sim;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Who should have heard each message, who did, when, and how often.
 *
 * <p><b>Threading</b>: one thread. <b>Units</b>: latencies in microseconds inside, milliseconds outside.
 */
final class DeliveryStatistics {

    private static final long LATENCY_MAX_US = 600_000_000L;

    private final List<Message> messages = new ArrayList<>();
    private final Histogram latenciesUs = new Histogram(LATENCY_MAX_US, 3);
    private long deliveries;
    private long duplicates;
    private long controlBytes;
    private long bytes;

    private static final class Message {
        final int author;
        final long publishedNs;
        final BitSet expected;
        final BitSet received = new BitSet();

        Message(int author, long publishedNs, BitSet expected) {
            this.author = author;
            this.publishedNs = publishedNs;
            this.expected = expected;
        }
    }

    /** Registers a message; returns its number. {@code expected} is kept. */
    int published(int author, long nowNs, BitSet expected) {
        messages.add(new Message(author, nowNs, expected));
        return messages.size() - 1;
    }

    /** A peer gave a message to its subscribers. */
    void delivered(int message, int peer, long nowNs) {
        Message entry = messages.get(message);
        if (entry.received.get(peer)) {
            throw new IllegalStateException("message " + message + " was delivered twice to peer " + peer);
        }
        entry.received.set(peer);
        deliveries++;
        if (entry.expected.get(peer)) {
            latenciesUs.recordValue(Math.min(LATENCY_MAX_US, (nowNs - entry.publishedNs) / 1_000));
        }
    }

    void duplicate(long count) {
        duplicates += count;
    }

    /** A frame left. */
    void sent(int frameBytes, boolean isControl) {
        bytes += frameBytes;
        if (isControl) {
            controlBytes += frameBytes;
        }
    }

    /** Somebody left: nothing more is expected of it, and whoever comes in its place has heard nothing. */
    void gone(int peer) {
        for (Message message : messages) {
            message.expected.clear(peer);
            message.received.clear(peer);
        }
    }

    /** The network was cut: nobody is expected to hear any more what was published on the other side. */
    void cut(int[] groupOfPlace) {
        for (Message message : messages) {
            BitSet expected = message.expected;
            for (int peer = expected.nextSetBit(0); peer >= 0; peer = expected.nextSetBit(peer + 1)) {
                if (!message.received.get(peer) && groupOfPlace[peer] != groupOfPlace[message.author]) {
                    expected.clear(peer);
                }
            }
        }
    }

    SimResult result(SimOptions options, long wallNs, World world) {
        return new SimResult(
                options.scenario().word(),
                options.peers(),
                options.seed(),
                delivery(),
                latenciesUs.getValueAtPercentile(50) / 1_000.0,
                latenciesUs.getValueAtPercentile(99) / 1_000.0,
                deliveries == 0 ? 0 : (double) duplicates / deliveries,
                controlBytes / options.peers(),
                bytes / options.peers(),
                wallNs / 1e9,
                world.events(),
                world.trace());
    }

    private double delivery() {
        long expected = 0;
        long received = 0;
        for (Message message : messages) {
            expected += message.expected.cardinality();
            BitSet both = (BitSet) message.expected.clone();
            both.and(message.received);
            received += both.cardinality();
        }
        return expected == 0 ? 1 : (double) received / expected;
    }
}
