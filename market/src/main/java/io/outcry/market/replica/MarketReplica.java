package io.outcry.market.replica;

import com.google.protobuf.InvalidProtocolBufferException;
import io.outcry.core.identity.PeerId;
import io.outcry.market.Envelope;
import io.outcry.market.ItemHash;
import io.outcry.market.MarketId;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.Signer;
import io.outcry.market.SnapshotPage;
import io.outcry.market.SyncCodec;
import io.outcry.market.SyncQuery;
import io.outcry.market.TradeId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One peer's replica of one market, as a machine: it keeps the book, answers for its own orders, and trades.
 *
 * <pre>
 *   user ──submit, cancel──► Desk ──► OwnSteps ──append──► journal ──onDurable──► EnvelopeBatcher ──► topic, counterparty
 *   topic, counterparty ──► Intake ─┬─► Decisions (as maker), Proposals (as taker) ──► OwnSteps
 *                                   └─► Store ──► BookView ──► Matcher ──► Proposals
 *   other replicas ◄──► SyncServer, SyncClient ──► Intake
 * </pre>
 *
 * <p>Life: construct, {@link #restore} every journal record in order, {@link #start} once, then any input. Call {@link
 * #onTick} when {@link #nextDeadlineNs} has come. Trading begins after {@link #onPeers} has brought a copy of the book.
 *
 * <p><b>Threading</b>: one thread at a time; not re-entrant, asserted.
 *
 * <p><b>Units</b>: {@code nowNs} is monotonic, {@code epochMs} the wall clock; prices in ticks, quantities in lots.
 *
 * <p><b>Errors</b>: what peers send never throws; a journal record that makes no sense is an
 * {@link IllegalStateException} that says so.
 *
 * <p><b>Spec</b>: docs/market-protocol.md.
 */
public final class MarketReplica {

    private final Floor floor;
    private final EnvelopeBatcher batcher;
    private final Tape tape;
    private final OwnSteps steps;
    private final Proposals proposals;
    private final Decisions decisions;
    private final Matcher matcher;
    private final Liveness liveness;
    private final Intake intake;
    private final SyncServer server;
    private final SyncClient client;
    private final Desk desk;
    private final Recovery recovery;
    private final Retirement retirement;

    private boolean started;
    private boolean busy;
    private boolean censusSoon;
    private long fencedToEpoch;
    private long fenceAfterNs;

    /**
     * A replica that knows nothing yet.
     *
     * @param random decides which servers are asked, nothing else
     */
    public MarketReplica(ReplicaOptions options, Signer signer, ReplicaSink sink, RandomGenerator random) {
        floor = new Floor(options, signer, sink, random);
        batcher = new EnvelopeBatcher(floor);
        tape = new Tape(floor);
        steps = new OwnSteps(floor, batcher, tape);
        proposals = new Proposals(floor, steps, batcher, tape);
        decisions = new Decisions(floor, steps, batcher, tape);
        matcher = new Matcher(floor, steps, proposals);
        proposals.bind(matcher);
        liveness = new Liveness(floor, matcher);
        Fence fence = new Fence(floor, new Fence.Retreat() {
            @Override
            public void onFenced(long epochSeen, OrderId about) {
                fenced(epochSeen, about);
            }

            @Override
            public void onForgotten() {
                censusSoon = true;
            }
        });
        intake = new Intake(floor, decisions, proposals, matcher, liveness, batcher, tape, fence, this::onDifference);
        server = new SyncServer(floor, batcher);
        client = new SyncClient(floor, intake, matcher);
        desk = new Desk(floor, steps, batcher, matcher, proposals, liveness);
        recovery = new Recovery(floor, decisions, proposals);
        retirement = new Retirement(floor, batcher);
    }

    // ---- life --------------------------------------------------------------------------------------------------

    /** Takes in one record of the journal; before {@link #start}, in the order they were appended. */
    public void restore(byte[] record) {
        require(!started, "records are restored before the start");
        try {
            recovery.restore(record);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a journal record of market " + spec().name() + " is damaged", e);
        }
    }

    /** Begins: a new epoch, everything restored goes out again, heartbeats. */
    public void start(long nowNs, long epochMs) {
        require(!started, "a replica starts once");
        started = true;
        begin(nowNs, epochMs);
        recovery.beginEpoch();
        for (OwnOrder order : floor.own.all()) {
            resume(order);
        }
        proposals.holds().forEach(proposals::restore);
        recovery.resume();
        beat();
        purge();
        censusLater();
        end();
    }

    private void resume(OwnOrder order) {
        floor.gate.thenLast(() -> {
            if (floor.own.find(order.id()) == order) {
                steps.show(order, order.first);
                steps.show(order, order.latest);
                batcher.publish(order.first, null);
                if (order.latest != order.first) {
                    batcher.publish(order.latest, null);
                }
                floor.sink.orderChanged(OrderUpdate.of(order.order, order.step()));
            }
        });
        desk.awaitExpiry(order);
    }

    /** The records that, restored, make this replica again: write them, and what was appended before may go. */
    public List<byte[]> checkpoint() {
        return recovery.checkpoint();
    }

    private void beat() {
        batcher.heartbeat();
        floor.after(ReplicaLimits.HEARTBEAT_MS, this::beat);
    }

    private void purge() {
        decisions.purge();
        proposals.purge();
        intake.purge();
        liveness.wrongClock();
        if (censusSoon || desk.takeClosings()) {
            censusSoon = false;
            retirement.census();
        }
        floor.after(ReplicaLimits.PURGE_MS, this::purge);
    }

    private void censusLater() {
        floor.after(ReplicaLimits.CENSUS_MS, () -> {
            censusSoon = true;
            censusLater();
        });
    }

    // ---- the user ----------------------------------------------------------------------------------------------

    /** A new order. */
    public Answer submit(OrderRequest request, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        Answer answer = desk.submit(request, client.isReady());
        end();
        return answer;
    }

    /** Takes back all that is left; what is out in proposals may still fill, and the answer says how much. */
    public Answer cancel(OrderId id, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        Answer answer = desk.cancel(id);
        end();
        return answer;
    }

    /** Takes back some of what is left. */
    public Answer reduce(OrderId id, long quantity, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        Answer answer = desk.reduce(id, quantity);
        end();
        return answer;
    }

    /**
     * Gives up waiting for the answer to a proposal: its quantity is disputed from now on and never matched again. The
     * maker's owner may have filled it; if its answer comes after all, it is taken.
     */
    public Answer forceRelease(TradeId trade, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        Answer answer = desk.force(trade);
        end();
        return answer;
    }

    // ---- the others --------------------------------------------------------------------------------------------

    /**
     * An envelope from the topic, checked.
     *
     * @param arrivedMs the wall clock when its bytes arrived: what it waited for this thread since says nothing about clocks
     */
    public Verdict onEnvelope(PeerId from, Envelope envelope, long arrivedMs, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        Verdict verdict = intake.onEnvelope(envelope, false, arrivedMs);
        end();
        return verdict;
    }

    /**
     * An envelope from a counterparty's stream, checked. Only its owner sends it there: others' copies, which would use up
     * the owner's quota, are not taken.
     *
     * @param arrivedMs the wall clock when its bytes arrived
     */
    public void onTradeMessage(PeerId from, Envelope envelope, long arrivedMs, long nowNs, long epochMs) {
        if (from.equals(envelope.owner())) {
            begin(nowNs, epochMs);
            intake.onEnvelope(envelope, true, arrivedMs);
            end();
        }
    }

    /** A request for a page; returns the answer, made of durable state only. */
    public byte[] onSnapshotRequest(PeerId from, byte[] request, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        byte[] answer = SyncCodec.encode(server.page(from, SyncCodec.snapshotRequest(floor.market, request)));
        end();
        return answer;
    }

    /** A question about differences; returns the answer, made of durable state only. */
    public byte[] onSyncRequest(PeerId from, byte[] request, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        SyncQuery query = SyncCodec.syncRequest(floor.market, request);
        byte[] answer = SyncCodec.encode(server.answer(from, query));
        if (query != null) {
            client.onAskedAbout(from, query.owners());
        }
        end();
        return answer;
    }

    /** The answer to {@link ReplicaSink#request}, checked by {@link SyncCodec#snapshotAnswer}; null if there is none. */
    public void onSnapshotAnswer(
            PeerId from, long requestId, SnapshotPage.@Nullable Answer answer, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        client.onSnapshotAnswer(from, requestId, answer);
        end();
    }

    /** The answer to {@link ReplicaSink#request}, checked by {@link SyncCodec#syncAnswer}; null if there is none. */
    public void onSyncAnswer(PeerId from, long requestId, SyncQuery.@Nullable Answer answer, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        client.onSyncAnswer(from, requestId, answer);
        end();
    }

    /** The peers of this market that can be asked now. The first call begins the join; none is an answer too. */
    public void onPeers(List<PeerId> peers, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        liveness.onPeers(peers);
        client.onPeers(peers);
        end();
    }

    // ---- the shell ---------------------------------------------------------------------------------------------

    /** All records up to this one are on the disk. */
    public void onDurable(long lsn, long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        floor.gate.onDurable(lsn);
        end();
    }

    /** Time has passed. */
    public void onTick(long nowNs, long epochMs) {
        begin(nowNs, epochMs);
        floor.timers.run(nowNs);
        end();
    }

    /** When to be woken if nothing happens, monotonic nanoseconds. */
    public long nextDeadlineNs() {
        return floor.timers.nextDeadlineNs();
    }

    private void begin(long nowNs, long epochMs) {
        require(started, "start the replica first");
        require(!busy, "the sink called back into the replica, or two threads did");
        busy = true;
        floor.clock.advance(nowNs, epochMs);
    }

    private void end() {
        matcher.run();
        batcher.flush();
        if (floor.book.takeChanged()) {
            floor.sink.bookChanged();
        }
        busy = false;
    }

    private void onDifference(OwnerState owner) {
        client.onDifference(owner);
    }

    /** Another copy of this key is, or was, at work: give up all orders of the epochs before. */
    private void fenced(long epochSeen, OrderId about) {
        if (epochSeen < fencedToEpoch
                || about.seq() < floor.own.floorSeq()
                || (floor.counters.fences > 0 && floor.clock.nowNs() < fenceAfterNs)) {
            return;
        }
        fenceAfterNs = floor.clock.nsAfter(ReplicaLimits.FENCE_MS);
        floor.counters.fences++;
        for (OwnOrder order : new ArrayList<>(floor.own.all())) {
            if (!order.isClosed()) {
                floor.sink.orderChanged(new OrderUpdate(order.order, OrderUpdate.State.FENCED, order.step()));
            }
            OrderState shown = order.shown;
            if (shown != null) {
                floor.drop(shown);
            }
        }
        proposals.clear();
        decisions.clear();
        batcher.clear();
        floor.own.clear();
        recovery.fence(epochSeen);
        fencedToEpoch = floor.own.epoch();
        floor.sink.notice(Notice.FENCED, about);
        floor.gate.thenLast(retirement::census);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    // ---- what it shows -----------------------------------------------------------------------------------------

    /** The terms of the market. */
    public MarketSpec spec() {
        return floor.options.spec();
    }

    /** The market's name on the wire. */
    public MarketId market() {
        return floor.market;
    }

    /** Whose replica it is. */
    public PeerId owner() {
        return floor.self;
    }

    /** Whether own orders are matched: the book has been copied. */
    public boolean isReady() {
        return client.isReady();
    }

    /** What is available, so many prices a side. */
    public BookLevels book(int depth) {
        return floor.book.levels(depth);
    }

    /** The digest of the whole book: equal digests, equal books. */
    public ItemHash digest(long asOfMs) {
        return Digests.ofBook(floor.store, asOfMs);
    }

    /** The own orders, by seq, as the journal has them; closed ones until their census. */
    public List<OrderUpdate> orders() {
        List<OrderUpdate> orders = new ArrayList<>();
        for (OwnOrder order : floor.own.all()) {
            orders.add(OrderUpdate.of(order.order, order.step()));
        }
        return orders;
    }

    /** One own order, or null. */
    public @Nullable OrderUpdate order(OrderId id) {
        OwnOrder order = floor.own.find(id);
        return order == null ? null : OrderUpdate.of(order.order, order.step());
    }

    /** The own proposals without an answer. */
    public List<TradeId> pendingTrades() {
        return proposals.holds().stream().map(Hold::trade).toList();
    }

    /** Own fills whose settlement has not been heard. */
    public int unsettledFills() {
        return decisions.unsettled();
    }

    /** Orders of all owners that are neither closed nor equivocated. */
    public int openOrders() {
        return floor.store.openOrders();
    }

    /** Orders known to be closed, which no census has retired yet. */
    public int tombstones() {
        return floor.store.tombstones();
    }

    /** Trades decided, as far as heard. */
    public long trades() {
        return tape.trades();
    }

    /** What it counted. */
    public Counters counters() {
        return floor.counters;
    }

    List<Decision> decisions() {
        return decisions.all();
    }

    Floor floor() {
        return floor;
    }
}
