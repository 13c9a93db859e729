package io.outcry.discovery;

import io.outcry.core.identity.EnvelopeException;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.DiscoveryException.Reason;
import io.outcry.discovery.rendezvous.RefreshSchedule;
import io.outcry.discovery.rendezvous.RendezvousLimits;
import io.outcry.discovery.rendezvous.RendezvousMessage;
import io.outcry.discovery.rendezvous.RendezvousMessage.Discover;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Unregister;
import io.outcry.discovery.rendezvous.RendezvousStatus;
import io.outcry.transport.AddressBook;
import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds peers through a rendezvous point and lets this node be found there.
 *
 * <p>Registrations are renewed before they end, at once when this node listens somewhere new or is connected to the point
 * again (which may have been restarted, and remembers nobody then), and again and again while the point is away; its absence
 * is one warning. What the point tells of others counts only as far as they signed it.
 *
 * <p><b>Threading</b>: any thread.
 *
 * <p><b>Errors</b>: futures fail with {@link DiscoveryException}.
 *
 * <p><b>Spec</b>: libp2p rendezvous.
 */
public final class RendezvousClient implements PeerDiscovery {

    private static final Logger LOG = LoggerFactory.getLogger(RendezvousClient.class);

    /** Answers asked for in one {@link #findPeers}, whatever the point's pages hold. */
    private static final int PAGES_MAX = 64;

    /** Peers one call may ask for. */
    public static final int FIND_MAX = 10_000;

    private final Host host;
    private final PeerId point;
    private final RendezvousExchanges exchanges;
    private final RefreshSchedule schedule = new RefreshSchedule(new SplittableRandom(new SecureRandom().nextLong()));
    private final Map<String, CompletableFuture<Duration>> firstOutcomes = new HashMap<>();
    private final HostListener listener;
    private final DiscoveryAgent agent;
    private long lastSeq;
    private boolean away;
    private boolean pointWent;
    private boolean closed;

    private RendezvousClient(Host host, PeerId point) {
        this.host = host;
        this.point = point;
        this.exchanges = new RendezvousExchanges(host, point);
        this.agent = new DiscoveryAgent("rendezvous", host, new Duty());
        this.listener = new HostListener() {
            @Override
            public void onListening(Multiaddr address) {
                agent.execute(() -> schedule.onChanged(agent.nowNs()));
            }

            @Override
            public void onConnected(Connection connection) {
                if (connection.peer().equals(point)) {
                    agent.execute(RendezvousClient.this::onPointConnected);
                }
            }

            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                if (connection.peer().equals(point) && !host.isConnected(point)) {
                    agent.execute(() -> pointWent = true);
                }
            }
        };
    }

    /** A client of the point {@code point}, whose addresses the host's address book has or the host is connected to. */
    public static RendezvousClient start(Host host, PeerId point) {
        RendezvousClient client = new RendezvousClient(host, point);
        client.agent.begin();
        host.addListener(client.listener);
        return client;
    }

    private void onPointConnected() {
        if (pointWent) {
            pointWent = false;
            schedule.onChanged(agent.nowNs());
        }
    }

    /** The rendezvous point. */
    public PeerId point() {
        return point;
    }

    @Override
    public CompletableFuture<Duration> advertise(String namespace, Duration ttl) {
        CompletableFuture<Duration> outcome = new CompletableFuture<>();
        boolean taken = agent.execute(() -> {
            if (closed) {
                outcome.completeExceptionally(closedOrBusy());
                return;
            }
            if (!schedule.onAdvertise(namespace, ttl, agent.nowNs())) {
                outcome.completeExceptionally(new DiscoveryException(
                        Reason.LOCAL, "at most " + RefreshSchedule.NAMESPACES_MAX + " namespaces are advertised"));
                return;
            }
            CompletableFuture<Duration> earlier = firstOutcomes.put(namespace, outcome);
            if (earlier != null) {
                outcome.whenComplete((granted, failure) -> {
                    if (failure == null) {
                        earlier.complete(granted);
                    } else {
                        earlier.completeExceptionally(failure);
                    }
                });
            }
        });
        return taken ? outcome : CompletableFuture.failedFuture(closedOrBusy());
    }

    @Override
    public void withdraw(String namespace) {
        agent.execute(() -> {
            if (schedule.onWithdraw(namespace)) {
                forget(namespace, new DiscoveryException(Reason.CLOSED, "'" + namespace + "' was withdrawn"));
                exchanges.tell(new Unregister(namespace));
            }
        });
    }

    private DiscoveryException closedOrBusy() {
        return new DiscoveryException(Reason.CLOSED, "this rendezvous client was closed, or has too much to do");
    }

    private void forget(String namespace, DiscoveryException why) {
        CompletableFuture<Duration> first = firstOutcomes.remove(namespace);
        if (first != null) {
            first.completeExceptionally(why);
        }
    }

    private void register(String namespace) {
        byte[] record;
        try {
            record = signedRecord();
        } catch (DiscoveryException nothingToTell) {
            onRegisterFailed(namespace, nothingToTell);
            return;
        }
        exchanges
                .ask(new Register(namespace, record, schedule.ttlS(namespace)), agent.nowNs())
                .whenComplete((answer, failure) -> agent.execute(() -> {
                    if (failure != null) {
                        onRegisterFailed(namespace, cause(failure));
                    } else if (answer instanceof RegisterResponse response) {
                        onRegisterAnswer(namespace, response);
                    } else {
                        onRegisterFailed(namespace, strange());
                    }
                }));
    }

    private byte[] signedRecord() {
        List<Multiaddr> addresses =
                host.peerAddresses().stream().map(Multiaddr::withoutPeer).toList();
        if (addresses.isEmpty()) {
            throw new DiscoveryException(Reason.LOCAL, "this host listens nowhere, so there is nothing to advertise");
        }
        lastSeq = PeerRecord.nextSeq(lastSeq, host.options().epochClock().epochMs());
        List<Multiaddr> told = addresses.subList(0, Math.min(addresses.size(), AddressBook.ADDRESSES_PER_PEER_MAX));
        return new PeerRecord(host.peerId(), lastSeq, told)
                .toEnvelope(host.options().privateKey())
                .encoded();
    }

    private void onRegisterAnswer(String namespace, RegisterResponse response) {
        if (response.status() != RendezvousStatus.OK) {
            onRegisterFailed(namespace, refused(response.status(), response.text()));
            return;
        }
        long grantedS = response.ttlS() > 0
                ? Math.min(response.ttlS(), RendezvousLimits.TTL_MAX_S)
                : RendezvousLimits.TTL_DEFAULT_S;
        if (!schedule.isAdvertised(namespace)) {
            exchanges.tell(new Unregister(namespace)); // withdrawn while this was on its way, and may be overtaken
            return;
        }
        schedule.onRegistered(namespace, grantedS, agent.nowNs());
        CompletableFuture<Duration> first = firstOutcomes.remove(namespace);
        if (first != null) {
            first.complete(Duration.ofSeconds(grantedS));
        }
        if (away) {
            away = false;
            LOG.info("rendezvous point {} is back; registered under '{}'", point, namespace);
        }
    }

    private void onRegisterFailed(String namespace, DiscoveryException why) {
        boolean forGood = switch (why.status()) {
            case INVALID_NAMESPACE, INVALID_TTL, INVALID_SIGNED_PEER_RECORD -> true;
            default -> false;
        };
        if (forGood) {
            schedule.onWithdraw(namespace);
            LOG.warn("'{}' is not registered: {}", namespace, why.getMessage());
        } else {
            schedule.onFailed(namespace, agent.nowNs());
            if (!away) {
                away = true;
                LOG.warn("not registered under '{}', trying on: {}", namespace, why.getMessage());
            }
        }
        forget(namespace, why);
    }

    private DiscoveryException refused(RendezvousStatus status, String text) {
        return new DiscoveryException(
                Reason.REFUSED, status, "rendezvous point " + point + " answered " + status + ": " + text);
    }

    private DiscoveryException strange() {
        return new DiscoveryException(Reason.PROTOCOL, "rendezvous point " + point + " answered something else");
    }

    private DiscoveryException cause(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof DiscoveryException known
                ? known
                : new DiscoveryException(
                        Reason.UNREACHABLE, "rendezvous point " + point + ": " + cause.getMessage(), cause);
    }

    @Override
    public CompletableFuture<List<PeerAddresses>> findPeers(String namespace, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is at least 1, got " + limit);
        }
        CompletableFuture<List<PeerAddresses>> result = new CompletableFuture<>();
        Search search = new Search(namespace, Math.min(limit, FIND_MAX), result);
        if (!agent.execute(() -> search.ask(new byte[0]))) {
            result.completeExceptionally(closedOrBusy());
        }
        return result;
    }

    @Override
    public void close() {
        host.removeListener(listener);
        agent.close();
    }

    /** What the agent does by the clock. */
    private final class Duty implements DiscoveryAgent.Duty {

        @Override
        public int onTick(long nowNs) {
            List<String> due = schedule.due(nowNs);
            due.forEach(RendezvousClient.this::register);
            return due.size() + exchanges.onTick(nowNs);
        }

        @Override
        public long nextDeadlineNs() {
            long refreshNs = schedule.nextDeadlineNs();
            long exchangeNs = exchanges.nextDeadlineNs();
            if (refreshNs == Long.MAX_VALUE || exchangeNs == Long.MAX_VALUE) {
                return Math.min(refreshNs, exchangeNs);
            }
            return refreshNs - exchangeNs < 0 ? refreshNs : exchangeNs;
        }

        @Override
        public void onClose() {
            closed = true;
            DiscoveryException why = new DiscoveryException(Reason.CLOSED, "this rendezvous client was closed");
            schedule.namespaces().forEach(namespace -> exchanges.tell(new Unregister(namespace)));
            List.copyOf(firstOutcomes.keySet()).forEach(namespace -> forget(namespace, why));
            exchanges.close(why);
        }
    }

    /** One {@link #findPeers}: page after page, on the agent's thread. */
    private final class Search {

        private final String namespace;
        private final int limit;
        private final CompletableFuture<List<PeerAddresses>> result;
        private final Map<PeerId, PeerAddresses> found = new LinkedHashMap<>();
        private int pages;

        private Search(String namespace, int limit, CompletableFuture<List<PeerAddresses>> result) {
            this.namespace = namespace;
            this.limit = limit;
            this.result = result;
        }

        private void ask(byte[] cookie) {
            exchanges
                    .ask(new Discover(namespace, limit - found.size(), cookie), agent.nowNs())
                    .whenComplete((answer, failure) -> {
                        boolean heard = agent.execute(() -> onAnswer(answer, failure));
                        if (!heard) {
                            result.completeExceptionally(closedOrBusy());
                        }
                    });
        }

        private void onAnswer(@Nullable RendezvousMessage answer, @Nullable Throwable failure) {
            if (failure != null) {
                result.completeExceptionally(cause(failure));
            } else if (!(answer instanceof DiscoverResponse response)) {
                result.completeExceptionally(strange());
            } else if (response.status() != RendezvousStatus.OK) {
                result.completeExceptionally(refused(response.status(), response.text()));
            } else {
                response.registrations().forEach(this::take);
                boolean more = !response.registrations().isEmpty() && response.cookie().length > 0;
                if (more && found.size() < limit && ++pages < PAGES_MAX) {
                    ask(response.cookie());
                } else {
                    result.complete(List.copyOf(found.values()));
                }
            }
        }

        /** Believes a registration as far as its peer signed it. */
        private void take(Register registration) {
            PeerRecord record;
            try {
                record = PeerRecord.fromEnvelope(registration.signedRecord());
            } catch (EnvelopeException forged) {
                LOG.debug("rendezvous point {} passed on a bad record: {}", point, forged.getMessage());
                return;
            }
            if (record.peer().equals(host.peerId())
                    || found.size() >= limit
                    || record.addresses().isEmpty()) {
                return;
            }
            long leftS = Math.max(1, Math.min(registration.ttlS(), AddressBook.ADDRESS_TTL.toSeconds()));
            host.addressBook().addCertified(record, registration.signedRecord(), Duration.ofSeconds(leftS));
            List<Multiaddr> addresses =
                    record.addresses().stream().map(Multiaddr::withoutPeer).toList();
            found.put(record.peer(), new PeerAddresses(record.peer(), addresses));
        }
    }
}
