package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Envelope;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.Refuse;
import io.outcry.market.RefuseReason;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.SyncCodec;
import io.outcry.market.TestKeys;
import io.outcry.market.TradeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One replica with its disk, its clock, and a power switch. */
class VirtualPeer implements ReplicaSink {

    final VirtualWorld world;
    final int number;
    final PeerId id;
    final VirtualDisk disk = new VirtualDisk();

    @Nullable
    MarketReplica replica;
    /** Wall clock against the world's. */
    long clockOffsetMs;

    /** How long what arrives waits for its thread. */
    long mailboxMs;
    /** Chance of a crash at each touch of the disk or the network. */
    double crashChance;

    /** The touch of disk or network at which the power goes, once; 0 for none. */
    int crashAtTouch;

    /** What the user was promised. */
    final Map<OrderId, Step> promised = new HashMap<>();

    final Map<OrderId, OrderUpdate> told = new HashMap<>();
    final List<TradeUpdate> tape = new ArrayList<>();
    final List<Notice> notices = new ArrayList<>();

    @Nullable
    RefuseReason lastRefusal;

    boolean joined;

    @Nullable
    JoinReport report;

    boolean servesGarbage;
    /** What it answers instead of the truth. */
    @Nullable
    Function<RequestKind, byte[]> servesInstead;

    boolean servesNothing;
    int crashes;
    private long tickAtNs = Long.MAX_VALUE;
    private boolean syncing;
    private int life;

    VirtualPeer(VirtualWorld world, int number) {
        this.world = world;
        this.number = number;
        this.id = TestKeys.owner(number);
    }

    // ---- power -------------------------------------------------------------------------------------------------

    void start() {
        life++;
        syncing = false;
        tickAtNs = Long.MAX_VALUE;
        joined = false;
        MarketReplica fresh = new MarketReplica(
                world.options(), TestKeys.signer(number), this, new SplittableRandom(world.random.nextLong()));
        for (byte[] record : disk.records) {
            fresh.restore(record);
        }
        replica = fresh;
        input(it -> it.start(world.nowNs, epochMs()));
        input(it -> it.onPeers(world.othersOf(this), world.nowNs, epochMs()));
        checkPromises();
    }

    /** I6: what was promised is there after a restart. */
    private void checkPromises() {
        MarketReplica now = replica;
        if (now == null) {
            return;
        }
        promised.forEach((order, step) -> {
            OrderUpdate found = now.order(order);
            if (found == null) {
                assertThat(step.status()).as("I6: lost %s", step).isEqualTo(OrderStatus.CLOSED);
            } else {
                assertThat(found.step().v()).as("I6: %s", order).isGreaterThanOrEqualTo(step.v());
            }
        });
    }

    void crash() {
        if (replica != null) {
            replica = null;
            crashes++;
            disk.crash(disk.unsynced() == 0 ? 0 : world.random.nextInt(disk.unsynced() + 1));
            long downMs = 1L + world.random.nextInt(world.downMsMax);
            world.after(downMs, () -> {
                if (replica == null) {
                    start();
                }
            });
        }
    }

    boolean isUp() {
        return replica != null;
    }

    long epochMs() {
        return world.epochMs() + clockOffsetMs;
    }

    // ---- inputs ------------------------------------------------------------------------------------------------

    void input(Consumer<MarketReplica> act) {
        MarketReplica now = replica;
        if (now == null) {
            return;
        }
        try {
            act.accept(now);
        } catch (Crash crash) {
            crash();
            return;
        }
        scheduleTick(now);
        world.afterEachInput(this);
    }

    private void scheduleTick(MarketReplica now) {
        long deadlineNs = Math.max(now.nextDeadlineNs(), world.nowNs + 1);
        if (deadlineNs < tickAtNs) {
            tickAtNs = deadlineNs;
            int scheduledLife = life;
            world.at(deadlineNs, () -> {
                if (life == scheduledLife && replica == now && tickAtNs == deadlineNs) {
                    tickAtNs = Long.MAX_VALUE;
                    input(it -> it.onTick(world.nowNs, epochMs()));
                }
            });
        }
    }

    /** A user's order; null if the peer is down or dies of it. */
    @Nullable
    Answer submit(OrderRequest request) {
        Answer[] answer = new Answer[1];
        input(it -> answer[0] = it.submit(request, world.nowNs, epochMs()));
        return answer[0];
    }

    OrderId enter(OrderRequest request) {
        Answer answer = submit(request);
        assertThat(answer).isNotNull();
        assertThat(answer.order()).as(answer.message()).isNotNull();
        return answer.order();
    }

    @Nullable
    Answer cancel(OrderId id) {
        Answer[] answer = new Answer[1];
        input(it -> answer[0] = it.cancel(id, world.nowNs, epochMs()));
        return answer[0];
    }

    void cancelAll() {
        MarketReplica now = replica;
        if (now != null) {
            now.orders().forEach(update -> cancel(update.order().id()));
        }
    }

    /** What the user was told last. */
    OrderUpdate order(OrderId id) {
        OrderUpdate update = told.get(id);
        assertThat(update).isNotNull();
        return update;
    }

    void hear(byte[] envelope, PeerId from, boolean direct) {
        long arrivedMs = epochMs();
        if (mailboxMs > 0) {
            world.after(mailboxMs, () -> take(envelope, from, direct, arrivedMs));
        } else {
            take(envelope, from, direct, arrivedMs);
        }
    }

    private void take(byte[] envelope, PeerId from, boolean direct, long arrivedMs) {
        if (!isUp()) {
            return;
        }
        Envelope checked = world.checked(envelope);
        if (checked == null) {
            world.rejected++;
            return;
        }
        if (direct) {
            input(it -> it.onTradeMessage(from, checked, arrivedMs, world.nowNs, epochMs()));
        } else {
            input(it -> {
                Verdict verdict = it.onEnvelope(from, checked, arrivedMs, world.nowNs, epochMs());
                assertThat(verdict).as("I16").isNotEqualTo(Verdict.REJECT);
                if (verdict == Verdict.ACCEPT) {
                    world.relay(this, envelope);
                }
            });
        }
    }

    byte @Nullable [] serve(PeerId from, RequestKind kind, byte[] request) {
        if (servesNothing || servesGarbage) {
            return servesNothing ? null : new byte[] {8, 1, 18, 3, 1, 2, 3};
        }
        Function<RequestKind, byte[]> instead = servesInstead;
        if (instead != null) {
            return instead.apply(kind);
        }
        byte[][] answer = new byte[1][];
        input(it -> answer[0] = kind == RequestKind.SNAPSHOT
                ? it.onSnapshotRequest(from, request, world.nowNs, epochMs())
                : it.onSyncRequest(from, request, world.nowNs, epochMs()));
        return answer[0];
    }

    void answered(PeerId from, long requestId, RequestKind kind, byte @Nullable [] answer) {
        if (kind == RequestKind.SNAPSHOT) {
            input(it -> it.onSnapshotAnswer(
                    from,
                    requestId,
                    answer == null ? null : SyncCodec.snapshotAnswer(world.check, answer),
                    world.nowNs,
                    epochMs()));
        } else {
            input(it -> it.onSyncAnswer(
                    from,
                    requestId,
                    answer == null ? null : SyncCodec.syncAnswer(world.check, answer),
                    world.nowNs,
                    epochMs()));
        }
    }

    // ---- the sink ----------------------------------------------------------------------------------------------

    private void mayCrash(String where) {
        if (crashAtTouch > 0 && --crashAtTouch == 0) {
            throw new Crash(where);
        }
        if (crashChance > 0 && world.random.nextDouble() < crashChance) {
            throw new Crash(where);
        }
    }

    @Override
    public long append(byte[] record) {
        mayCrash("before append");
        long lsn = disk.append(record);
        mayCrash("after append");
        if (!syncing) {
            syncing = true;
            int scheduledLife = life;
            world.afterNs(world.syncNs(), () -> {
                if (life == scheduledLife && replica != null && !world.syncStopped) {
                    sync();
                }
            });
        }
        return lsn;
    }

    void sync() {
        syncing = false;
        long durable = disk.sync();
        input(it -> it.onDurable(durable, world.nowNs, epochMs()));
        maybeCheckpoint();
    }

    private void maybeCheckpoint() {
        MarketReplica now = replica;
        if (world.checkpoints && now != null && disk.unsynced() == 0 && world.random.nextInt(200) == 0) {
            disk.checkpoint(now.checkpoint());
        }
    }

    @Override
    public void publish(byte[] envelope) {
        mayCrash("before publish");
        observe(envelope);
        world.publish(this, envelope);
        mayCrash("after publish");
    }

    @Override
    public void sendTrade(PeerId to, byte[] envelope) {
        mayCrash("before send");
        observe(envelope);
        world.send(this, to, envelope);
        mayCrash("after send");
    }

    private void observe(byte[] envelope) {
        Envelope checked = world.checked(envelope);
        assertThat(checked).as("an honest envelope is well-formed").isNotNull();
        for (SignedItem item : checked.items()) {
            if (item.item() instanceof Refuse refuse) {
                lastRefusal = refuse.reason();
            }
            world.observer.onSigned(item);
        }
    }

    @Override
    public void request(PeerId to, long requestId, RequestKind kind, byte[] request) {
        world.request(this, to, requestId, kind, request);
    }

    @Override
    public void joined(JoinReport report) {
        joined = true;
        this.report = report;
    }

    @Override
    public void orderChanged(OrderUpdate update) {
        promised.put(update.order().id(), update.step());
        told.put(update.order().id(), update);
        world.updates++;
    }

    @Override
    public void traded(TradeUpdate trade) {
        tape.add(trade);
        // Who is told of a trade finds the own order in it changed already.
        OrderId taker = trade.trade().taker();
        if (trade.maker().owner().equals(id)) {
            assertThat(told.get(trade.maker()).step().filled()).isGreaterThanOrEqualTo(tradedOf(trade.maker()));
        }
        if (trade.settled() && taker.owner().equals(id)) {
            assertThat(told.get(taker).step().filled()).isGreaterThanOrEqualTo(tradedOf(taker));
        }
    }

    private long tradedOf(OrderId order) {
        Map<TradeId, Long> quantities = new HashMap<>();
        for (TradeUpdate line : tape) {
            if (line.maker().equals(order)
                    || (line.settled() && line.trade().taker().equals(order))) {
                quantities.put(line.trade(), line.quantity());
            }
        }
        return quantities.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void bookChanged() {}

    @Override
    public void notice(Notice notice, @Nullable OrderId about) {
        notices.add(notice);
    }
}
