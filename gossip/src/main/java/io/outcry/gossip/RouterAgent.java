package io.outcry.gossip;

import io.outcry.core.agent.Agent;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.outbox.OutboxSink;
import io.outcry.gossip.outbox.PeerOutbox;
import io.outcry.gossip.router.GossipEvents;
import io.outcry.gossip.router.GossipRouter;
import io.outcry.gossip.router.PeerProtocol;
import io.outcry.gossip.router.PruneReason;
import io.outcry.gossip.router.Verdict;
import io.outcry.transport.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of the router: drains the mailbox, keeps the heartbeat, and writes what the outboxes hold, once a batch.
 *
 * <p><b>Threading</b>: an agent; everything here runs on its thread.
 */
final class RouterAgent implements Agent, GossipEvents {

    private static final Logger LOG = LoggerFactory.getLogger(RouterAgent.class);
    /** Tasks of one duty cycle; then the outboxes are written and other agents get the thread. */
    private static final int BATCH = 256;

    /** How the host's connection manager knows a peer that must stay, or that is worth more than others. */
    private static final String DIRECT_TAG = "gossip-direct";

    private static final String MESH_TAG = "gossip-mesh";
    /** What a peer is worth for each mesh it is in, as in other implementations. */
    private static final int MESH_WORTH = 100;

    private static final long DIRECT_CHECK_NS = TimeUnit.MINUTES.toNanos(5);

    private record Retry(Link link, long atNs) {}

    private final PubSubContext context;
    private final OutboxSink sink;
    private final GossipRouter router;
    private final Consumer<RouterTask> runTask = this::runTask;
    private final ValidationPool.Strand strandOfTheGone;
    private final List<@Nullable Link> bySlot = new ArrayList<>();
    /** Outbound streams to open again; at most one entry a link. */
    private final PriorityQueue<Retry> retries = new PriorityQueue<>((a, b) -> Long.signum(a.atNs - b.atNs));

    /** Arrivals whose messages wait for a verdict, by the key of their id, as the router has them. */
    private final Long2ObjectHashMap<ArrivalTask> awaiting = new Long2ObjectHashMap<>();
    /** The arrival the router is looking at, until it is found to wait. */
    private @Nullable ArrivalTask arriving;

    private long nowNs;
    private long directCheckNs;
    private boolean started;

    RouterAgent(PubSubContext context, OutboxBudget budget, RandomGenerator random) {
        this.context = context;
        strandOfTheGone = context.pool.strand();
        PubSubOptions options = context.options;
        int frameLengthMax = options.rpcLimits().frameLengthMax();
        sink = new OutboxSink(options.outboxLimits(), budget, context.allocator, frameLengthMax, this);
        router = new GossipRouter(
                options.params(),
                options.rpcLimits(),
                context.host.memory(),
                context.host.peerId(),
                random,
                context.salt,
                sink);
    }

    @Override
    public String role() {
        return "gossip";
    }

    @Override
    public void onStart(Runnable wakeUp) {
        context.wakes(wakeUp);
    }

    @Override
    public int doWork(long now) {
        nowNs = now;
        if (!started) {
            started = true;
            directCheckNs = now;
            for (PeerId peer : context.options.directPeers()) {
                router.onDirect(peer, true, now);
                protect(peer);
            }
        }
        int work = 0;
        for (RouterTask task = context.pollCommand(); task != null; task = context.pollCommand()) {
            runTask(task);
            work++;
        }
        work += context.mailbox.drain(runTask, BATCH);
        if (router.nextDeadlineNs() - now <= 0) {
            router.onDeadline(now);
            work++;
        }
        for (Retry due = retries.peek(); due != null && due.atNs - now <= 0; due = retries.peek()) {
            retries.remove();
            due.link.onRetryDue(this);
            work++;
        }
        if (directCheckNs - now <= 0) {
            directCheckNs = now + DIRECT_CHECK_NS;
            connectDirectPeers();
        }
        for (int slot = sink.nextDirty(); slot >= 0; slot = sink.nextDirty()) {
            Link link = bySlot.get(slot);
            if (link != null) {
                link.pump(sink.outbox(slot), this);
            }
        }
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        long next = started ? router.nextDeadlineNs() : Long.MIN_VALUE;
        Retry retry = retries.peek();
        if (retry != null && retry.atNs - next < 0) {
            next = retry.atNs;
        }
        return next - directCheckNs <= 0 ? next : directCheckNs;
    }

    @Override
    public void onClose() {
        for (Link link : context.links().values()) {
            link.shutDown();
            context.host.connectionManager().untag(link.peer(), MESH_TAG);
        }
        context.links().clear();
        for (PeerId peer : context.options.directPeers()) {
            context.host.connectionManager().unprotect(peer, DIRECT_TAG);
        }
        dropTasks();
        awaiting.values().forEach(ArrivalTask::drop);
        awaiting.clear();
        sink.close();
        router.close();
    }

    /** Lets go of what came too late. Nothing comes after it: whoever closes has stopped streams, pool and publishers before. */
    private void dropTasks() {
        for (RouterTask task = context.pollCommand(); task != null; task = context.pollCommand()) {
            task.drop();
        }
        while (context.mailbox.drain(RouterTask::drop, BATCH) > 0) {
            // until it is empty
        }
    }

    private void runTask(RouterTask task) {
        try {
            task.run(this);
        } catch (RuntimeException e) {
            context.onFailure(task.getClass().getSimpleName() + " failed; the router goes on", e);
        }
    }

    /** What a listener throws must not end a router's input half-way. */
    private void tell(Consumer<PubSubListener> event) {
        for (PubSubListener listener : context.options.listeners()) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                context.onFailure("a pubsub listener threw", e);
            }
        }
    }

    private void connectDirectPeers() {
        for (PeerId peer : context.options.directPeers()) {
            if (!context.host.isConnected(peer)) {
                context.host.connect(peer).whenComplete((connection, failure) -> {
                    if (failure != null) {
                        LOG.debug("direct peer {} cannot be reached: {}", peer, failure.toString());
                    }
                });
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ for the tasks

    long nowNs() {
        return nowNs;
    }

    GossipRouter router() {
        return router;
    }

    PeerOutbox outbox(int slot) {
        return sink.outbox(slot);
    }

    OutboxSink sink() {
        return sink;
    }

    void retryAt(Link link, long atNs) {
        retries.add(new Retry(link, atNs));
    }

    void onUp(Link link, PeerProtocol protocol) {
        while (bySlot.size() <= link.slot()) {
            bySlot.add(null);
        }
        bySlot.set(link.slot(), link);
        tell(listener -> listener.onPeerUp(link.peer(), protocol.id()));
    }

    void onDown(Link link, int slot) {
        bySlot.set(slot, null);
        tell(listener -> listener.onPeerDown(link.peer()));
    }

    /** Takes a link out of the registry, unless its peer is back. */
    void forget(Link link) {
        retries.removeIf(retry -> retry.link == link);
        context.links()
                .computeIfPresent(link.peer(), (peer, known) -> known == link && !known.isConnected() ? null : known);
    }

    /** True if the message waits for a verdict; the arrival is then dropped when that has come. */
    boolean onArrival(Link link, ArrivalTask arrival) {
        GossipMessage message = arrival.message();
        arriving = arrival;
        boolean awaits;
        try {
            router.onMessage(link.slot(), message, nowNs);
        } finally {
            awaits = arriving == null;
            arriving = null;
        }
        if (router.isSeen(message.id().high(), message.id().low(), nowNs)) {
            context.known.add(message.id(), nowNs);
        }
        return awaits;
    }

    void onRefused(Link link, String why) {
        if (link.isFirstRefusal()) {
            for (Connection connection : context.host.connections(link.peer())) {
                context.host.reportMisbehaviour(connection, "gossip message refused: " + why);
                break;
            }
        }
        tell(listener -> listener.onRefused(link.peer(), why));
    }

    void onDropped(Link link, long messages) {
        tell(listener -> listener.onDropped(link.peer(), messages));
    }

    void publish(GossipMessage message, Publication publication) {
        sink.watch(publication);
        int sentTo;
        try {
            sentTo = router.onPublish(message, nowNs);
        } finally {
            sink.watch(null);
        }
        if (sentTo == GossipRouter.DUPLICATE) {
            publication.onRefused(Outcome.Status.DUPLICATE);
            return;
        }
        context.known.add(message.id(), nowNs);
        publication.onRouted(sentTo);
        if (context.options.selfDelivery()) {
            deliver(message, context.host.peerId());
        }
    }

    // ------------------------------------------------------------------------------------------------------- events

    @Override
    public void deliver(GossipMessage message, PeerId from) {
        List<Subscription> subscribers = context.topics.subscribers(message.topic());
        if (subscribers == null || subscribers.isEmpty()) {
            return;
        }
        Message copy = Message.copyOf(message, from);
        for (Subscription subscriber : subscribers) {
            subscriber.offer(copy);
        }
    }

    @Override
    public void validate(GossipMessage message, PeerId from) {
        ArrivalTask arrival = arriving;
        if (arrival != null) {
            awaiting.put(message.id().low(), arrival);
            arriving = null;
        }
        Message copy = Message.copyOf(message, from);
        Validator validator =
                context.topics.options(message.topic()).validator().orElse(null);
        if (validator == null) {
            answer(copy.id(), Verdict.ACCEPT);
            return;
        }
        Link link = context.links().get(from);
        ValidationPool.Strand strand = link != null ? link.strand() : strandOfTheGone;
        if (!strand.submit(() -> validate(validator, copy))) {
            context.counters.messagesThrottled.increment();
            answer(copy.id(), Verdict.IGNORE);
        }
    }

    @Override
    public void onSettled(GossipMessage message) {
        ArrivalTask arrival = awaiting.remove(message.id().low());
        if (arrival != null) {
            arrival.drop();
        }
    }

    /** On a thread of the pool. */
    private void validate(Validator validator, Message message) {
        AtomicBoolean answered = new AtomicBoolean();
        Validator.VerdictCallback callback = verdict -> {
            if (answered.compareAndSet(false, true)) {
                answer(message.id(), verdict);
            }
        };
        try {
            validator.validate(message, callback);
        } catch (RuntimeException | Error e) {
            context.onFailure("the validator of " + message.topic() + " threw; the message is ignored", e);
            callback.onVerdict(Verdict.IGNORE);
        }
    }

    private void answer(MessageId id, Verdict verdict) {
        context.command(agent -> agent.router().onVerdict(id, verdict, agent.nowNs()));
    }

    @Override
    public void onSubscription(PeerId peer, String topic, boolean subscribed) {
        context.topics.onPeer(topic, peer, subscribed);
        tell(
                subscribed
                        ? listener -> listener.onSubscribed(peer, topic)
                        : listener -> listener.onUnsubscribed(peer, topic));
    }

    @Override
    public void onGraft(PeerId peer, String topic, boolean byUs) {
        changeMeshes(peer, context.topics.onMesh(topic, peer, true) ? 1 : 0);
        tell(listener -> listener.onGraft(peer, topic, byUs));
    }

    @Override
    public void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {
        changeMeshes(peer, context.topics.onMesh(topic, peer, false) ? -1 : 0);
        tell(listener -> listener.onPrune(peer, topic, reason, backoffMs));
    }

    private void protect(PeerId direct) {
        try {
            context.host.connectionManager().protect(direct, DIRECT_TAG);
        } catch (IllegalStateException full) {
            LOG.warn("direct peer {} stays unprotected: {}", direct, full.getMessage());
        }
    }

    /** Tells the connection manager: who is in many meshes is closed last when connections are too many. */
    private void changeMeshes(PeerId peer, int change) {
        Link link = change == 0 ? null : context.links().get(peer);
        if (link == null) {
            return;
        }
        int meshes = link.countMeshes(change);
        try {
            if (meshes == 0) {
                context.host.connectionManager().untag(peer, MESH_TAG);
            } else {
                context.host.connectionManager().tag(peer, MESH_TAG, MESH_WORTH * meshes);
            }
        } catch (IllegalStateException full) {
            LOG.debug("a mesh peer stays untagged: {}", full.getMessage());
        }
    }
}
