package io.outcry.discovery;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stays connected to peers the user named. One that cannot be reached is one warning, and is tried again, ever more
 * slowly, for as long as the list lives.
 *
 * <p><b>Threading</b>: any thread.
 */
public final class BootstrapList implements PeerDiscovery {

    private static final Logger LOG = LoggerFactory.getLogger(BootstrapList.class);

    /** Addresses of one list; more than a handful is a mistake. */
    public static final int ADDRESSES_MAX = BootstrapPlan.ADDRESSES_MAX;

    private final Host host;
    private final BootstrapPlan plan;
    private final CompletableFuture<PeerId> firstConnected = new CompletableFuture<>();
    private final DiscoveryAgent agent;
    private final HostListener listener;
    private volatile int connected;

    private BootstrapList(Host host, List<Multiaddr> addresses) {
        this.host = host;
        this.plan = new BootstrapPlan(
                addresses,
                new SplittableRandom(new SecureRandom().nextLong()),
                new Dials(),
                host.options().clock().nowNs());
        this.agent = new DiscoveryAgent("bootstrap", host, new Duty());
        this.listener = new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                tell(() -> plan.onPeerConnected(connection.peer()));
            }

            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                tell(() -> {
                    if (!host.isConnected(connection.peer())) {
                        plan.onPeerDisconnected(connection.peer(), agent.nowNs());
                    }
                });
            }
        };
    }

    /** Begins to dial; returns at once. An empty list does nothing. */
    public static BootstrapList start(Host host, List<Multiaddr> addresses) {
        BootstrapList list = new BootstrapList(host, addresses);
        list.agent.begin();
        host.addListener(list.listener);
        return list;
    }

    /** The first peer of the list that was reached. */
    public CompletableFuture<PeerId> firstConnected() {
        return firstConnected.copy();
    }

    /** Addresses of the list whose peer is connected now. */
    public int connected() {
        return connected;
    }

    private void tell(Runnable event) {
        agent.execute(() -> {
            event.run();
            connected = plan.connected();
        });
    }

    /** Nobody can be added to a list; the future fails. */
    @Override
    public CompletableFuture<Duration> advertise(String namespace, Duration ttl) {
        return CompletableFuture.failedFuture(new DiscoveryException(
                DiscoveryException.Reason.LOCAL, "a bootstrap list advertises nobody; use a rendezvous point"));
    }

    @Override
    public void withdraw(String namespace) {}

    /** The peers of the list whose names are known, whatever the namespace. */
    @Override
    public CompletableFuture<List<PeerAddresses>> findPeers(String namespace, int limit) {
        CompletableFuture<List<PeerAddresses>> result = new CompletableFuture<>();
        boolean taken = agent.execute(() -> result.complete(plan.known().stream()
                .filter(found -> !found.peer().equals(host.peerId()))
                .limit(limit)
                .toList()));
        if (!taken) {
            result.completeExceptionally(closed());
        }
        return result;
    }

    private static DiscoveryException closed() {
        return new DiscoveryException(DiscoveryException.Reason.CLOSED, "this bootstrap list was closed");
    }

    /** Stops dialling; connections stay. */
    @Override
    public void close() {
        host.removeListener(listener);
        agent.close();
        firstConnected.completeExceptionally(closed());
    }

    /** What the agent does by the clock. */
    private final class Duty implements DiscoveryAgent.Duty {

        @Override
        public int onTick(long nowNs) {
            return plan.onTick(nowNs);
        }

        @Override
        public long nextDeadlineNs() {
            return plan.nextDeadlineNs();
        }
    }

    /** Dials through the host. */
    private final class Dials implements BootstrapPlan.Sink {

        @Override
        public void dial(int index, Multiaddr address) {
            host.connect(address)
                    .whenComplete((connection, failure) -> tell(() -> {
                        if (failure == null) {
                            plan.onConnected(index, connection.peer());
                            firstConnected.complete(connection.peer());
                            if (!host.isConnected(connection.peer())) {
                                plan.onPeerDisconnected(connection.peer(), agent.nowNs());
                            }
                        } else {
                            plan.onFailed(index, String.valueOf(failure.getMessage()), agent.nowNs());
                        }
                    }));
        }

        @Override
        public void unreachable(Multiaddr address, String why) {
            LOG.warn("bootstrap peer {} is unreachable, trying on: {}", address, why);
        }

        @Override
        public void reachableAgain(Multiaddr address) {
            LOG.info("bootstrap peer {} is reachable again", address);
        }
    }
}
