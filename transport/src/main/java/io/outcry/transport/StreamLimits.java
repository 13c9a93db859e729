package io.outcry.transport;

/**
 * How many streams of one protocol may be open at once; one more is reset.
 *
 * @param inboundPerPeer opened by one peer
 * @param inbound opened by all peers together
 * @param outboundPerPeer opened by us to one peer
 */
public record StreamLimits(int inboundPerPeer, int inbound, int outboundPerPeer) {

    /** 512 from one peer, 4 096 from all, 512 to one peer: room for applications, and a bound. */
    public static final StreamLimits DEFAULT = new StreamLimits(512, 4_096, 512);

    public StreamLimits {
        if (inboundPerPeer < 0 || inbound < 0 || outboundPerPeer < 0) {
            throw new IllegalArgumentException(
                    "stream limits are counts: " + inboundPerPeer + ", " + inbound + ", " + outboundPerPeer);
        }
    }
}
