package io.outcry.node;

import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.EpochClock;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.discovery.rendezvous.RendezvousLimits;
import io.outcry.gossip.Message;
import io.outcry.gossip.PubSub;
import io.outcry.gossip.Subscription;
import io.outcry.gossip.TopicOptions;
import io.outcry.gossip.Validator;
import io.outcry.gossip.message.MessageIds;
import io.outcry.market.EnvelopeCheck;
import io.outcry.market.MarketLimits;
import io.outcry.market.MarketSpec;
import io.outcry.market.SignatureCheck;
import io.outcry.market.Signer;
import io.outcry.market.VerifiedRoots;
import io.outcry.market.replica.CounterpartyPolicy;
import io.outcry.market.replica.ReplicaOptions;
import io.outcry.market.replica.RequestKind;
import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The markets a node takes part in.
 *
 * <p><b>Threading</b>: any thread.
 */
public final class Markets {

    /** Markets of one node: as many as a rendezvous point lets one peer register under. */
    public static final int MARKETS_MAX = RendezvousLimits.DEFAULT.perPeer();

    /** An envelope with what gossip adds to it. */
    private static final int MESSAGE_LENGTH_MAX = MarketLimits.ENVELOPE_BYTES_MAX + 1_024;

    private record Joined(Market market, MarketAgent agent, Subscription subscription) {}

    private final PrivateKey key;
    private final Host host;
    private final PubSub pubsub;
    private final AgentGroup agents;
    private final Finder finder;
    private final Optional<Path> dataDir;
    private final CounterpartyPolicy policy;
    private final VerifiedRoots roots = new VerifiedRoots(VerifiedRoots.CAPACITY_DEFAULT);
    private final RandomGenerator seeds = new SplittableRandom();
    private final Map<String, Joined> joined = new ConcurrentHashMap<>();
    private final TradeLinks links;
    private final Requests requests;
    private boolean closed;

    Markets(NodeOptions options, Host host, PubSub pubsub, AgentGroup agents, Finder finder) {
        this.key = options.privateKey();
        this.dataDir = options.dataDir();
        this.policy = options.policy();
        this.host = host;
        this.pubsub = pubsub;
        this.agents = agents;
        this.finder = finder;
        Streams streams = Streams.of(host);
        this.links = new TradeLinks(streams, this::onTrade);
        this.requests = new Requests(streams, host.options().clock(), this::onRequest);
        agents.add(requests);
        host.addListener(new HostListener() {
            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                if (!host.isConnected(connection.peer())) {
                    links.onDisconnected(connection.peer());
                    joined.values().forEach(one -> one.agent.onDisconnected(connection.peer()));
                }
            }
        });
    }

    /**
     * Joins a market: reads its journal, subscribes, looks for its peers, copies their books and then trades. Returns at
     * once; {@link Market#ready} completes when the book is there.
     *
     * @throws NodeException if it is joined already, or its journal cannot be used
     */
    public synchronized Market join(MarketSpec spec) {
        String topic = spec.topic();
        if (closed) {
            throw new NodeException(NodeException.Code.CLOSED, "the node is closed");
        }
        if (joined.containsKey(topic)) {
            throw new NodeException(NodeException.Code.MARKET, "market " + spec.name() + " is joined already");
        }
        if (joined.size() >= MARKETS_MAX) {
            throw new NodeException(NodeException.Code.MARKET, "a node joins at most " + MARKETS_MAX + " markets");
        }
        if (key.type() != KeyType.ED25519 && key.type() != KeyType.SECP256K1) {
            throw new NodeException(
                    NodeException.Code.MARKET,
                    "a " + key.type() + " key cannot trade: its public key does not lie inside the peer id; use an"
                            + " Ed25519 or secp256k1 key");
        }
        EnvelopeCheck check = new EnvelopeCheck(spec.id(), SignatureCheck.inlineKeys(), roots);
        MarketJournal journal = MarketJournal.open(
                dataDir.map(dir -> dir.resolve("markets").resolve(spec.id().hex())));
        MarketAgent agent;
        try {
            agent = new MarketAgent(
                    ReplicaOptions.of(spec).with(policy),
                    Signer.of(key),
                    check,
                    journal,
                    ways(topic),
                    EpochClock.system(),
                    new SplittableRandom(seeds.nextLong()));
        } catch (RuntimeException e) {
            journal.abandon();
            throw new NodeException(NodeException.Code.DATA, String.valueOf(e.getMessage()), e);
        }
        Market market = new Market(spec, agent);
        try {
            begin(market, agent);
        } catch (RuntimeException e) {
            agents.remove(agent);
            agent.closeJournal(true);
            throw e instanceof NodeException
                    ? e
                    : new NodeException(
                            NodeException.Code.MARKET,
                            "market " + spec.name() + " cannot be joined: " + e.getMessage(),
                            e);
        }
        return market;
    }

    private void begin(Market market, MarketAgent agent) {
        String topic = market.spec().topic();
        pubsub.configure(
                topic,
                TopicOptions.UNSIGNED
                        .withMessageId(MessageIds.SHA256_TOPIC_DATA)
                        .withMessageLengthMax(MESSAGE_LENGTH_MAX)
                        .withValidator((message, verdict) -> validate(agent, message, verdict)));
        agents.add(agent);
        // Everything happens in the validator: by the time a message is delivered the replica has it.
        Subscription subscription = pubsub.subscribe(topic, message -> {});
        if (!finder.add(topic, agent::onPeers)) {
            subscription.close();
            throw new NodeException(
                    NodeException.Code.MARKET,
                    "too much is under way to join " + market.spec().name() + "; try again");
        }
        joined.put(topic, new Joined(market, agent, subscription));
    }

    /** The markets joined, by topic. */
    public List<Market> all() {
        return joined.values().stream().map(Joined::market).toList();
    }

    /** Envelopes to counterparties that could not be sent directly; the topic carried them. */
    public long directDropped() {
        return links.dropped();
    }

    private void validate(MarketAgent agent, Message message, Validator.VerdictCallback verdict) {
        if (message.receivedFrom().equals(host.peerId())) {
            verdict.onVerdict(io.outcry.gossip.router.Verdict.ACCEPT);
            return;
        }
        agent.onTopic(
                message.receivedFrom(),
                message.data(),
                said -> verdict.onVerdict(
                        switch (said) {
                            case ACCEPT -> io.outcry.gossip.router.Verdict.ACCEPT;
                            case IGNORE -> io.outcry.gossip.router.Verdict.IGNORE;
                            case REJECT -> io.outcry.gossip.router.Verdict.REJECT;
                        }));
    }

    private MarketAgent.Ways ways(String topic) {
        return new MarketAgent.Ways() {
            @Override
            public void publish(byte[] envelope) {
                pubsub.publish(topic, envelope);
            }

            @Override
            public void sendTrade(PeerId to, byte[] envelope) {
                links.send(to, envelope);
            }

            @Override
            public CompletableFuture<byte[]> ask(PeerId to, RequestKind kind, byte[] request) {
                return requests.ask(to, kind, request);
            }
        };
    }

    private boolean onTrade(PeerId from, byte[] envelope) {
        for (Joined one : joined.values()) {
            if (one.agent.onTrade(from, envelope)) {
                return true;
            }
        }
        return false;
    }

    private CompletableFuture<byte[]> onRequest(RequestKind kind, PeerId from, byte[] request) {
        for (Joined one : joined.values()) {
            @Nullable CompletableFuture<byte[]> answer = one.agent.onRequest(kind, from, request);
            if (answer != null) {
                return answer;
            }
        }
        return CompletableFuture.failedFuture(
                new NodeException(NodeException.Code.MARKET, "no market of this node is asked about"));
    }

    /** Leaves all markets; with {@code commit} false as a crash would. */
    synchronized void close(boolean commit) {
        if (closed) {
            return;
        }
        closed = true;
        requests.close();
        agents.remove(requests);
        links.close();
        for (Joined one : new ArrayList<>(joined.values())) {
            if (commit) {
                one.subscription.close();
            }
            agents.remove(one.agent);
            one.agent.closeJournal(commit);
        }
        joined.clear();
    }
}
