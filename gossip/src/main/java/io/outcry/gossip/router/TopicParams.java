package io.outcry.gossip.router;

/**
 * The mesh of one topic.
 *
 * @param d peers a mesh is brought to
 * @param dLow below this the heartbeat grafts
 * @param dHigh above this it prunes, and at this only peers that this node dialled are let in
 * @param dScore how many of the best survive a pruning (by score, with the scores); kept for the validation of the others
 * @param dOut peers in the mesh that this node dialled, at least
 * @param dLazy peers told of new ids in a heartbeat, at least
 * @param gossipFactor the share of the eligible peers told, if that is more
 * @param awaitsVerdict true if each message waits for {@link GossipRouter#onVerdict} before it goes on
 *     <p><b>Spec</b>: gossipsub-v1.0 "Parameters", v1.1 "Outbound Mesh Quotas", "Adaptive Gossip Dissemination".
 */
public record TopicParams(
        int d, int dLow, int dHigh, int dScore, int dOut, int dLazy, double gossipFactor, boolean awaitsVerdict) {

    /** The specification's values. */
    public static final TopicParams DEFAULT = new TopicParams(6, 4, 12, 4, 2, 6, 0.25, false);

    /** A node that meshes with nobody, for bootstrap servers. */
    public static final TopicParams NO_MESH = new TopicParams(0, 0, 0, 0, 0, 0, 0, false);

    public TopicParams {
        check(0 <= dLow && dLow <= d && d <= dHigh, "0 <= dLow <= d <= dHigh", dLow + ", " + d + ", " + dHigh);
        check(dOut >= 0 && dOut <= d / 2 && (dOut == 0 || dOut < dLow), "dOut < dLow and dOut <= d / 2", "" + dOut);
        check(0 <= dScore && dScore <= dHigh, "0 <= dScore <= dHigh", "" + dScore);
        check(dLazy >= 0, "dLazy >= 0", "" + dLazy);
        check(gossipFactor >= 0 && gossipFactor <= 1, "0 <= gossipFactor <= 1", "" + gossipFactor);
    }

    private static void check(boolean holds, String rule, String value) {
        if (!holds) {
            throw new IllegalArgumentException("it must hold that " + rule + ", but the value is " + value);
        }
    }

    /** The same mesh with other degrees; the outbound quota is lowered to what they allow. */
    public TopicParams withDegrees(int d, int dLow, int dHigh) {
        int out = Math.max(0, Math.min(dOut, Math.min(d / 2, dLow - 1)));
        return new TopicParams(d, dLow, dHigh, Math.min(dScore, dHigh), out, dLazy, gossipFactor, awaitsVerdict);
    }

    /** The same mesh with another outbound quota. */
    public TopicParams withDOut(int dOut) {
        return new TopicParams(d, dLow, dHigh, dScore, dOut, dLazy, gossipFactor, awaitsVerdict);
    }

    /** The same mesh with other lazy gossip. */
    public TopicParams withGossip(int dLazy, double gossipFactor) {
        return new TopicParams(d, dLow, dHigh, dScore, dOut, dLazy, gossipFactor, awaitsVerdict);
    }

    /** The same mesh with or without asking for verdicts. */
    public TopicParams withAwaitsVerdict(boolean awaitsVerdict) {
        return new TopicParams(d, dLow, dHigh, dScore, dOut, dLazy, gossipFactor, awaitsVerdict);
    }
}
