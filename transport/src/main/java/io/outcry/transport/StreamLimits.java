package io.outcry.transport;

/**
 * How many streams of one protocol may be open at once; one more is reset.
 *
 * @param inboundPerPeer opened by one peer
 * @param inbound opened by all peers together; a peer's first is taken all the same, so that no few peers can keep the
 *     others out (0 takes none)
 * @param outboundPerPeer opened by us to one peer
 */
public record StreamLimits(int inboundPerPeer, int inbound, int outboundPerPeer) {

    /**
     * 512 from one peer, 32 768 from all, 512 to one peer: room for applications, and a bound that the eight connections an
     * address may have do not come near.
     */
    public static final StreamLimits DEFAULT = new StreamLimits(512, 32_768, 512);

    /**
     * So many for each peer, and for all together what as many peers as may be connected can have: of a protocol that everybody
     * needs, nobody can take so much that others find none.
     */
    static StreamLimits ofEachPeer(int inboundPerPeer, int outboundPerPeer, HostLimits limits) {
        long all = (long) inboundPerPeer * limits.connections();
        return new StreamLimits(inboundPerPeer, (int) Math.min(Integer.MAX_VALUE, all), outboundPerPeer);
    }

    public StreamLimits {
        if (inboundPerPeer < 0 || inbound < 0 || outboundPerPeer < 0) {
            throw new IllegalArgumentException(
                    "stream limits are counts: " + inboundPerPeer + ", " + inbound + ", " + outboundPerPeer);
        }
    }
}
