package io.outcry.sim;

/**
 * How a network treats what is sent over it. The figures hold for each frame on each link.
 *
 * <p><b>Units</b>: milliseconds, bytes per second; chances from 0 to 1.
 *
 * @param latencyMinMs between neighbours
 * @param latencyMaxMs between peers at opposite ends of the world; each peer has a place, a link has its distance
 * @param jitterMs mean of an exponential delay on top, drawn for each frame; frames of a link still arrive in order
 * @param loss chance that a frame disappears (streams are reliable, so this stands for queues that overflow)
 * @param repeat chance that a frame arrives twice
 * @param reorder chance that a frame may be overtaken by later ones
 * @param bytesPerSecond what one peer can send in total; its frames wait for one another
 */
public record LinkProfile(
        double latencyMinMs,
        double latencyMaxMs,
        double jitterMs,
        double loss,
        double repeat,
        double reorder,
        long bytesPerSecond) {

    /** A wide area network in good order: 5 to 150 ms, 50 Mbit/s up. */
    public static final LinkProfile WIDE_AREA = new LinkProfile(5, 150, 3, 0, 0, 0, 6_250_000);

    /** A wide area network in trouble. */
    public static final LinkProfile ROUGH = new LinkProfile(5, 250, 20, 0.02, 0.01, 0.05, 2_500_000);

    public LinkProfile {
        if (latencyMinMs < 0 || latencyMaxMs < latencyMinMs || jitterMs < 0) {
            throw new IllegalArgumentException("latency " + latencyMinMs + ".." + latencyMaxMs + " ms with jitter "
                    + jitterMs + " ms is no range");
        }
        requireChance("loss", loss);
        requireChance("repeat", repeat);
        requireChance("reorder", reorder);
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond + ", must be positive");
        }
    }

    /** The same network with other faults. */
    public LinkProfile withFaults(double newLoss, double newRepeat, double newReorder) {
        return new LinkProfile(latencyMinMs, latencyMaxMs, jitterMs, newLoss, newRepeat, newReorder, bytesPerSecond);
    }

    private static void requireChance(String name, double chance) {
        if (!(chance >= 0 && chance <= 1)) {
            throw new IllegalArgumentException(name + " is " + chance + ", must be from 0 to 1");
        }
    }
}
