package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.log.LogRate;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parts of one host share.
 *
 * <p><b>Threading</b>: any thread.
 */
final class HostContext {

    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    /** One peer, or one address, gets at most this part of the budget, however small the budget is. */
    private static final int PEER_SHARE = 4;

    private final HostOptions options;
    private final PeerId self;
    private final AddressBook addressBook;
    private final ConnectionManager connectionManager;
    private final ProtocolHandlers handlers =
            new ProtocolHandlers((name, failure) -> onUserFailure("the match function of " + name, failure));
    private final HostCounters counters = new HostCounters();
    private final AtomicInteger ignored = new AtomicInteger();
    private final MisbehaviourLog misbehaviour;
    private final LogRate failures;
    private volatile @Nullable HostAgent agent;

    HostContext(HostOptions options) {
        this.options = options;
        this.self = options.privateKey().peerId();
        this.addressBook = new AddressBook(options.clock()::nowNs);
        this.connectionManager = new ConnectionManager(options.waterMarks(), options.clock()::nowNs);
        this.misbehaviour = new MisbehaviourLog(options.clock().nowNs());
        this.failures = new LogRate(options.clock().nowNs());
    }

    void agent(HostAgent hostAgent) {
        agent = hostAgent;
    }

    HostAgent agent() {
        HostAgent started = agent;
        if (started == null) {
            throw new IllegalStateException("the host has not started");
        }
        return started;
    }

    HostOptions options() {
        return options;
    }

    PeerId self() {
        return self;
    }

    AddressBook addressBook() {
        return addressBook;
    }

    ConnectionManager connectionManager() {
        return connectionManager;
    }

    ProtocolHandlers handlers() {
        return handlers;
    }

    HostCounters counters() {
        return counters;
    }

    MisbehaviourLog misbehaviour() {
        return misbehaviour;
    }

    MemoryBudget memory() {
        return options.memory();
    }

    /** A peer's share of the budget, and an address's: never so much that a few of them leave no room for others. */
    long peerBytes() {
        return Math.min(options.limits().peerBytes(), memory().limit() / PEER_SHARE);
    }

    /** What a connection may have received and not consumed; less than its share, so that it is paused and not broken. */
    int connectionReceiveBytes() {
        return (int) Math.min(options.limits().connectionReceiveBytes(), peerBytes() / 2);
    }

    /** A count nobody limits: outbound streams have no total by protocol. */
    AtomicInteger ignoredCount() {
        return ignored;
    }

    long nowNs() {
        return options.clock().nowNs();
    }

    void onGone(NetConnection connection) {
        agent().onGone(connection);
    }

    /** One line in the log, one event; nothing is done to the peer here. */
    void onMisbehaviour(@Nullable PeerId peer, Multiaddr address, String why) {
        misbehaviour.write(peer, address, why, nowNs());
        HostAgent started = agent;
        if (started != null) {
            started.onMisbehaviour(peer, address, MisbehaviourLog.clean(why, MisbehaviourLog.WHY_LENGTH_MAX));
        }
    }

    /** Asks the embedder's gater; one that throws refuses. */
    boolean allows(Predicate<ConnectionGater> question) {
        try {
            return question.test(options.gater());
        } catch (RuntimeException | Error failure) {
            onUserFailure("the gater", failure);
            return false;
        }
    }

    /** Code of an embedder threw; the stream or connection pays, the host goes on. */
    void onUserFailure(String where, Throwable failure) {
        String more = failures.take(nowNs());
        if (more != null) {
            String clean = MisbehaviourLog.clean(where, MisbehaviourLog.WHY_LENGTH_MAX);
            LOG.warn("{} failed in a callback{}", clean, more, failure);
        }
    }
}
