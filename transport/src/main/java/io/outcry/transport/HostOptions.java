package io.outcry.transport;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.EpochClock;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.dns.NameLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a host is set up.
 *
 * @param privateKey who it is
 * @param listen where it listens; empty to dial only
 * @param announce addresses told to peers instead of those listened on; empty to tell the latter
 * @param muxers accepted, in the order they are preferred when dialling
 * @param agentVersion told by identify
 * @param protocolVersion told by identify
 * @param limits what it refuses
 * @param timeouts how long it waits
 * @param waterMarks when the connection manager makes room
 * @param gater its firewall
 * @param memory the budget everything it buffers is reserved in
 * @param ioThreads event loops
 * @param nativeTransport whether to use epoll where its jar and the kernel allow
 * @param agents the group the host's agent joins, and leaves when the host is closed; empty for a thread of its own
 * @param identify whether to exchange identify on each connection
 * @param servePerf whether to answer {@code /perf/1.0.0}, which sends anybody who asks up to 1 GiB; off unless set
 * @param nameLookup for tests and embedders with a resolver of their own
 * @param clock monotonic time
 * @param epochClock wall time, for the sequence numbers of signed records
 */
public record HostOptions(
        PrivateKey privateKey,
        List<Multiaddr> listen,
        List<Multiaddr> announce,
        List<String> muxers,
        String agentVersion,
        String protocolVersion,
        HostLimits limits,
        HostTimeouts timeouts,
        WaterMarks waterMarks,
        ConnectionGater gater,
        MemoryBudget memory,
        int ioThreads,
        boolean nativeTransport,
        Optional<AgentGroup> agents,
        boolean identify,
        boolean servePerf,
        Optional<NameLookup> nameLookup,
        NanoClock clock,
        EpochClock epochClock) {

    /** {@code /yamux/1.0.0}, the default. */
    public static final String YAMUX = "/yamux/1.0.0";
    /** {@code /mplex/6.7.0}: no flow control of its own, so accepted and dialled last. */
    public static final String MPLEX = "/mplex/6.7.0";

    public HostOptions {
        listen = List.copyOf(listen);
        announce = List.copyOf(announce);
        muxers = List.copyOf(muxers);
        if (muxers.isEmpty()) {
            throw new IllegalArgumentException("a host needs a muxer; " + YAMUX + " is the one to have");
        }
        for (String muxer : muxers) {
            if (!muxer.equals(YAMUX) && !muxer.equals(MPLEX)) {
                throw new IllegalArgumentException("unknown muxer " + muxer + "; there are " + YAMUX + " and " + MPLEX);
            }
        }
        if (ioThreads < 1) {
            throw new IllegalArgumentException("ioThreads must be at least 1, but is " + ioThreads);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes {@link HostOptions}; what is not set has a default, the key a fresh Ed25519 one. */
    public static final class Builder {

        /** A quarter of the heap, 512 MiB at most: what a host may buffer unless told otherwise. */
        private static final long MEMORY_MAX = 512L << 20;

        private Optional<PrivateKey> privateKey = Optional.empty();
        private final List<Multiaddr> listen = new ArrayList<>();
        private final List<Multiaddr> announce = new ArrayList<>();
        private List<String> muxers = List.of(YAMUX, MPLEX);
        private String agentVersion = "outcry/0.1.0";
        private String protocolVersion = "ipfs/0.1.0";
        private HostLimits limits = HostLimits.DEFAULT;
        private HostTimeouts timeouts = HostTimeouts.DEFAULT;
        private WaterMarks waterMarks = WaterMarks.DEFAULT;
        private ConnectionGater gater = ConnectionGater.OPEN;
        private Optional<MemoryBudget> memory = Optional.empty();
        private int ioThreads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        private boolean nativeTransport = true;
        private Optional<AgentGroup> agents = Optional.empty();
        private boolean identify = true;
        private boolean servePerf;
        private Optional<NameLookup> nameLookup = Optional.empty();
        private NanoClock clock = NanoClock.system();
        private EpochClock epochClock = EpochClock.system();

        private Builder() {}

        public Builder privateKey(PrivateKey key) {
            this.privateKey = Optional.of(key);
            return this;
        }

        /** Adds an address to listen on, for example {@code /ip4/0.0.0.0/tcp/4001}; port 0 takes a free one. */
        public Builder listen(Multiaddr address) {
            this.listen.add(address);
            return this;
        }

        /** {@link #listen(Multiaddr)} of its text. */
        public Builder listen(String address) {
            return listen(Multiaddr.parse(address));
        }

        public Builder listen(List<Multiaddr> addresses) {
            this.listen.addAll(addresses);
            return this;
        }

        public Builder announce(List<Multiaddr> addresses) {
            this.announce.addAll(addresses);
            return this;
        }

        public Builder muxers(String... inOrder) {
            this.muxers = List.of(inOrder);
            return this;
        }

        public Builder agentVersion(String version) {
            this.agentVersion = version;
            return this;
        }

        public Builder protocolVersion(String version) {
            this.protocolVersion = version;
            return this;
        }

        public Builder limits(HostLimits limits) {
            this.limits = limits;
            return this;
        }

        public Builder timeouts(HostTimeouts timeouts) {
            this.timeouts = timeouts;
            return this;
        }

        public Builder waterMarks(WaterMarks waterMarks) {
            this.waterMarks = waterMarks;
            return this;
        }

        public Builder gater(ConnectionGater gater) {
            this.gater = gater;
            return this;
        }

        public Builder memory(MemoryBudget budget) {
            this.memory = Optional.of(budget);
            return this;
        }

        public Builder ioThreads(int threads) {
            this.ioThreads = threads;
            return this;
        }

        public Builder nativeTransport(boolean use) {
            this.nativeTransport = use;
            return this;
        }

        /** Lets the host's agent run with others, for example on the one thread of a node. */
        public Builder agents(AgentGroup group) {
            this.agents = Optional.of(group);
            return this;
        }

        public Builder identify(boolean exchange) {
            this.identify = exchange;
            return this;
        }

        public Builder servePerf(boolean serve) {
            this.servePerf = serve;
            return this;
        }

        public Builder nameLookup(NameLookup lookup) {
            this.nameLookup = Optional.of(lookup);
            return this;
        }

        public Builder clock(NanoClock clock) {
            this.clock = clock;
            return this;
        }

        public Builder epochClock(EpochClock clock) {
            this.epochClock = clock;
            return this;
        }

        public HostOptions build() {
            long memoryMax = Math.min(MEMORY_MAX, Runtime.getRuntime().maxMemory() / 4);
            return new HostOptions(
                    privateKey.orElseGet(() -> PrivateKey.generate(KeyType.ED25519)),
                    listen,
                    announce,
                    muxers,
                    agentVersion,
                    protocolVersion,
                    limits,
                    timeouts,
                    waterMarks,
                    gater,
                    memory.orElseGet(() -> new MemoryBudget("host", memoryMax)),
                    ioThreads,
                    nativeTransport,
                    agents,
                    identify,
                    servePerf,
                    nameLookup,
                    clock,
                    epochClock);
        }
    }
}
