package io.outcry.node;

import io.outcry.core.agent.Agent;
import io.outcry.core.agent.EpochClock;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Envelope;
import io.outcry.market.EnvelopeCheck;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.Signer;
import io.outcry.market.SnapshotPage;
import io.outcry.market.Step;
import io.outcry.market.SyncCodec;
import io.outcry.market.SyncQuery;
import io.outcry.market.TradeId;
import io.outcry.market.journal.JournalException;
import io.outcry.market.replica.Answer;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.MarketReplica;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderRequest;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.Refusal;
import io.outcry.market.replica.ReplicaOptions;
import io.outcry.market.replica.ReplicaSink;
import io.outcry.market.replica.RequestKind;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.market.replica.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell of one {@link MarketReplica}: everything reaches it through one bounded mailbox, and what it says goes to the
 * topic, to counterparties, to the journal and to listeners.
 *
 * <p><b>Threading</b>: the replica is touched on the market's thread only; every other method may be called from any.
 *
 * <p>If the journal fails, or the replica breaks one of its own rules, the market stops: nothing more is promised, futures
 * fail, the rest of the node goes on.
 */
final class MarketAgent implements Agent {

    /** Inputs that may wait for the market's thread; past it envelopes are ignored, and a user's call is refused BUSY. */
    static final int MAILBOX_CAPACITY = 1 << 14;

    /** Inputs of one peer that may wait: a flood of one does not push out the others. */
    static final int PEER_SHARE = 1 << 10;

    /** Peers with a share at once: more than a host has connections. */
    private static final int PEERS_MAX = 1 << 14;

    /** Inputs taken in one duty cycle, so that timers and the other agents of the thread get their turn. */
    private static final int CYCLE_INPUTS_MAX = 256;

    /** Trades remembered for {@link Market#trades}. */
    static final int TAPE_MAX = 1_024;

    /** Closed own orders remembered for {@link Market#orders}. */
    static final int CLOSED_KEPT_MAX = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(MarketAgent.class);

    /** The ways out of a market. */
    interface Ways {
        void publish(byte[] envelope);

        void sendTrade(PeerId to, byte[] envelope);

        CompletableFuture<byte[]> ask(PeerId to, RequestKind kind, byte[] request);
    }

    /** One input; it runs on the market's thread. */
    private record Input(Consumer<MarketReplica> action, Runnable dropped) {}

    private final MarketSpec spec;
    private final EnvelopeCheck check;
    private final MarketJournal journal;
    private final Ways ways;
    private final EpochClock epochClock;
    private final MarketReplica replica;
    private final Mailbox<Input> mailbox;
    private final Map<PeerId, Mailbox<Input>.Source> shares = new ConcurrentHashMap<>();
    private final MarketLedger ledger = new MarketLedger(CLOSED_KEPT_MAX, TAPE_MAX);
    private final CompletableFuture<JoinReport> ready = new CompletableFuture<>();
    private final CopyOnWriteArrayList<EventFeed> feeds = new CopyOnWriteArrayList<>();
    private final Map<OrderId, CompletableFuture<OrderId>> awaitingDurability = new HashMap<>();
    private final AtomicLong ignoredWhenFull = new AtomicLong();
    private volatile MarketView view = MarketView.EMPTY;
    private volatile @Nullable NodeException stopped;

    /** Guarded by the feeds: a listener that comes while the market becomes ready hears of it once. */
    private @Nullable JoinReport joined;

    private long nowNs;
    private boolean bookDirty;
    private boolean started;

    MarketAgent(
            ReplicaOptions options,
            Signer signer,
            EnvelopeCheck check,
            MarketJournal journal,
            Ways ways,
            EpochClock epochClock,
            RandomGenerator random) {
        this.spec = options.spec();
        this.check = check;
        this.journal = journal;
        this.ways = ways;
        this.epochClock = epochClock;
        this.mailbox = new Mailbox<>("market " + spec.name(), MAILBOX_CAPACITY);
        this.replica = new MarketReplica(options, signer, new Sink(), random);
        for (byte[] record : journal.takeRecovered()) {
            replica.restore(record);
        }
        // What the journal promised is shown from the first moment, not only once the new epoch is durable.
        replica.orders().forEach(ledger::onOrder);
    }

    // ---- the agent ---------------------------------------------------------------------------------------------

    @Override
    public String role() {
        return "market-" + spec.name();
    }

    @Override
    public void onStart(Runnable wakeUp) {
        mailbox.wakes(wakeUp);
        journal.start(wakeUp);
    }

    @Override
    public int doWork(long cycleNs) {
        nowNs = cycleNs;
        if (stopped != null) {
            return mailbox.drain(input -> input.dropped.run(), CYCLE_INPUTS_MAX);
        }
        int work;
        try {
            work = cycle();
        } catch (JournalException e) {
            stop(new NodeException(
                    NodeException.Code.DATA,
                    "market " + spec.name() + " stopped: " + e.getMessage()
                            + "; no order is acknowledged any more: mend the disk and start the node again",
                    e));
            return 1;
        } catch (RuntimeException e) {
            // A replica left half-way must not go on trading.
            stop(new NodeException(
                    NodeException.Code.FAILED,
                    "market " + spec.name() + " stopped, it broke a rule of its own: " + e
                            + "; start the node again, and report this",
                    e));
            return 1;
        }
        if (bookDirty) {
            bookDirty = false;
            view = new MarketView(replica.book(MarketView.DEPTH_MAX), view.revision() + 1);
            tell(MarketListener::onBook);
        }
        return work;
    }

    private int cycle() {
        int work = 0;
        if (!started) {
            started = true;
            replica.start(nowNs, epochClock.epochMs());
            work++;
        }
        work += mailbox.drain(input -> input.action.accept(replica), CYCLE_INPUTS_MAX);
        if (replica.nextDeadlineNs() - nowNs <= 0) {
            replica.onTick(nowNs, epochClock.epochMs());
            work++;
        }
        for (long lsn = journal.takeDurable(); lsn >= 0; lsn = journal.takeDurable()) {
            replica.onDurable(lsn, nowNs, epochClock.epochMs());
            work++;
        }
        if (journal.wantsCheckpoint()) {
            journal.checkpoint(replica.checkpoint());
        }
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        return stopped != null ? Long.MAX_VALUE : started ? replica.nextDeadlineNs() : nowNs;
    }

    @Override
    public void onClose() {
        stop(new NodeException(NodeException.Code.CLOSED, "market " + spec.name() + " is closed with its node"));
        while (mailbox.drain(input -> input.dropped.run(), CYCLE_INPUTS_MAX) > 0) {
            // those that came before the end are answered
        }
    }

    private void stop(NodeException why) {
        if (stopped != null) {
            return;
        }
        stopped = why;
        if (why.code() != NodeException.Code.CLOSED) {
            LOG.error("{}", why.getMessage(), why.getCause());
            tell(listener -> listener.onStopped(why));
        }
        ready.completeExceptionally(why);
        awaitingDurability.values().forEach(waiting -> waiting.completeExceptionally(why));
        awaitingDurability.clear();
    }

    /** After {@link #onClose}: commits the journal, or not if the node dies on purpose, and ends the listeners' threads. */
    void closeJournal(boolean commit) {
        if (commit) {
            journal.close();
        } else {
            journal.abandon();
        }
        feeds.forEach(EventFeed::close);
    }

    // ---- ways in -----------------------------------------------------------------------------------------------

    private boolean input(Consumer<MarketReplica> action, Runnable dropped) {
        return mailbox.offer(new Input(action, dropped));
    }

    /** An input of a peer, which has a share of the mailbox of its own. */
    private boolean inputOf(PeerId peer, Consumer<MarketReplica> action, Runnable dropped) {
        Mailbox<Input>.Source share = shares.get(peer);
        if (share == null) {
            if (shares.size() >= PEERS_MAX) {
                // A message can be checked after its peer went, and then leaves a share behind.
                shares.values().removeIf(idle -> idle.used() == 0);
            }
            if (shares.size() >= PEERS_MAX) {
                ignoredWhenFull.incrementAndGet();
                return false;
            }
            share = shares.computeIfAbsent(peer, id -> mailbox.source(PEER_SHARE, () -> {}));
        }
        if (share.offer(new Input(action, dropped))) {
            return true;
        }
        ignoredWhenFull.incrementAndGet();
        return false;
    }

    /** The peer is gone, and its share with it. */
    void onDisconnected(PeerId peer) {
        shares.remove(peer);
    }

    /** An envelope of the topic; called in the validation pool. The verdict comes from there or from the market's thread. */
    void onTopic(PeerId from, byte[] data, Consumer<Verdict> verdict) {
        long arrivedMs = epochClock.epochMs();
        Envelope envelope = check.check(data);
        if (envelope == null) {
            verdict.accept(Verdict.REJECT);
            return;
        }
        Runnable ignore = () -> verdict.accept(Verdict.IGNORE);
        boolean taken = inputOf(
                from,
                replica -> {
                    verdict.accept(replica.onEnvelope(from, envelope, arrivedMs, nowNs, epochClock.epochMs()));
                    heard(envelope.items());
                },
                ignore);
        if (!taken) {
            ignore.run();
        }
    }

    /** An envelope of a trade stream; false if it is not of this market, or not signed. */
    boolean onTrade(PeerId from, byte[] bytes) {
        long arrivedMs = epochClock.epochMs();
        Envelope envelope = check.check(bytes);
        if (envelope == null) {
            return false;
        }
        // What finds no room is sent again in its owner's time.
        inputOf(
                from,
                replica -> {
                    replica.onTradeMessage(from, envelope, arrivedMs, nowNs, epochClock.epochMs());
                    heard(envelope.items());
                },
                () -> {});
        return true;
    }

    /** A question of another replica, or null if it is about another market. */
    @Nullable
    CompletableFuture<byte[]> onRequest(RequestKind kind, PeerId from, byte[] request) {
        boolean ours = kind == RequestKind.SNAPSHOT
                ? SyncCodec.snapshotRequest(replica.market(), request) != null
                : SyncCodec.syncRequest(replica.market(), request) != null;
        if (!ours) {
            return null;
        }
        return call(
                (action, dropped) -> inputOf(from, action, dropped),
                replica -> kind == RequestKind.SNAPSHOT
                        ? replica.onSnapshotRequest(from, request, nowNs, epochClock.epochMs())
                        : replica.onSyncRequest(from, request, nowNs, epochClock.epochMs()));
    }

    /** Peers of this market that can be asked now; the first call begins the join. False if there is no room for it now. */
    boolean onPeers(List<PeerId> peers) {
        List<PeerId> copy = List.copyOf(peers);
        return input(replica -> replica.onPeers(copy, nowNs, epochClock.epochMs()), () -> {});
    }

    CompletableFuture<OrderId> submit(OrderRequest request) {
        return this.<CompletableFuture<OrderId>>call(replica -> {
                    if (journal.isCongested()) {
                        return CompletableFuture.failedFuture(
                                new OrderRefused(Refusal.BUSY, "the journal is behind its disk; try again"));
                    }
                    Answer answer = replica.submit(request, nowNs, epochClock.epochMs());
                    OrderId order = answer.order();
                    Refusal refusal = answer.refusal();
                    if (refusal != null || order == null) {
                        return CompletableFuture.failedFuture(
                                new OrderRefused(refusal == null ? Refusal.UNKNOWN : refusal, answer.message()));
                    }
                    return awaitingDurability.computeIfAbsent(order, id -> new CompletableFuture<>());
                })
                .thenCompose(Function.identity());
    }

    CompletableFuture<Answer> cancel(OrderId order) {
        return call(replica -> done(replica.cancel(order, nowNs, epochClock.epochMs())));
    }

    CompletableFuture<Answer> reduce(OrderId order, long quantity) {
        return call(replica -> done(replica.reduce(order, quantity, nowNs, epochClock.epochMs())));
    }

    CompletableFuture<Answer> forceRelease(TradeId trade) {
        return call(replica -> done(replica.forceRelease(trade, nowNs, epochClock.epochMs())));
    }

    /** The book and its digest at one moment. */
    CompletableFuture<MarketBook> read(int depth, long asOfMs) {
        return call(replica -> new MarketBook(
                replica.book(depth),
                HexFormat.of().formatHex(replica.digest(asOfMs).bytes())));
    }

    CompletableFuture<String> digest(long asOfMs) {
        return call(replica -> HexFormat.of().formatHex(replica.digest(asOfMs).bytes()));
    }

    /** What the operator may want to know, read on the market's thread. */
    CompletableFuture<MarketStatus> status() {
        return call(replica -> new MarketStatus(
                replica.isReady(),
                replica.openOrders(),
                replica.trades(),
                replica.unsettledFills(),
                replica.pendingTrades().size(),
                ignoredWhenFull.get()));
    }

    private static Answer done(Answer answer) {
        Refusal refusal = answer.refusal();
        if (refusal != null) {
            throw new OrderRefused(refusal, answer.message());
        }
        return answer;
    }

    private <T> CompletableFuture<T> call(Function<MarketReplica, T> question) {
        return call(this::input, question);
    }

    private <T> CompletableFuture<T> call(
            BiPredicate<Consumer<MarketReplica>, Runnable> way, Function<MarketReplica, T> question) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Supplier<NodeException> closed = () -> {
            NodeException why = stopped;
            return why != null ? why : new NodeException(NodeException.Code.CLOSED, spec.name() + " is closed");
        };
        if (stopped != null) {
            result.completeExceptionally(closed.get());
            return result;
        }
        boolean taken = way.test(
                replica -> {
                    try {
                        result.complete(question.apply(replica));
                    } catch (OrderRefused | IllegalArgumentException e) {
                        result.completeExceptionally(e);
                    } catch (RuntimeException e) {
                        result.completeExceptionally(
                                e); // nobody waits for ever; and whoever runs the agent hears of it
                        throw e;
                    }
                },
                () -> result.completeExceptionally(closed.get()));
        if (!taken) {
            result.completeExceptionally(
                    new OrderRefused(Refusal.BUSY, "the market's mailbox is full; try again in a moment"));
        } else if (stopped != null) {
            result.completeExceptionally(
                    closed.get()); // it stopped meanwhile, and may have drained its box before this
        }
        return result;
    }

    // ---- views and listeners -----------------------------------------------------------------------------------

    MarketSpec spec() {
        return spec;
    }

    CompletableFuture<JoinReport> ready() {
        return ready.copy();
    }

    MarketView view() {
        return view;
    }

    List<OrderUpdate> orders() {
        return ledger.orders();
    }

    Optional<OrderUpdate> order(OrderId id) {
        return ledger.order(id);
    }

    List<TradeUpdate> trades() {
        return ledger.trades();
    }

    void addListener(MarketListener listener) {
        EventFeed feed = new EventFeed("events " + spec.name(), listener);
        synchronized (feeds) {
            feeds.add(feed);
            JoinReport report = joined;
            if (report != null) {
                feed.offer(late -> late.onReady(report)); // it is told all the same, and once
            }
        }
        if (stopped != null) {
            feed.close(); // nothing will happen any more
        }
    }

    void removeListener(MarketListener listener) {
        for (EventFeed feed : feeds) {
            if (feed.carries(listener)) {
                feeds.remove(feed);
                feed.close();
            }
        }
    }

    private void tell(Consumer<MarketListener> event) {
        for (EventFeed feed : feeds) {
            feed.offer(event);
        }
    }

    private void heard(List<SignedItem> items) {
        if (!feeds.isEmpty()) {
            List<OrderId> orders = new ArrayList<>();
            for (SignedItem item : items) {
                if (item.item() instanceof Step step && step.cause() instanceof Cause.New) {
                    orders.add(step.id());
                }
            }
            if (!orders.isEmpty()) {
                tell(listener -> listener.onOrdersHeard(orders));
            }
        }
    }

    // ---- ways out ----------------------------------------------------------------------------------------------

    /** What the replica says; it never calls back into it. */
    private final class Sink implements ReplicaSink {

        @Override
        public long append(byte[] record) {
            return journal.append(record);
        }

        @Override
        public void publish(byte[] envelope) {
            ways.publish(envelope);
        }

        @Override
        public void sendTrade(PeerId to, byte[] envelope) {
            ways.sendTrade(to, envelope);
        }

        @Override
        public void request(PeerId to, long requestId, RequestKind kind, byte[] request) {
            // The answer's proofs are checked where it arrives, off the market's thread.
            ways.ask(to, kind, request).whenComplete((bytes, failure) -> {
                if (kind == RequestKind.SNAPSHOT) {
                    SnapshotPage.Answer page = bytes == null ? null : SyncCodec.snapshotAnswer(check, bytes);
                    input(
                            replica -> {
                                replica.onSnapshotAnswer(to, requestId, page, nowNs, epochClock.epochMs());
                                heard(page == null ? List.of() : page.items());
                            },
                            () -> {});
                } else {
                    SyncQuery.Answer answer = bytes == null ? null : SyncCodec.syncAnswer(check, bytes);
                    input(
                            replica -> {
                                replica.onSyncAnswer(to, requestId, answer, nowNs, epochClock.epochMs());
                                heard(answer == null ? List.of() : answer.items());
                            },
                            () -> {});
                }
            });
        }

        @Override
        public void joined(JoinReport report) {
            ready.complete(report);
            synchronized (feeds) {
                joined = report;
                tell(listener -> listener.onReady(report));
            }
        }

        @Override
        public void orderChanged(OrderUpdate update) {
            ledger.onOrder(update);
            CompletableFuture<OrderId> waiting =
                    awaitingDurability.remove(update.order().id());
            if (waiting != null && update.state() == OrderUpdate.State.FENCED) {
                waiting.completeExceptionally(new OrderRefused(
                        Refusal.CLOSED,
                        "another copy of this key is at work: the order was given up before it was durable"));
            } else if (waiting != null) {
                waiting.complete(update.order().id());
            }
            tell(listener -> listener.onOrder(update));
        }

        @Override
        public void traded(TradeUpdate trade) {
            ledger.onTrade(trade);
            tell(listener -> listener.onTrade(trade));
        }

        @Override
        public void bookChanged() {
            bookDirty = true;
        }

        @Override
        public void notice(Notice notice, @Nullable OrderId about) {
            LOG.warn("market {}: {}{}: {}", spec.name(), notice, about == null ? "" : " " + about, notice.advice());
            tell(listener -> listener.onNotice(notice, about));
        }
    }
}
