package io.outcry.transport;

import io.outcry.core.agent.Agent;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.core.multiformats.MultiaddrException;
import io.outcry.transport.dial.DialFailure;
import io.outcry.transport.dial.DialLimits;
import io.outcry.transport.dial.Dialer;
import io.outcry.transport.dial.DialerSink;
import io.outcry.transport.dns.AddressResolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's thread: the single writer of dials, of who is connected, and of the order in which listeners hear it.
 *
 * <pre>
 *   any thread ── connect, newStream ──┐
 *   event loops ─ upgraded, gone ──────┼─► mailbox ─► doWork ─► Dialer, connection manager, listeners
 *   resolver ─── names ────────────────┘
 * </pre>
 *
 * <p><b>Threading</b>: methods that say so may be called from any thread; all else is the agent's thread.
 */
final class HostAgent implements Agent {

    /** Commands waiting at once; a user's command beyond it fails, an event of a connection is offered again. */
    static final int MAILBOX_CAPACITY = 1 << 14;

    /** Reports of misbehaviour waiting at once: peers make them, and must not crowd out the commands of users. */
    private static final int MISBEHAVIOUR_SHARE = 256;

    private static final int COMMANDS_PER_TURN = 256;
    private static final long COLLECT_NS = TimeUnit.MINUTES.toNanos(1);
    /** An event the full mailbox refused is offered again after this. */
    private static final long OFFER_AGAIN_MS = 10;

    private final HostContext host;
    private final TcpTransport transport;
    private final AddressResolver resolver;
    private final Dialer dialer;
    private final IdentifyService identify;
    private final Mailbox<Consumer<HostAgent>> mailbox = new Mailbox<>("host", MAILBOX_CAPACITY);
    private final Mailbox<Consumer<HostAgent>>.Source misbehaviour = mailbox.source(MISBEHAVIOUR_SHARE, () -> {});
    private final List<HostListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<PeerId, List<NetConnection>> byPeer = new ConcurrentHashMap<>();
    private final Map<PeerId, StreamScope> scopes = new HashMap<>();
    private final Map<Long, CompletableFuture<Connection>> waiters = new HashMap<>();
    private final Map<Long, TcpTransport.Attempt> attempts = new HashMap<>();
    private final Map<Long, NetConnection> dialed = new HashMap<>();
    private final AtomicLong nextWaiter = new AtomicLong(1);
    private volatile int connectionCount;
    private volatile boolean closing;
    private volatile boolean refusing;
    private volatile @Nullable Thread thread;
    private long collectNs;
    private long nowNs;

    HostAgent(HostContext host, TcpTransport transport, AddressResolver resolver, IdentifyService identify) {
        this.host = host;
        this.transport = transport;
        this.resolver = resolver;
        this.identify = identify;
        HostLimits limits = host.options().limits();
        HostTimeouts timeouts = host.options().timeouts();
        DialLimits dialLimits = new DialLimits(
                limits.dials(),
                limits.dialsPerPeer(),
                limits.dialsWaiting(),
                timeouts.staggerMs(),
                timeouts.attemptMs(),
                timeouts.dialMs());
        this.dialer = new Dialer(host.self(), dialLimits, this::mayDial, new Sockets());
        this.nowNs = host.nowNs();
        this.collectNs = nowNs + COLLECT_NS;
    }

    // ---- Agent

    @Override
    public String role() {
        return "host";
    }

    @Override
    public void onStart(Runnable wakeUp) {
        mailbox.wakes(wakeUp);
    }

    @Override
    public int doWork(long now) {
        thread = Thread.currentThread();
        nowNs = now;
        int work = mailbox.drain(this::run, COMMANDS_PER_TURN);
        if (dialer.nextDeadlineNs() - now <= 0) {
            dialer.onTick(now);
            work++;
        }
        if (host.connectionManager().nextDeadlineNs() - now <= 0) {
            work += trim();
        }
        if (identify.nextDeadlineNs() - now <= 0) {
            identify.onTick(now);
            work++;
        }
        if (collectNs - now <= 0) {
            collectNs = now + COLLECT_NS;
            host.addressBook().collect();
            work++;
        }
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        long next = Math.min(collectNs, dialer.nextDeadlineNs());
        next = Math.min(next, identify.nextDeadlineNs());
        return Math.min(next, host.connectionManager().nextDeadlineNs());
    }

    @Override
    public void onClose() {
        refusing = true;
        closing = true;
        while (mailbox.drain(this::run, COMMANDS_PER_TURN) > 0) {
            // the last events are told
        }
        dialer.close();
        waiters.values().forEach(waiting -> waiting.completeExceptionally(Host.closedException()));
        waiters.clear();
    }

    private void run(Consumer<HostAgent> command) {
        try {
            command.accept(this);
        } catch (RuntimeException | Error failure) {
            host.onUserFailure("the host", failure);
        }
    }

    private int trim() {
        List<Connection> leaving = host.connectionManager().trim(nowNs);
        for (Connection connection : leaving) {
            ((NetConnection) connection).close(DisconnectReason.TRIMMED);
        }
        return leaving.size();
    }

    // ---- any thread

    /** True on the thread that runs this agent. */
    boolean onAgentThread() {
        return Thread.currentThread() == thread;
    }

    /** Runs a command on the agent's thread; false if the mailbox is full or the host closed. */
    boolean offer(Consumer<HostAgent> command) {
        return !closing && mailbox.offer(command);
    }

    /** An event that must not be lost: offered until there is room. Event loops only. */
    private void tell(NetConnection connection, Consumer<HostAgent> event) {
        if (!closing && !mailbox.offer(event)) {
            connection.loop().schedule(() -> tell(connection, event), OFFER_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** No dial and no connection from now on; what is open goes on. */
    void refuseNew() {
        refusing = true;
    }

    void addListener(HostListener listener) {
        listeners.add(listener);
    }

    void removeListener(HostListener listener) {
        listeners.remove(listener);
    }

    List<NetConnection> connections(PeerId peer) {
        return byPeer.getOrDefault(peer, List.of());
    }

    List<Connection> connections() {
        List<Connection> all = new ArrayList<>(connectionCount);
        byPeer.values().forEach(all::addAll);
        return all;
    }

    int connectionCount() {
        return connectionCount;
    }

    CompletableFuture<Connection> connect(@Nullable PeerId peer, List<Multiaddr> addresses, boolean force) {
        CompletableFuture<Connection> future = new CompletableFuture<>();
        Connection open = peer == null ? null : youngestOpen(peer);
        if (open != null) {
            future.complete(open);
            return future;
        }
        if (refusing) {
            future.completeExceptionally(Host.closedException());
            return future;
        }
        long waiter = nextWaiter.getAndIncrement();
        if (!mailbox.offer(agent -> agent.doConnect(waiter, peer, addresses, force, future))) {
            future.completeExceptionally(
                    new DialException(DialFailure.LIMIT, "the host has more commands waiting than it can take"));
            return future;
        }
        if (closing) {
            // The last commands may have been read before this one was there.
            future.completeExceptionally(Host.closedException());
            return future;
        }
        future.whenComplete((connection, failure) -> {
            // The dialer tells of its failures in one way: anything else, a cancel or a time-out, is the caller's.
            if (failure != null && !(failure instanceof DialException)) {
                giveUp(waiter);
            }
        });
        return future;
    }

    /** The caller has gone; told again until there is room in the mailbox, or a socket nobody wants would be dialled on. */
    private void giveUp(long waiter) {
        if (!mailbox.offer(agent -> agent.dialer.cancel(waiter, agent.nowNs))) {
            transport.later(() -> giveUp(waiter), OFFER_AGAIN_MS);
        }
    }

    /**
     * The youngest connection that takes new streams: a peer that comes again may have lost the older one long before this side
     * can notice. One whose peer is going away is open, and takes none.
     */
    @Nullable
    NetConnection youngestOpen(PeerId peer) {
        List<NetConnection> oldestFirst = connections(peer);
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            if (oldestFirst.get(i).takesStreams()) {
                return oldestFirst.get(i);
            }
        }
        return null;
    }

    /** The transport finished a connection; it waits for {@link NetConnection#activate}. Event loops only. */
    void onUpgraded(NetConnection connection, long attempt) {
        tell(connection, agent -> agent.register(connection, attempt));
    }

    void onGone(NetConnection connection) {
        tell(connection, agent -> agent.unregister(connection));
    }

    void onDialFailed(long attempt, String why, boolean wrongPeer) {
        if (!mailbox.offer(agent -> {
            agent.attempts.remove(attempt);
            agent.dialer.onFailed(attempt, why, wrongPeer, agent.nowNs);
        })) {
            transport.later(() -> onDialFailed(attempt, why, wrongPeer), OFFER_AGAIN_MS);
        }
    }

    void onMisbehaviour(@Nullable PeerId peer, Multiaddr address, String why) {
        if (!listeners.isEmpty()) {
            misbehaviour.offer(agent -> agent.each(listener -> listener.onMisbehaviour(peer, address, why)));
        }
    }

    void onIdentified(NetConnection connection, IdentifyInfo info) {
        tell(connection, agent -> {
            host.connectionManager().onIdentified(connection);
            if (agent.isRegistered(connection)) {
                agent.each(listener -> listener.onIdentified(connection, info));
            }
        });
    }

    void onIdentifyFailed(NetConnection connection, String why) {
        tell(connection, agent -> {
            if (agent.isRegistered(connection)) {
                agent.each(listener -> listener.onIdentifyFailed(connection, why));
            }
        });
    }

    void onListening(Multiaddr address, boolean open) {
        mailbox.offer(agent -> agent.each(listener -> {
            if (open) {
                listener.onListening(address);
            } else {
                listener.onListenClosed(address);
            }
        }));
    }

    // ---- the agent's thread

    private boolean mayDial(@Nullable PeerId peer, Multiaddr address) {
        return host.allows(gater -> gater.allowAddressDial(peer, address)) && !transport.isOwn(address);
    }

    private void doConnect(
            long waiter,
            @Nullable PeerId peer,
            List<Multiaddr> given,
            boolean force,
            CompletableFuture<Connection> future) {
        if (future.isDone()) {
            return;
        }
        Connection open = peer == null ? null : youngestOpen(peer);
        if (open != null) {
            future.complete(open);
            return;
        }
        if (peer != null && !host.allows(gater -> gater.allowPeerDial(peer))) {
            future.completeExceptionally(
                    new DialException(DialFailure.GATED, "dialling " + peer + " is forbidden by the gater"));
            return;
        }
        List<Multiaddr> addresses = new ArrayList<>();
        given.forEach(address -> addresses.add(address.withoutPeer()));
        if (peer != null) {
            addresses.addAll(host.addressBook().addresses(peer));
        }
        waiters.put(waiter, future);
        dialer.dial(waiter, peer, addresses, force, nowNs);
    }

    private void register(NetConnection connection, long attempt) {
        if (attempt != 0 && !attempts.containsKey(attempt)) {
            // Another address of the same peer won, or the caller gave up, while this one finished.
            connection.close(DisconnectReason.CLOSED_LOCALLY);
            return;
        }
        String refusal = refusal(connection);
        if (refusal != null) {
            connection.close(DisconnectReason.LIMIT);
            if (attempt != 0) {
                attempts.remove(attempt);
                dialer.onFailed(attempt, refusal, false, nowNs);
            }
            return;
        }
        PeerId peer = connection.peer();
        List<NetConnection> known = new ArrayList<>(connections(peer));
        known.add(connection);
        byPeer.put(peer, List.copyOf(known));
        connectionCount++;
        connection.scope(scopes.computeIfAbsent(
                peer,
                key -> new StreamScope(host.options().limits(), host.memory().child("peer", host.peerBytes()))));
        host.addressBook().onConnected(peer);
        host.connectionManager().onConnected(connection, nowNs);
        host.counters().connectedOne();
        each(listener -> listener.onConnected(connection));
        transport.activate(connection);
        if (attempt != 0) {
            attempts.remove(attempt);
            if (connection.outbound()) {
                host.addressBook().add(peer, connection.remoteAddress(), AddressBook.CONNECTED_TTL);
            }
            dialed.put(attempt, connection);
            dialer.onConnected(attempt, nowNs);
            dialed.remove(attempt);
        }
        identify.onConnected(connection);
    }

    private @Nullable String refusal(NetConnection connection) {
        HostLimits limits = host.options().limits();
        if (refusing) {
            return "the host is closing";
        }
        if (!connection.channel().isActive()) {
            return "the peer closed the connection at once";
        }
        if (connectionCount >= limits.connections()) {
            return "this node has its " + limits.connections() + " connections already";
        }
        if (connections(connection.peer()).size() >= limits.connectionsPerPeer()) {
            return "there are " + limits.connectionsPerPeer() + " connections with this peer already";
        }
        return host.allows(gater -> gater.allowUpgraded(connection)) ? null : "the gater refused the connection";
    }

    private boolean isRegistered(NetConnection connection) {
        return connections(connection.peer()).contains(connection);
    }

    private void unregister(NetConnection connection) {
        PeerId peer = connection.peer();
        if (!isRegistered(connection)) {
            return;
        }
        List<NetConnection> rest = new ArrayList<>(connections(peer));
        rest.remove(connection);
        if (rest.isEmpty()) {
            byPeer.remove(peer);
            scopes.remove(peer);
        } else {
            byPeer.put(peer, List.copyOf(rest));
        }
        connectionCount--;
        host.addressBook().onDisconnected(peer);
        host.connectionManager().onDisconnected(connection);
        host.counters().disconnectedOne();
        identify.onDisconnected(connection);
        each(listener -> listener.onDisconnected(connection, connection.reason()));
    }

    private void each(Consumer<HostListener> event) {
        for (HostListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error failure) {
                host.onUserFailure("a host listener", failure);
            }
        }
    }

    /** What the dialer wants done. */
    private final class Sockets implements DialerSink {

        @Override
        public void resolve(long dial, Multiaddr address, @Nullable PeerId peer) {
            // One dnsaddr may stand for many peers: with the peer at its end only the records of that one count.
            Multiaddr asked;
            try {
                asked = peer == null ? address : address.withPeer(peer);
            } catch (MultiaddrException tooLong) {
                offerResolved(dial, address, List.of(), "is too long to be asked for a peer");
                return;
            }
            resolver.resolve(asked).whenComplete((found, failure) -> {
                List<Multiaddr> addresses = found == null ? List.of() : found;
                String why =
                        failure == null ? "has no address" : "cannot be resolved: " + AddressResolver.reason(failure);
                offerResolved(dial, address, addresses, why);
            });
        }

        private void offerResolved(long dial, Multiaddr asked, List<Multiaddr> addresses, String why) {
            if (!mailbox.offer(agent -> agent.dialer.onResolved(dial, asked, addresses, why, agent.nowNs))) {
                transport.later(() -> offerResolved(dial, asked, addresses, why), OFFER_AGAIN_MS);
            }
        }

        @Override
        public void connect(long attempt, Multiaddr address, @Nullable PeerId peer) {
            attempts.put(attempt, transport.dial(attempt, address, peer));
        }

        @Override
        public void abandon(long attempt) {
            TcpTransport.Attempt socket = attempts.remove(attempt);
            if (socket != null) {
                socket.abandon();
            }
        }

        @Override
        public void onDialed(long waiter, long attempt) {
            CompletableFuture<Connection> future = waiters.remove(waiter);
            NetConnection connection = dialed.get(attempt);
            if (future != null && connection != null) {
                future.complete(connection);
            }
        }

        @Override
        public void onDialFailed(long waiter, DialFailure failure, String message, List<String> lines) {
            CompletableFuture<Connection> future = waiters.remove(waiter);
            if (future != null) {
                future.completeExceptionally(new DialException(failure, message, lines));
            }
        }
    }
}
