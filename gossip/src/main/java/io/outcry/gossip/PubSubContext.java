package io.outcry.gossip;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.identity.PeerId;
import io.outcry.core.log.LogRate;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.gossip.cache.KnownIds;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.TopicRules;
import io.outcry.transport.Host;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of one {@link PubSub} share. <b>Threading</b>: any thread. */
final class PubSubContext {

    private static final Logger LOG = LoggerFactory.getLogger(PubSub.class);

    private static final int COMMANDS_CHUNK = 256;

    final Host host;
    final PubSubOptions options;
    final Salt salt;
    final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    final PubSubCounters counters = new PubSubCounters();
    final KnownIds known;
    final MemoryBudget inbound;
    final ValidationPool pool;
    final TopicTable topics;
    /** From peers and publishers: bounded, may refuse. */
    final Mailbox<RouterTask> mailbox;
    /**
     * What must not be refused, and is bounded by who may put it here: a link at most once at a time, a verdict once for
     * each message that waits for one, and this node's own commands.
     */
    private final MpscUnboundedArrayQueue<RouterTask> commands = new MpscUnboundedArrayQueue<>(COMMANDS_CHUNK);

    private final LogRate failures;
    private final Map<PeerId, Link> links = new ConcurrentHashMap<>();
    private volatile Runnable wakeUp = () -> {};
    volatile TopicRules rules = TopicRules.NONE;
    volatile boolean closed;

    PubSubContext(Host host, PubSubOptions options, Salt salt) {
        this.host = host;
        this.options = options;
        this.salt = salt;
        long seenNs = TimeUnit.MILLISECONDS.toNanos(options.params().seenTtlMs());
        known = new KnownIds(options.validatedIds(), seenNs);
        inbound = host.memory().child("gossip-inbound", options.inboundBytesMax());
        pool = new ValidationPool(options.validationThreads(), options.validationQueueMax(), this::onFailure);
        topics = new TopicTable(options);
        mailbox = new Mailbox<>("gossip", options.mailboxCapacity());
        failures = new LogRate(nowNs());
    }

    long nowNs() {
        return host.options().clock().nowNs();
    }

    /** Something threw that a peer's messages lead to, the user's code or ours: one line, thinned; everything goes on. */
    void onFailure(String what, Throwable failure) {
        String more = failures.take(nowNs());
        if (more != null) {
            LOG.warn("{}{}", what, more, failure);
        }
    }

    void wakes(Runnable agentWakeUp) {
        wakeUp = agentWakeUp;
        mailbox.wakes(agentWakeUp);
    }

    void command(RouterTask task) {
        commands.add(task);
        wakeUp.run();
    }

    @Nullable
    RouterTask pollCommand() {
        return commands.poll();
    }

    Map<PeerId, Link> links() {
        return links;
    }
}
