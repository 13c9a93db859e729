package io.outcry.transport;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.dial.DialFailure;
import io.outcry.transport.dns.AddressResolver;
import io.outcry.transport.dns.NameLookup;
import io.outcry.transport.dns.NettyNameLookup;
import io.outcry.transport.multistream.MultistreamInitiator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A libp2p host: listens, dials, and opens and takes streams.
 *
 * <pre>{@code
 * try (Host host = Host.start(HostOptions.builder().listen("/ip4/0.0.0.0/tcp/4001").build())) {
 *     host.handle("/echo/1.0.0", stream -> stream.reader((s, data) -> s.write(data)));
 *     Stream stream = host.newStream(peer, "/echo/1.0.0").join();
 * }
 * }</pre>
 *
 * <p><b>Threading</b>: every method may be called from any thread; none blocks but {@link #start}, {@link #listen} and {@link
 * #close}.
 * Futures complete on the host's thread or an event loop: what follows them must not block.
 *
 * <p><b>Errors</b>: {@link #start} throws {@link ListenException}; futures fail with {@link DialException} or {@link
 * StreamException}.
 */
public final class Host implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    /** Connections a new stream is tried on, each after the one before it was lost. */
    private static final int OPEN_TRIES = 3;

    private final HostContext context;
    private final TcpTransport transport;
    private final NameLookup lookup;
    private final HostAgent agent;
    private final AgentGroup agents;
    private final boolean ownAgents;
    private final IdentifyService identify;
    private final PingService ping;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private Host(HostOptions options) {
        this.context = new HostContext(options);
        this.transport = new TcpTransport(context);
        this.lookup = options.nameLookup()
                .orElseGet(() -> new NettyNameLookup(
                        transport.loops().next(),
                        transport.sockets().datagram(),
                        options.timeouts().nameLookupMs()));
        this.identify = new IdentifyService(context, transport);
        this.agent = new HostAgent(
                context,
                transport,
                new AddressResolver(lookup, options.timeouts().nameLookupMs()),
                identify);
        context.agent(agent);
        this.ownAgents = options.agents().isEmpty();
        this.agents = options.agents()
                .orElseGet(() -> AgentGroup.start(
                        ThreadingMode.DEDICATED,
                        "host",
                        options.clock(),
                        (failed, failure) -> context.onUserFailure("the agent " + failed.role(), failure)));
        agents.add(agent);
        this.ping = new PingService(this, context);
        new PerfService(context).install();
        identify.install();
    }

    /** Starts a host; it listens when this returns. */
    public static Host start(HostOptions options) {
        Host host = new Host(options);
        try {
            for (Multiaddr address : options.listen()) {
                Multiaddr bound = host.transport.listen(address.withoutPeer());
                host.agent.onListening(bound, true);
            }
        } catch (RuntimeException failure) {
            host.close();
            throw failure;
        }
        LOG.info(
                "host {} listens on {}, sockets are {}",
                host.peerId(),
                host.listenAddresses(),
                host.transport.sockets().name());
        return host;
    }

    public PeerId peerId() {
        return context.self();
    }

    public HostOptions options() {
        return context.options();
    }

    /** Where it listens, with real ports, wildcards replaced by this machine's addresses; without {@code /p2p}. */
    public List<Multiaddr> listenAddresses() {
        return LocalAddresses.expand(transport.bound());
    }

    /** What to tell others: the announced addresses, or those listened on; each with {@code /p2p} and this peer. */
    public List<Multiaddr> peerAddresses() {
        List<Multiaddr> told =
                options().announce().isEmpty() ? listenAddresses() : options().announce();
        return told.stream().map(address -> address.withPeer(peerId())).toList();
    }

    /** Listens on one more address and returns it with the real port; not for callbacks, since it waits for the socket. */
    public Multiaddr listen(Multiaddr address) {
        if (onEventLoop()) {
            throw new IllegalStateException("listen() waits for its socket: call it from a thread of your own");
        }
        Multiaddr bound = transport.listen(address.withoutPeer());
        agent.onListening(bound, true);
        identify.onLocalChange();
        return bound;
    }

    // ---- protocols

    /** Takes the streams of a protocol, within the default limits; replaces an earlier handler. */
    public void handle(String protocol, StreamHandler handler) {
        handle(protocol, handler, StreamLimits.DEFAULT);
    }

    /** Takes the streams of a protocol, so many at once. */
    public void handle(String protocol, StreamHandler handler, StreamLimits limits) {
        context.handlers().add(protocol, handler, limits);
        identify.onLocalChange();
    }

    /**
     * Takes the streams of every protocol that {@code matches}.
     *
     * @param name for {@link #unhandle}, and what the streams are counted by; it is not told to peers
     * @param matches pure; one that throws does not match
     */
    public void handleMatching(String name, Predicate<String> matches, StreamHandler handler, StreamLimits limits) {
        context.handlers().add(name, matches, handler, limits);
    }

    /** Streams of this protocol are refused from now on; those open go on. */
    public void unhandle(String protocol) {
        if (context.handlers().remove(protocol)) {
            identify.onLocalChange();
        }
    }

    /** The protocols told to peers, sorted. */
    public List<String> protocols() {
        return context.handlers().names();
    }

    // ---- connections and streams

    /** Connects to whoever lives at the address, or to the peer it names; also if the address failed lately. */
    public CompletableFuture<Connection> connect(Multiaddr address) {
        return agent.connect(address.peerId().orElse(null), List.of(address), true);
    }

    /**
     * Connects to a peer at these addresses and those in the address book; callers of the same peer share one dial. If it
     * is connected already, that connection is given. Cancelling the future gives up this caller only.
     */
    public CompletableFuture<Connection> connect(PeerId peer, List<Multiaddr> addresses) {
        return agent.connect(peer, addresses, false);
    }

    /** {@link #connect(PeerId, List)} with the address book alone. */
    public CompletableFuture<Connection> connect(PeerId peer) {
        return connect(peer, List.of());
    }

    /** Opens a stream, connecting first if need be. */
    public CompletableFuture<Stream> newStream(PeerId peer, String protocol) {
        return newStream(peer, List.of(protocol));
    }

    /**
     * Opens a stream for the first of these protocols that the peer speaks, on the youngest connection with it; if that one
     * ends before the stream is there, on another, connecting first if need be. Cancelling the future gives the stream up.
     *
     * @throws IllegalArgumentException if these are no names of protocols, none, or more than can be proposed
     */
    public CompletableFuture<Stream> newStream(PeerId peer, List<String> protocols) {
        MultistreamInitiator.requireProposable(protocols);
        CompletableFuture<Stream> result = new CompletableFuture<>();
        open(peer, List.copyOf(protocols), result, OPEN_TRIES);
        return result;
    }

    private void open(PeerId peer, List<String> protocols, CompletableFuture<Stream> result, int triesLeft) {
        NetConnection open = agent.youngestOpen(peer);
        CompletableFuture<Connection> connecting =
                open != null ? CompletableFuture.completedFuture(open) : connect(peer);
        result.whenComplete((stream, failure) -> connecting.cancel(false));
        connecting.whenComplete((connection, refused) -> {
            if (connection == null) {
                result.completeExceptionally(refused);
                return;
            }
            connection.newStream(protocols).whenComplete((stream, failure) -> {
                if (stream != null) {
                    if (!result.complete(stream)) {
                        stream.reset();
                    }
                } else if (triesLeft > 1 && !result.isDone() && isGone(failure)) {
                    open(peer, protocols, result, triesLeft - 1);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        });
    }

    private static boolean isGone(Throwable failure) {
        return failure instanceof StreamException stream && stream.reason() == StreamException.Reason.CONNECTION_CLOSED;
    }

    /** Every open connection. */
    public List<Connection> connections() {
        return agent.connections();
    }

    /** The open connections with one peer, oldest first. */
    public List<Connection> connections(PeerId peer) {
        return List.copyOf(agent.connections(peer));
    }

    public boolean isConnected(PeerId peer) {
        return connections(peer).stream().anyMatch(Connection::isOpen);
    }

    /** Closes every connection with a peer; completes when they are closed. */
    public CompletableFuture<Void> disconnect(PeerId peer) {
        return CompletableFuture.allOf(
                connections(peer).stream().map(Connection::close).toArray(CompletableFuture<?>[]::new));
    }

    // ---- services

    /** The round trip to a peer, by the ping protocol; one ping to a peer at a time, others wait. */
    public CompletableFuture<Duration> ping(PeerId peer) {
        return ping.ping(peer);
    }

    /** What the peer told by identify; empty before. */
    public Optional<IdentifyInfo> identified(PeerId peer) {
        return identify.info(peer);
    }

    /** Asks the peer who it is, or joins the question that is under way. */
    public CompletableFuture<IdentifyInfo> identify(PeerId peer) {
        NetConnection open = agent.youngestOpen(peer);
        return open != null
                ? identify.ask(open)
                : connect(peer).thenCompose(connection -> identify.ask((NetConnection) connection));
    }

    /** Sends and asks for so many bytes, and says how long it took. */
    public CompletableFuture<PerfResult> perf(PeerId peer, long uploadBytes, long downloadBytes) {
        return newStream(peer, PerfService.PROTOCOL)
                .thenCompose(stream -> PerfService.measure(context, stream, uploadBytes, downloadBytes));
    }

    // ---- parts

    public AddressBook addressBook() {
        return context.addressBook();
    }

    public ConnectionManager connectionManager() {
        return context.connectionManager();
    }

    public MemoryBudget memory() {
        return context.memory();
    }

    public HostCounters counters() {
        return context.counters();
    }

    /** Misbehaviour of peers noted so far. */
    public long misbehaviours() {
        return context.misbehaviour().count();
    }

    /** Inbound sockets that are not upgraded yet. */
    public int handshakes() {
        return transport.handshakes();
    }

    /** Reports a peer that broke a rule of a protocol above: one log line, one event. */
    public void reportMisbehaviour(Connection connection, String why) {
        context.onMisbehaviour(connection.peer(), connection.remoteAddress(), why);
    }

    public void addListener(HostListener listener) {
        agent.addListener(listener);
    }

    public void removeListener(HostListener listener) {
        agent.removeListener(listener);
    }

    // ---- the end

    /**
     * Stops listening, says good-bye on every connection, closes everything and frees the ports; at most a few times {@link
     * HostTimeouts#closeMs}. Idempotent. Called from a callback of this host it returns at once and the closing goes on.
     */
    @Override
    public void close() {
        boolean first = closing.compareAndSet(false, true);
        boolean mayWait = !agent.onAgentThread() && !onEventLoop();
        if (first && mayWait) {
            closeNow();
        } else if (first) {
            Thread closer = new Thread(this::closeNow, "host-close");
            closer.setDaemon(true);
            closer.start();
        } else if (mayWait) {
            closed.copy()
                    .orTimeout(5 * options().timeouts().closeMs(), TimeUnit.MILLISECONDS)
                    .exceptionally(late -> null)
                    .join();
        }
    }

    /**
     * Breaks every connection without a good-bye, as a crash would, and then closes. For tests and demonstrations of failure.
     */
    public void abort() {
        for (Connection connection : connections()) {
            ((NetConnection) connection).channel().close();
        }
        close();
    }

    private boolean onEventLoop() {
        for (var loop : transport.loops()) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private void closeNow() {
        long closeMs = options().timeouts().closeMs();
        try {
            agent.refuseNew();
            transport.closeListeners(closeMs);
            List<CompletableFuture<Void>> leaving = new ArrayList<>();
            for (Connection connection : connections()) {
                NetConnection open = (NetConnection) connection;
                open.close(DisconnectReason.HOST_CLOSED);
                leaving.add(open.closed());
            }
            await(leaving, closeMs);
            // Whoever did not take the good-bye goes without; the host's thread stays until it has told every end.
            transport.closeSockets(closeMs);
            await(leaving, closeMs);
            agents.remove(agent);
            if (ownAgents) {
                agents.close();
            }
        } finally {
            // Whatever a listener or a resolver of the embedder did, no thread and no socket is left.
            try {
                lookup.close();
            } finally {
                transport.close(closeMs);
                closed.complete(null);
            }
        }
    }

    private static void await(List<CompletableFuture<Void>> ends, long timeoutMs) {
        CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                .orTimeout(timeoutMs, TimeUnit.MILLISECONDS)
                .exceptionally(late -> null)
                .join();
    }

    static DialException closedException() {
        return new DialException(DialFailure.CLOSED, "the host is closed");
    }

    @Override
    public String toString() {
        return "Host " + peerId() + " on " + transport.bound();
    }
}
