package io.outcry.node;

import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.BootstrapList;
import io.outcry.market.replica.CounterpartyPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a node is set up.
 *
 * @param privateKey who it is; markets need Ed25519 or secp256k1, whose public key lies inside the peer id
 * @param listen where it listens
 * @param bootstrap peers to connect to first, each with {@code /p2p/…}; they are asked for rendezvous
 * @param dataDir where journals are kept; nothing survives the process without it
 * @param threading who runs its agents
 * @param rendezvousServer whether it answers others' rendezvous
 * @param policy how many unsettled fills its orders risk with a counterparty
 * @param agentVersion told by identify
 * @param memoryMax the budget of everything it buffers, bytes
 */
public record NodeOptions(
        PrivateKey privateKey,
        List<Multiaddr> listen,
        List<Multiaddr> bootstrap,
        Optional<Path> dataDir,
        ThreadingMode threading,
        boolean rendezvousServer,
        CounterpartyPolicy policy,
        String agentVersion,
        long memoryMax) {

    /** 512 MiB: connections, streams and outboxes of a few hundred busy peers. */
    public static final long MEMORY_MAX_DEFAULT = 512L << 20;

    private static final String AGENT_VERSION = "outcry/0.1.0";

    /** Copies the lists and checks them. */
    public NodeOptions {
        listen = List.copyOf(listen);
        bootstrap = List.copyOf(bootstrap);
        if (bootstrap.size() > BootstrapList.ADDRESSES_MAX) {
            throw new IllegalArgumentException("a node has at most " + BootstrapList.ADDRESSES_MAX
                    + " bootstrap addresses, not " + bootstrap.size());
        }
        if (memoryMax < 1) {
            throw new IllegalArgumentException("memoryMax is " + memoryMax + "; a node needs a budget of bytes");
        }
        for (Multiaddr address : bootstrap) {
            if (address.peerId().isEmpty()) {
                throw new IllegalArgumentException(
                        "bootstrap address " + address + " does not name its peer: append /p2p/PEER-ID");
            }
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects the options; everything has a default. */
    public static final class Builder {
        private Optional<PrivateKey> privateKey = Optional.empty();
        private final List<Multiaddr> listen = new ArrayList<>();
        private final List<Multiaddr> bootstrap = new ArrayList<>();
        private Optional<Path> dataDir = Optional.empty();
        private ThreadingMode threading = ThreadingMode.forThisMachine();
        private boolean rendezvousServer;
        private CounterpartyPolicy policy = CounterpartyPolicy.CAUTIOUS;
        private String agentVersion = AGENT_VERSION;
        private long memoryMax = MEMORY_MAX_DEFAULT;

        private Builder() {}

        /** Default: a fresh Ed25519 key. */
        public Builder privateKey(PrivateKey key) {
            privateKey = Optional.of(key);
            return this;
        }

        /** Default: {@code /ip4/127.0.0.1/tcp/0}. May be called again for more addresses. */
        public Builder listen(String address) {
            return listen(Multiaddr.parse(address));
        }

        /** The same for a parsed address. */
        public Builder listen(Multiaddr address) {
            listen.add(address);
            return this;
        }

        /** Default: none. May be called again for more addresses. */
        public Builder bootstrap(String address) {
            return bootstrap(Multiaddr.parse(address));
        }

        /** The same for a parsed address. */
        public Builder bootstrap(Multiaddr address) {
            bootstrap.add(address);
            return this;
        }

        /** Default: none, nothing is kept. */
        public Builder dataDir(Path directory) {
            dataDir = Optional.of(directory);
            return this;
        }

        /** Default: {@link ThreadingMode#forThisMachine}. */
        public Builder threading(ThreadingMode mode) {
            threading = mode;
            return this;
        }

        /** Default: false. */
        public Builder rendezvousServer(boolean serve) {
            rendezvousServer = serve;
            return this;
        }

        /** Default: {@link CounterpartyPolicy#CAUTIOUS}. */
        public Builder policy(CounterpartyPolicy counterparties) {
            policy = counterparties;
            return this;
        }

        public Builder agentVersion(String version) {
            agentVersion = version;
            return this;
        }

        /** Default: {@link #MEMORY_MAX_DEFAULT}. */
        public Builder memoryMax(long bytes) {
            memoryMax = bytes;
            return this;
        }

        public NodeOptions build() {
            List<Multiaddr> where = listen.isEmpty() ? List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")) : listen;
            return new NodeOptions(
                    privateKey.orElseGet(() -> PrivateKey.generate(KeyType.ED25519)),
                    where,
                    bootstrap,
                    dataDir,
                    threading,
                    rendezvousServer,
                    policy,
                    agentVersion,
                    memoryMax);
        }
    }
}
