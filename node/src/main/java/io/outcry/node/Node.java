package io.outcry.node;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.discovery.BootstrapList;
import io.outcry.discovery.PeerDiscovery;
import io.outcry.discovery.RendezvousClient;
import io.outcry.discovery.RendezvousServer;
import io.outcry.gossip.PubSub;
import io.outcry.gossip.PubSubListener;
import io.outcry.gossip.PubSubOptions;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import io.outcry.transport.ListenException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer: a {@link Host}, its {@link PubSub} and its {@link Markets}, bound together and run by one group of agents.
 *
 * <pre>{@code
 * try (Node node = Node.start(NodeOptions.builder().bootstrap(address).build())) {
 *     Market market = node.markets().join(MarketSpec.of("BTC/USDT", "0.01", "0.00000001"));
 *     market.ready().join();
 *     market.submit(market.limit(Side.BUY, "50000", "1")).join();
 * }
 * }</pre>
 *
 * <p><b>Threading</b>: any thread. <b>Errors</b>: {@link NodeException} if an address or the data directory cannot be used.
 */
public final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeOptions options;
    private final AgentGroup agents;
    private final Host host;
    private final PubSub pubsub;
    private final BootstrapList bootstrap;
    private final @Nullable RendezvousServer rendezvous;
    private final Markets markets;
    private final List<PeerDiscovery> discoveries = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Node(NodeOptions options, AgentGroup agents, Host host, List<PubSubListener> listeners) {
        this.options = options;
        this.agents = agents;
        this.host = host;
        PubSubOptions.Builder gossip = PubSubOptions.builder().agents(agents);
        listeners.forEach(gossip::listener);
        this.pubsub = PubSub.start(host, gossip.build());
        this.rendezvous = options.rendezvousServer() ? RendezvousServer.install(host) : null;
        this.bootstrap = BootstrapList.start(host, options.bootstrap());
        options.bootstrap().stream()
                .flatMap(address -> address.peerId().stream())
                .distinct()
                .forEach(peer -> discoveries.add(RendezvousClient.start(host, peer)));
        Finder finder = new Finder(host.peerId(), Finder.Ways.of(host, pubsub), discoveries);
        agents.add(finder);
        this.markets = new Markets(options, host, pubsub, agents, finder);
    }

    public static Node start(NodeOptions options) {
        return start(options, List.of());
    }

    /** Starts a node whose PubSub has listeners from its first event on. */
    public static Node start(NodeOptions options, List<PubSubListener> listeners) {
        AgentGroup agents = AgentGroup.start(
                options.threading(),
                "node",
                NanoClock.system(),
                (agent, failure) -> LOG.error("agent {} failed; it goes on", agent.role(), failure));
        Host host = null;
        try {
            host = Host.start(HostOptions.builder()
                    .privateKey(options.privateKey())
                    .listen(options.listen())
                    .agentVersion(options.agentVersion())
                    .memory(new MemoryBudget("node", options.memoryMax()))
                    .agents(agents)
                    .build());
            return new Node(options, agents, host, listeners);
        } catch (ListenException e) {
            agents.close();
            throw new NodeException(NodeException.Code.LISTEN, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            if (host != null) {
                host.close();
            }
            agents.close();
            throw e;
        }
    }

    public PeerId peerId() {
        return host.peerId();
    }

    public NodeOptions options() {
        return options;
    }

    /** Streams and connections. */
    public Host host() {
        return host;
    }

    /** Topics. */
    public PubSub pubsub() {
        return pubsub;
    }

    /** Markets. */
    public Markets markets() {
        return markets;
    }

    /** Leaves the markets, commits the journals, says good-bye and closes everything, within a few seconds. Idempotent. */
    @Override
    public void close() {
        end(true);
    }

    /**
     * Ends as a crash would: no good-bye to anybody, and what the journals have not synced is lost. For demonstrations and
     * tests of recovery.
     */
    public void kill() {
        end(false);
    }

    private void end(boolean orderly) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        bootstrap.close(); // first, or it would dial again those whom we leave
        if (!orderly) {
            host.abort();
        }
        markets.close(orderly);
        discoveries.forEach(PeerDiscovery::close);
        pubsub.close();
        if (rendezvous != null) {
            rendezvous.close();
        }
        host.close();
        agents.close();
    }
}
