package io.outcry.gossip;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.identity.PeerId;
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

/** What the parts of one {@link PubSub} share. <b>Threading</b>: any thread. */
final class PubSubContext {

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
        pool = new ValidationPool(options.validationThreads(), options.validationQueueMax());
        topics = new TopicTable(options);
        mailbox = new Mailbox<>("gossip", options.mailboxCapacity());
    }

    long nowNs() {
        return host.options().clock().nowNs();
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
