package io.outcry.transport;

/**
 * What a host refuses instead of growing. Counts unless the name says otherwise; loopback is exempt from what is counted by
 * address, unless {@code loopbackLimited}.
 *
 * <p><b>Spec</b>: the defaults follow go-libp2p's resource manager, scaled to one JVM of a few hundred MiB.
 *
 * @param connections open connections, both directions; a hard bound above the manager's high water
 * @param connectionsPerPeer open connections with one peer
 * @param handshakes inbound sockets in upgrade at once; one more, and the oldest gives way
 * @param handshakesPerIp inbound sockets in upgrade at once from one IPv4 address or IPv6 /56
 * @param connectionsPerIp inbound connections from one IPv4 address or IPv6 /56
 * @param acceptsPerMinutePerIp the lasting rate of inbound sockets from one IPv4 address or IPv6 /56
 * @param acceptBurstPerIp how many may come at once before that rate counts
 * @param dials sockets in dial at once
 * @param dialsPerPeer sockets in dial at once for one peer
 * @param dialsWaiting dials that wait for their turn
 * @param streamsPerPeerInbound streams one peer may have open on us
 * @param streamsPerPeerOutbound streams we open on one peer
 * @param negotiatingStreams streams of one connection whose protocol is not agreed yet
 * @param streamOpensPerSecond the lasting rate of streams opened by one connection
 * @param streamOpenBurst how many may be opened at once before that rate counts
 * @param streamQueueBytes bytes {@link Stream#write} accepts beyond what left, for one stream
 * @param streamHighWaterBytes a stream with more than this queued is not writable
 * @param streamLowWaterBytes it is writable again below this
 * @param connectionReceiveBytes bytes received on one connection and not consumed; above, the socket is not read; at most
 *     half of its peer's share
 * @param peerBytes the share in the memory budget that all connections with one peer have together, and all with one IPv4
 *     address or IPv6 /56; at most a quarter of the budget
 * @param loopbackLimited whether loopback counts as an address like any other. It does not by default: it is ourselves, or a
 *     proxy that must do this work, or else all that come through it have together what one address may have
 */
public record HostLimits(
        int connections,
        int connectionsPerPeer,
        int handshakes,
        int handshakesPerIp,
        int connectionsPerIp,
        int acceptsPerMinutePerIp,
        int acceptBurstPerIp,
        int dials,
        int dialsPerPeer,
        int dialsWaiting,
        int streamsPerPeerInbound,
        int streamsPerPeerOutbound,
        int negotiatingStreams,
        int streamOpensPerSecond,
        int streamOpenBurst,
        int streamQueueBytes,
        int streamHighWaterBytes,
        int streamLowWaterBytes,
        int connectionReceiveBytes,
        long peerBytes,
        boolean loopbackLimited) {

    public static final HostLimits DEFAULT = builder().build();

    public HostLimits {
        positive("connections", connections);
        positive("connectionsPerPeer", connectionsPerPeer);
        positive("handshakes", handshakes);
        positive("handshakesPerIp", handshakesPerIp);
        positive("connectionsPerIp", connectionsPerIp);
        positive("acceptsPerMinutePerIp", acceptsPerMinutePerIp);
        positive("acceptBurstPerIp", acceptBurstPerIp);
        positive("dials", dials);
        positive("dialsPerPeer", dialsPerPeer);
        positive("dialsWaiting", dialsWaiting);
        positive("streamsPerPeerInbound", streamsPerPeerInbound);
        positive("streamsPerPeerOutbound", streamsPerPeerOutbound);
        positive("negotiatingStreams", negotiatingStreams);
        positive("streamOpensPerSecond", streamOpensPerSecond);
        positive("streamOpenBurst", streamOpenBurst);
        positive("streamQueueBytes", streamQueueBytes);
        positive("streamHighWaterBytes", streamHighWaterBytes);
        positive("connectionReceiveBytes", connectionReceiveBytes);
        positive("peerBytes", peerBytes);
        if (streamLowWaterBytes < 0 || streamLowWaterBytes >= streamHighWaterBytes) {
            throw new IllegalArgumentException("streamLowWaterBytes must be in 0…streamHighWaterBytes-1, but is "
                    + streamLowWaterBytes + " of " + streamHighWaterBytes);
        }
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes {@link HostLimits}; what is not set has the default. */
    public static final class Builder {

        private int connections = 512;
        private int connectionsPerPeer = 8;
        private int handshakes = 64;
        private int handshakesPerIp = 10;
        private int connectionsPerIp = 8;
        private int acceptsPerMinutePerIp = 12;
        private int acceptBurstPerIp = 16;
        private int dials = 160;
        private int dialsPerPeer = 8;
        private int dialsWaiting = 1_024;
        private int streamsPerPeerInbound = 1_024;
        private int streamsPerPeerOutbound = 1_024;
        private int negotiatingStreams = 128;
        private int streamOpensPerSecond = 500;
        private int streamOpenBurst = 1_000;
        private int streamQueueBytes = 16 << 20;
        private int streamHighWaterBytes = 1 << 20;
        private int streamLowWaterBytes = 256 << 10;
        private int connectionReceiveBytes = 16 << 20;
        private long peerBytes = 64L << 20;
        private boolean loopbackLimited;

        private Builder() {}

        public Builder connections(int total, int perPeer) {
            this.connections = total;
            this.connectionsPerPeer = perPeer;
            return this;
        }

        public Builder handshakes(int total, int perIp) {
            this.handshakes = total;
            this.handshakesPerIp = perIp;
            return this;
        }

        public Builder connectionsPerIp(int count) {
            this.connectionsPerIp = count;
            return this;
        }

        public Builder accepts(int perMinutePerIp, int burstPerIp) {
            this.acceptsPerMinutePerIp = perMinutePerIp;
            this.acceptBurstPerIp = burstPerIp;
            return this;
        }

        public Builder dials(int total, int perPeer, int waiting) {
            this.dials = total;
            this.dialsPerPeer = perPeer;
            this.dialsWaiting = waiting;
            return this;
        }

        public Builder streamsPerPeer(int inbound, int outbound) {
            this.streamsPerPeerInbound = inbound;
            this.streamsPerPeerOutbound = outbound;
            return this;
        }

        public Builder negotiatingStreams(int count) {
            this.negotiatingStreams = count;
            return this;
        }

        public Builder streamOpens(int perSecond, int burst) {
            this.streamOpensPerSecond = perSecond;
            this.streamOpenBurst = burst;
            return this;
        }

        public Builder streamQueue(int bytes, int highWaterBytes, int lowWaterBytes) {
            this.streamQueueBytes = bytes;
            this.streamHighWaterBytes = highWaterBytes;
            this.streamLowWaterBytes = lowWaterBytes;
            return this;
        }

        public Builder connectionReceiveBytes(int bytes) {
            this.connectionReceiveBytes = bytes;
            return this;
        }

        public Builder peerBytes(long bytes) {
            this.peerBytes = bytes;
            return this;
        }

        public Builder loopbackLimited(boolean limited) {
            this.loopbackLimited = limited;
            return this;
        }

        public HostLimits build() {
            return new HostLimits(
                    connections,
                    connectionsPerPeer,
                    handshakes,
                    handshakesPerIp,
                    connectionsPerIp,
                    acceptsPerMinutePerIp,
                    acceptBurstPerIp,
                    dials,
                    dialsPerPeer,
                    dialsWaiting,
                    streamsPerPeerInbound,
                    streamsPerPeerOutbound,
                    negotiatingStreams,
                    streamOpensPerSecond,
                    streamOpenBurst,
                    streamQueueBytes,
                    streamHighWaterBytes,
                    streamLowWaterBytes,
                    connectionReceiveBytes,
                    peerBytes,
                    loopbackLimited);
        }
    }
}
