package io.outcry.gossip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageSigner;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.router.GossipCounters;
import io.outcry.gossip.router.PeerProtocol;
import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import io.outcry.transport.IdentifyInfo;
import io.outcry.transport.StreamLimits;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publish and subscribe over a {@link Host}.
 *
 * <pre>{@code
 * try (PubSub pubsub = PubSub.start(host, PubSubOptions.defaults())) {
 *     pubsub.subscribe("news", message -> System.out.println(new String(message.data(), UTF_8)));
 *     Outcome outcome = pubsub.publish("news", "hello".getBytes(UTF_8)).outcome().join();
 * }
 * }</pre>
 *
 * <p><b>Threading</b>: every method may be called from any thread; {@link #publish} signs on the caller's. None blocks but
 * {@link #close}.
 *
 * <p><b>Errors</b>: a publish is never an exception, see {@link Outcome}. Wrong arguments are
 * {@link IllegalArgumentException}; subscribing after {@link #close} is {@link IllegalStateException}.
 *
 * <p><b>Spec</b>: libp2p pubsub, gossipsub-v1.0 and v1.1.
 */
public final class PubSub implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PubSub.class);

    /** The new stream, the old one on its way out, and two more for peers that are quick to try again. */
    private static final StreamLimits STREAM_LIMITS = new StreamLimits(4, 16_384, 4);

    /** Messages that wait for one subscriber, unless it says otherwise. */
    public static final int SUBSCRIBER_QUEUE_DEFAULT = 4096;

    private static final int CALLBACK_THREADS = 16;

    private final PubSubContext context;
    private final RouterAgent agent;
    private final AgentGroup agents;
    private final boolean ownAgents;
    private final OutboxBudget outboxBudget;
    private final MessageSigner signer;
    private final Executor callbacks;
    private final @Nullable ThreadPoolExecutor ownCallbacks;
    private final HostEvents hostEvents = new HostEvents();
    private final ReadWriteLock closing = new ReentrantReadWriteLock();

    private PubSub(Host host, PubSubOptions options) {
        SecureRandom secure = new SecureRandom();
        context = new PubSubContext(host, options, Salt.from(secure));
        outboxBudget = new OutboxBudget(options.outboxBytesMax(), host.memory());
        agent = new RouterAgent(context, outboxBudget, new SplittableRandom(secure.nextLong()));
        long epochNs = TimeUnit.MILLISECONDS.toNanos(host.options().epochClock().epochMs());
        signer = new MessageSigner(host.options().privateKey(), epochNs, context.allocator);
        ownCallbacks = options.callbacks().isPresent() ? null : callbackPool();
        callbacks = ownCallbacks != null ? ownCallbacks : options.callbacks().orElseThrow();
        AgentGroup given = options.agents().or(() -> host.options().agents()).orElse(null);
        ownAgents = given == null;
        agents = given != null
                ? given
                : AgentGroup.start(
                        ThreadingMode.DEDICATED,
                        "gossip",
                        host.options().clock(),
                        (failed, failure) -> LOG.error("agent {} failed", failed.role(), failure));
    }

    /** Starts PubSub on a host; peers connected already are found. */
    public static PubSub start(Host host, PubSubOptions options) {
        PubSub pubsub = new PubSub(host, options);
        pubsub.agents.add(pubsub.agent);
        host.addListener(pubsub.hostEvents);
        for (String protocol : PeerProtocol.OFFERED) {
            host.handle(protocol, stream -> pubsub.link(stream.connection()).onInbound(stream), STREAM_LIMITS);
        }
        for (Connection connection : host.connections()) {
            pubsub.hostEvents.onConnected(connection);
            host.identified(connection.peer()).ifPresent(info -> pubsub.hostEvents.onIdentified(connection, info));
        }
        return pubsub;
    }

    private static ThreadPoolExecutor callbackPool() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                CALLBACK_THREADS, CALLBACK_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "gossip-callback-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    // ------------------------------------------------------------------------------------------------------- topics

    /** Sets the options of a topic that has no subscribers yet. */
    public void configure(String topic, TopicOptions options) {
        context.topics.configure(topic, options);
    }

    /** {@link #subscribe(String, int, Overflow, Consumer)} with a queue of 4096 messages, of which the oldest give way. */
    public Subscription subscribe(String topic, Consumer<Message> callback) {
        return subscribe(topic, SUBSCRIBER_QUEUE_DEFAULT, Overflow.DROP_OLDEST, callback);
    }

    /**
     * Subscribes to a topic; the first subscription joins it.
     *
     * @param queueMax messages that may wait for this subscriber, and never more than {@link Subscription#BYTES_MAX} of them
     * @param overflow what happens to one more
     */
    public Subscription subscribe(String topic, int queueMax, Overflow overflow, Consumer<Message> callback) {
        checkName(topic);
        TopicOptions options = context.topics.options(topic);
        Subscription subscription = new Subscription(
                topic, queueMax, overflow, callback, callbacks, this::onSubscriptionClosed, context::onFailure);
        synchronized (context.topics) {
            if (context.closed) {
                throw new IllegalStateException("PubSub is closed; it cannot subscribe to " + topic);
            }
            if (context.topics.add(subscription)) {
                context.rules = context.topics.rules();
                boolean validated = options.validator().isPresent();
                context.command(router ->
                        router.router().join(topic, options.mesh().withAwaitsVerdict(validated), router.nowNs()));
            }
        }
        return subscription;
    }

    private void checkName(String topic) {
        int max = context.options.rpcLimits().topicLengthMax();
        int length = ByteBufUtil.utf8Bytes(topic);
        if (length > max) {
            throw new IllegalArgumentException("a topic's name has at most " + max + " bytes, this one has " + length);
        }
        if (!context.options.params().allows(topic)) {
            throw new IllegalArgumentException("topic " + topic + " does not pass this node's topic filter");
        }
    }

    private void onSubscriptionClosed(Subscription subscription) {
        synchronized (context.topics) {
            if (context.topics.remove(subscription)) {
                context.rules = context.topics.rules();
                context.command(router -> router.router().leave(subscription.topic(), router.nowNs()));
            }
        }
    }

    /** The topics this node is subscribed to. */
    public List<String> topics() {
        return context.topics.joined();
    }

    /** The peers in this node's mesh of a topic. */
    public Set<PeerId> mesh(String topic) {
        return context.topics.mesh(topic);
    }

    /** The peers known to be subscribed to a topic. */
    public Set<PeerId> topicPeers(String topic) {
        return context.topics.peers(topic);
    }

    // ------------------------------------------------------------------------------------------------------ publish

    /** {@link #publish(String, ByteBuf)} of a copy of {@code data}. */
    public Publication publish(String topic, byte[] data) {
        return publish(topic, Unpooled.wrappedBuffer(data));
    }

    /**
     * Publishes to a topic, subscribed to or not.
     *
     * @param data borrowed until return
     */
    public Publication publish(String topic, ByteBuf data) {
        checkName(topic);
        TopicRule rule = context.topics.options(topic).rule(topic);
        if (data.readableBytes() > rule.messageLengthMax()) {
            return Publication.refused(Outcome.Status.TOO_LONG);
        }
        closing.readLock().lock();
        try {
            if (context.closed) {
                return Publication.refused(Outcome.Status.CLOSED);
            }
            GossipMessage message = signer.sign(rule, data, new SaltedHash(context.salt));
            if (message.fields().length() > rule.messageLengthMax()
                    || message.frameLength() > context.options.rpcLimits().frameLengthMax()) {
                message.release();
                return Publication.refused(Outcome.Status.TOO_LONG);
            }
            Publication publication = new Publication(message.id());
            if (!context.mailbox.offer(new PublishTask(message, publication))) {
                message.release();
                publication.onRefused(Outcome.Status.BUSY);
            }
            return publication;
        } finally {
            closing.readLock().unlock();
        }
    }

    private record PublishTask(GossipMessage message, Publication publication) implements RouterTask {
        @Override
        public void run(RouterAgent router) {
            router.publish(message, publication);
            message.release();
        }

        @Override
        public void drop() {
            message.release();
            publication.onRefused(Outcome.Status.CLOSED);
        }
    }

    // ----------------------------------------------------------------------------------------------------- counters

    /** What the router counted. */
    public GossipCounters routerCounters() {
        return agent.router().counters();
    }

    /** What the shell around it counted. */
    public PubSubCounters counters() {
        return context.counters;
    }

    /** Bytes waiting in all outboxes, now, at most and refused. */
    public OutboxBudget outboxBudget() {
        return outboxBudget;
    }

    public PubSubOptions options() {
        return context.options;
    }

    // -------------------------------------------------------------------------------------------------------- close

    /**
     * Ends all subscriptions and streams within a few seconds, whatever validators and subscribers do; what waits is
     * dropped. Idempotent.
     */
    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            if (context.closed) {
                return;
            }
            synchronized (context.topics) {
                context.closed = true;
            }
        } finally {
            closing.writeLock().unlock();
        }
        context.host.removeListener(hostEvents);
        PeerProtocol.OFFERED.forEach(context.host::unhandle);
        for (Link link : context.links().values()) {
            link.closeInbound();
        }
        for (String topic : context.topics.joined()) {
            List<Subscription> subscriptions = context.topics.subscribers(topic);
            if (subscriptions != null) {
                subscriptions.forEach(Subscription::end);
            }
        }
        context.pool.close();
        agents.remove(agent);
        if (ownAgents) {
            agents.close();
        }
        if (ownCallbacks != null) {
            ownCallbacks.shutdown();
        }
        context.inbound.close();
    }

    private Link link(Connection connection) {
        return context.links().compute(connection.peer(), (peer, known) -> {
            Link link = known != null ? known : new Link(context, peer);
            // Within the map's lock: the router forgets links of peers that are gone, likewise.
            link.onConnection(true, connection.outbound());
            return link;
        });
    }

    /** Turns the host's events into facts of links. */
    private final class HostEvents implements HostListener {

        @Override
        public void onConnected(Connection connection) {
            Link link = link(connection);
            if (!context.host.options().identify()) {
                link.onSpeaks(true);
            }
        }

        @Override
        public void onDisconnected(Connection connection, DisconnectReason reason) {
            Link link = context.links().get(connection.peer());
            if (link != null && !context.host.isConnected(connection.peer())) {
                link.onConnection(false, false);
            }
        }

        @Override
        public void onIdentified(Connection connection, IdentifyInfo info) {
            for (String protocol : PeerProtocol.OFFERED) {
                if (info.protocols().contains(protocol)) {
                    link(connection).onSpeaks(true);
                    return;
                }
            }
        }

        @Override
        public void onIdentifyFailed(Connection connection, String why) {
            // The negotiation of the stream will tell whether the peer speaks pubsub.
            link(connection).onSpeaks(true);
        }
    }
}
