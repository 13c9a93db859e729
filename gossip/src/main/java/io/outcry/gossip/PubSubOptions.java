package io.outcry.gossip;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.outbox.OutboxBudget;
import io.outcry.gossip.outbox.OutboxLimits;
import io.outcry.gossip.router.GossipParams;
import io.outcry.gossip.rpc.RpcLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a {@link PubSub} is set up.
 *
 * @param params of the router
 * @param rpcLimits what one frame of a peer may hold
 * @param outboxLimits what may wait for one peer
 * @param outboxBytesMax what may wait for all peers together
 * @param defaultTopic topics without options of their own
 * @param topics options by topic
 * @param directPeers peers that hear everything and are in no mesh; the other side must list this node too
 * @param selfDelivery whether own messages reach own subscribers
 * @param validationThreads threads that verify signatures and call validators
 * @param validationQueueMax messages waiting for them; beyond, messages of peers of whom one waits already are dropped and
 *     counted, nobody is blamed
 * @param validatedIds ids known to be valid that the connections recognise early, 16 bytes each
 * @param mailboxCapacity what may wait for the router
 * @param peerMessagesMax messages of one peer on their way to the router or waiting for a validator's verdict; beyond, its
 *     stream gets no credit
 * @param peerBytesMax bytes of those, and of control with 128 more for each entry
 * @param inboundBytesMax bytes of all peers' messages on their way or waiting, and of frames not whole yet
 * @param listeners hear what the router does
 * @param agents the group the router joins, and leaves when closed; empty for that of the host, or a thread of its own
 * @param callbacks runs subscribers; empty for a pool of up to sixteen threads
 */
public record PubSubOptions(
        GossipParams params,
        RpcLimits rpcLimits,
        OutboxLimits outboxLimits,
        long outboxBytesMax,
        TopicOptions defaultTopic,
        Map<String, TopicOptions> topics,
        List<PeerId> directPeers,
        boolean selfDelivery,
        int validationThreads,
        int validationQueueMax,
        int validatedIds,
        int mailboxCapacity,
        int peerMessagesMax,
        long peerBytesMax,
        long inboundBytesMax,
        List<PubSubListener> listeners,
        Optional<AgentGroup> agents,
        Optional<Executor> callbacks) {

    public PubSubOptions {
        topics = Map.copyOf(topics);
        directPeers = List.copyOf(directPeers);
        listeners = List.copyOf(listeners);
        positive(outboxBytesMax, "outboxBytesMax");
        positive(validationThreads, "validationThreads");
        positive(validationQueueMax, "validationQueueMax");
        positive(validatedIds, "validatedIds");
        positive(mailboxCapacity - 1L, "mailboxCapacity less one");
        positive(peerMessagesMax, "peerMessagesMax");
        positive(peerBytesMax, "peerBytesMax");
        positive(inboundBytesMax, "inboundBytesMax");
    }

    private static void positive(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1");
        }
    }

    /** The options of a topic. */
    public TopicOptions topic(String name) {
        return topics.getOrDefault(name, defaultTopic);
    }

    public static PubSubOptions defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes {@link PubSubOptions}. */
    public static final class Builder {
        private GossipParams params = GossipParams.defaults();
        private RpcLimits rpcLimits = RpcLimits.DEFAULT;
        private OutboxLimits outboxLimits = OutboxLimits.DEFAULT;
        private long outboxBytesMax = OutboxBudget.BYTES_MAX_DEFAULT;
        private TopicOptions defaultTopic = TopicOptions.SIGNED;
        private final Map<String, TopicOptions> topics = new HashMap<>();
        private final List<PeerId> directPeers = new ArrayList<>();
        private boolean selfDelivery;
        private int validationThreads = Math.min(8, Runtime.getRuntime().availableProcessors());
        private int validationQueueMax = 8192;
        private int validatedIds = 1 << 16;
        private int mailboxCapacity = 1 << 16;
        private int peerMessagesMax = 256;
        private long peerBytesMax = 1 << 20;
        private long inboundBytesMax = 64L << 20;
        private final List<PubSubListener> listeners = new ArrayList<>();
        private Optional<AgentGroup> agents = Optional.empty();
        private Optional<Executor> callbacks = Optional.empty();

        private Builder() {}

        public Builder params(GossipParams value) {
            params = value;
            return this;
        }

        public Builder rpcLimits(RpcLimits value) {
            rpcLimits = value;
            return this;
        }

        public Builder outbox(OutboxLimits limits, long bytesMax) {
            outboxLimits = limits;
            outboxBytesMax = bytesMax;
            return this;
        }

        public Builder defaultTopic(TopicOptions value) {
            defaultTopic = value;
            return this;
        }

        public Builder topic(String name, TopicOptions options) {
            topics.put(name, options);
            return this;
        }

        public Builder directPeer(PeerId peer) {
            directPeers.add(peer);
            return this;
        }

        public Builder selfDelivery(boolean value) {
            selfDelivery = value;
            return this;
        }

        public Builder validation(int threads, int queueMax) {
            validationThreads = threads;
            validationQueueMax = queueMax;
            return this;
        }

        public Builder validatedIds(int entries) {
            validatedIds = entries;
            return this;
        }

        public Builder mailboxCapacity(int value) {
            mailboxCapacity = value;
            return this;
        }

        public Builder inbound(int peerMessages, long peerBytes, long allBytes) {
            peerMessagesMax = peerMessages;
            peerBytesMax = peerBytes;
            inboundBytesMax = allBytes;
            return this;
        }

        public Builder listener(PubSubListener listener) {
            listeners.add(listener);
            return this;
        }

        public Builder agents(AgentGroup group) {
            agents = Optional.of(group);
            return this;
        }

        public Builder callbacks(Executor executor) {
            callbacks = Optional.of(executor);
            return this;
        }

        public PubSubOptions build() {
            return new PubSubOptions(
                    params,
                    rpcLimits,
                    outboxLimits,
                    outboxBytesMax,
                    defaultTopic,
                    topics,
                    directPeers,
                    selfDelivery,
                    validationThreads,
                    validationQueueMax,
                    validatedIds,
                    mailboxCapacity,
                    peerMessagesMax,
                    peerBytesMax,
                    inboundBytesMax,
                    listeners,
                    agents,
                    callbacks);
        }
    }
}
