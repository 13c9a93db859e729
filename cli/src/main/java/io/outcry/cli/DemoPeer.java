package io.outcry.cli;

import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.TradeId;
import io.outcry.market.replica.CounterpartyPolicy;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.Market;
import io.outcry.node.MarketListener;
import io.outcry.node.MarketStatus;
import io.outcry.node.Node;
import io.outcry.node.NodeOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One peer of the demo: its identity and data outlive the node, which may die and return.
 *
 * <p><b>Threading</b>: driven by the demo's thread; the listener's maps are filled by the market's.
 */
final class DemoPeer {

    static final long ANSWER_MS = 2_000;

    final int number;
    final Map<TradeId, TradeUpdate> tape = new ConcurrentHashMap<>();
    final Map<TradeId, Long> settledNs = new ConcurrentHashMap<>();

    private final PrivateKey key;
    private final Path dataDir;
    private Set<OrderId> heard = ConcurrentHashMap.newKeySet();
    private volatile String state = "waiting";
    private @Nullable Node node;
    private @Nullable Market market;
    private long readyNs = Long.MAX_VALUE;
    private long bytesBefore;
    private boolean diedOnce;
    private volatile Optional<String> digest = Optional.empty();

    DemoPeer(int number, PrivateKey key, Path dataDir) {
        this.number = number;
        this.key = key;
        this.dataDir = dataDir;
    }

    PeerId peerId() {
        return key.peerId();
    }

    String state() {
        return state;
    }

    /** Starts the node and joins the market; a second start is a return from the journal. */
    void start(MarketSpec spec, Optional<Multiaddr> bootstrap) {
        state = diedOnce ? "returning" : "joining";
        heard = ConcurrentHashMap.newKeySet();
        NodeOptions.Builder options = NodeOptions.builder()
                .privateKey(key)
                .dataDir(dataDir)
                .policy(CounterpartyPolicy.EVEN) // they are all ours, so none is a newcomer to be tried first
                .agentVersion(Hosts.AGENT)
                .rendezvousServer(bootstrap.isEmpty());
        bootstrap.ifPresent(options::bootstrap);
        Node started = Node.start(options.build());
        node = started;
        Market joined = started.markets().join(spec);
        joined.addListener(new Ear(heard));
        market = joined;
        joined.ready().thenRun(() -> state = "up");
    }

    /** Dies without good-bye. */
    void die() {
        Node dying = node();
        bytesBefore += dying.host().counters().bytesOut();
        diedOnce = true;
        state = "dead";
        readyNs = Long.MAX_VALUE;
        node = null;
        market = null;
        digest = Optional.empty();
        dying.kill();
    }

    void close() {
        Node open = node;
        if (open != null) {
            open.close();
        }
    }

    boolean isRunning() {
        return node != null;
    }

    /** True once the book is copied and the mesh stands; orders published from then on must reach this peer. */
    boolean isPresent() {
        return readyNs != Long.MAX_VALUE;
    }

    /** Notes that the peer is in its place; from now on it counts in delivery. */
    void present(long nowNs) {
        readyNs = nowNs;
    }

    long readyNs() {
        return readyNs;
    }

    boolean hasHeard(OrderId order) {
        return heard.contains(order);
    }

    /** Orders of others came here. */
    void hear(List<OrderId> orders) {
        heard.addAll(orders);
    }

    Node node() {
        Node open = node;
        if (open == null) {
            throw new IllegalStateException("peer " + number + " is not running");
        }
        return open;
    }

    Market market() {
        Market open = market;
        if (open == null) {
            throw new IllegalStateException("peer " + number + " is not running");
        }
        return open;
    }

    /** Whether this peer has the order, and has not closed it. */
    boolean isOpen(OrderId id) {
        for (OrderUpdate update : orders()) {
            if (update.order().id().equals(id)) {
                return update.step().status() != OrderStatus.CLOSED;
            }
        }
        return false;
    }

    List<OrderUpdate> orders() {
        return market == null ? List.of() : market.orders();
    }

    int openOrders() {
        return (int) orders().stream()
                .filter(update -> update.step().status() != OrderStatus.CLOSED)
                .count();
    }

    /** The newest trades this peer saw, newest first. */
    List<TradeUpdate> newestTrades(int most) {
        List<TradeUpdate> all = market == null ? List.of() : market.trades();
        List<TradeUpdate> newest = new ArrayList<>(all.subList(Math.max(0, all.size() - most), all.size()));
        Collections.reverse(newest);
        return newest;
    }

    /** The digest last asked for. */
    Optional<String> digest() {
        return digest;
    }

    /** Asks for the digest of the book; the answer is part of the next {@link #witness}. */
    CompletableFuture<Void> askDigest(long asOfMs) {
        Market open = market;
        digest = Optional.empty();
        return open == null
                ? CompletableFuture.completedFuture(null)
                : open.digest(asOfMs).thenAccept(answer -> digest = Optional.of(answer));
    }

    /** What it holds now. A market that does not answer in time counts as one with a fill that waits. */
    DemoWitness witness() {
        int unsettled = 0;
        int pending = 0;
        Market open = market;
        if (open != null) {
            try {
                MarketStatus status = open.status().get(ANSWER_MS, TimeUnit.MILLISECONDS);
                unsettled = status.unsettledFills();
                pending = status.pendingProposals();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                unsettled = 1;
            }
        }
        return new DemoWitness(
                number,
                isRunning() && isPresent(),
                digest,
                orders(),
                Map.copyOf(tape),
                Map.copyOf(settledNs),
                unsettled,
                pending);
    }

    long bytesWritten() {
        Node open = node;
        return bytesBefore + (open == null ? 0 : open.host().counters().bytesOut());
    }

    /** Writes down what the market tells. */
    private final class Ear implements MarketListener {
        private final Set<OrderId> orders;

        private Ear(Set<OrderId> orders) {
            this.orders = orders;
        }

        @Override
        public void onOrdersHeard(List<OrderId> news) {
            orders.addAll(news);
        }

        @Override
        public void onTrade(TradeUpdate trade) {
            long nowNs = System.nanoTime();
            tape.merge(trade.trade(), trade, (before, now) -> before.settled() ? before : now);
            if (trade.settled()) {
                settledNs.putIfAbsent(trade.trade(), nowNs);
            }
        }
    }
}
