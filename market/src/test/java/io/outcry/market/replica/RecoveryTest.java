package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.OrderId;
import io.outcry.market.TestKeys;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a restart finds: the same orders, holds and decisions, whether from records or from a checkpoint. */
class RecoveryTest {

    @Test
    void aCheckpointSaysAllThatItsRecordsSaid() {
        StringBuilder all = new StringBuilder();
        for (int seed = 1; seed <= 12; seed++) {
            VirtualWorld world = new VirtualWorld(seed, 3);
            world.directLoss = 0.4;
            world.loss = 0.2;
            world.checkpoints = false;
            world.startAll();
            world.runMs(5_000);
            Trading trading = new Trading(world);
            trading.run(6_000, 25);
            VirtualPeer peer = world.peer(0);
            List<byte[]> records = new ArrayList<>(peer.disk.records);
            String fromRecords = restored(world, records);
            peer.disk.records.clear();
            peer.disk.records.addAll(peer.replica.checkpoint());
            String fromCheckpoint = restored(world, peer.disk.records);
            assertThat(fromCheckpoint).as("seed %s", seed).isEqualTo(fromRecords);
            all.append(fromRecords);
        }
        assertThat(all.toString()).contains("hold").contains("decision");
    }

    private static String restored(VirtualWorld world, List<byte[]> records) {
        List<byte[]> appended = new ArrayList<>();
        VirtualPeer shell = new VirtualPeer(world, 0) {
            @Override
            public long append(byte[] record) {
                appended.add(record);
                return appended.size();
            }
        };
        MarketReplica replica = new MarketReplica(world.options(), TestKeys.signer(0), shell, new SplittableRandom(1));
        records.forEach(replica::restore);
        // A checkpoint of what was restored, with the clock left out of it, is the state in a comparable form.
        StringBuilder text = new StringBuilder();
        for (OrderUpdate update : replica.orders()) {
            text.append(update.step()).append('\n');
        }
        for (OwnOrder order : replica.floor().own.all()) {
            order.holds
                    .values()
                    .forEach(hold -> text.append("hold ").append(hold.item).append(hold.forced));
            text.append(order.nextTrade).append('\n');
        }
        for (Decision decision : replica.decisions()) {
            // What nobody can ask for again is not kept.
            if (!decision.forgettable || decision.deadlineMs >= world.epochMs()) {
                text.append("decision ")
                        .append(decision.item)
                        .append(decision.settled)
                        .append('\n');
            }
        }
        return text.append(replica.floor().own.nextSeq())
                .append(' ')
                .append(replica.floor().own.floorSeq())
                .toString();
    }

    @Test
    void aClockPutBackAcrossARestartDoesNotPutBackTime() {
        VirtualWorld world = new VirtualWorld(4, 2).startAll();
        world.runMs(5_000);
        VirtualPeer peer = world.peer(0);
        OrderId before = peer.enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(500);
        long hlc = peer.order(before).step().hlc();
        peer.replica = null;
        peer.disk.crash(0);
        peer.clockOffsetMs = -1_500;
        peer.start();
        world.runMs(8_000);
        OrderId after = peer.enter(OrderRequest.limit(Side.SELL, 101, 5));
        world.runMs(1_000);
        assertThat(peer.order(after).step().hlc()).isGreaterThan(hlc);
        assertThat(after.seq() >>> 28).isGreaterThan(before.seq() >>> 28);
        world.rest(60_000);
        world.checkAtRest();
    }

    @Test
    void restartsInQuickSuccessionDoNotMuteIt() {
        VirtualWorld world = new VirtualWorld(4, 2).startAll();
        world.runMs(5_000);
        VirtualPeer peer = world.peer(0);
        for (int i = 0; i < 20; i++) {
            peer.replica = null;
            peer.disk.crash(0);
            peer.start();
            world.runMs(300);
        }
        OrderId id = peer.enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(ReplicaLimits.HLC_LIMIT_STEP_MS);
        assertThat(world.peer(1).replica.floor().store.find(id)).isNotNull();
    }

    @Test
    void aJournalAheadOfItsClockTakesNoOrderItCouldNotSendAndSaysSo() {
        VirtualWorld world = new VirtualWorld(4, 3);
        VirtualPeer peer = world.peer(0);
        peer.clockOffsetMs = 3_600_000;
        peer.start();
        world.runMs(3_000);
        peer.clockOffsetMs = 0;
        world.runMs(3_000);
        peer.replica = null;
        peer.disk.crash(0);
        peer.notices.clear();
        world.startAll();
        assertThat(peer.notices).containsExactly(Notice.CLOCK_BEHIND_JOURNAL);
        world.runMs(3_000);
        Answer refused = peer.submit(OrderRequest.limit(Side.SELL, 100, 5));
        assertThat(refused.refusal()).isEqualTo(Refusal.CLOCK_SKEW);
        assertThat(refused.message()).contains("journal");
        peer.clockOffsetMs = 3_600_000 - 1_000;
        world.peer(1).clockOffsetMs = peer.clockOffsetMs;
        world.peer(2).clockOffsetMs = peer.clockOffsetMs;
        world.runMs(15_000);
        assertThat(peer.notices).containsExactly(Notice.CLOCK_BEHIND_JOURNAL, Notice.CLOCK_FINE);
        OrderId id = peer.enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(500);
        assertThat(world.peer(1).replica.floor().store.find(id)).isNotNull();
    }

    @Test
    void aClockFarOffRefusesNewOrdersUntilItIsSet() {
        VirtualWorld world = new VirtualWorld(4, 3);
        world.peer(0).clockOffsetMs = 3_500;
        world.startAll();
        world.runMs(8_000);
        assertThat(world.peer(0).submit(OrderRequest.limit(Side.SELL, 100, 5)).refusal())
                .isEqualTo(Refusal.CLOCK_SKEW);
        assertThat(world.peer(1).submit(OrderRequest.limit(Side.SELL, 100, 5)).isDone())
                .isTrue();
        world.peer(0).clockOffsetMs = 0;
        world.runMs(15_000);
        assertThat(world.peer(0).submit(OrderRequest.limit(Side.SELL, 100, 5)).isDone())
                .isTrue();
        world.rest(60_000);
        world.checkAtRest();
    }

    @Test
    void aReplicaBehindInItsOwnMailboxDoesNotBlameItsClock() {
        VirtualWorld world = new VirtualWorld(4, 3).startAll();
        world.runMs(3_000);
        world.peer(0).mailboxMs = 4_000;
        world.runMs(20_000);
        assertThat(world.peer(0).submit(OrderRequest.limit(Side.SELL, 100, 5)).isDone())
                .isTrue();
        assertThat(world.peer(0).notices).isEmpty();
    }

    @Test
    void aCrowdOfKeysWithOtherClocksDoesNotPutOffAnybody() {
        VirtualWorld world = new VirtualWorld(4, 3).startAll();
        world.runMs(3_000);
        for (int i = 0; i < 100; i++) {
            Liar liar = new Liar(world, 1_000 + i);
            liar.tell(
                    liar.seal(Hlc.of(world.epochMs() + 60_000), new Heartbeat(liar.id, liar.hlc(), 1, liar.anchor)),
                    world.peer(0));
        }
        assertThat(world.peer(0).submit(OrderRequest.limit(Side.SELL, 100, 5)).isDone())
                .isTrue();
    }

    @Test
    void theSameInputsGiveTheSameOutputs() {
        String first = log(11);
        assertThat(log(11)).isEqualTo(first);
        assertThat(log(12)).isNotEqualTo(first);
    }

    private static String log(long seed) {
        VirtualWorld world = new VirtualWorld(seed, 3);
        world.loss = 0.1;
        world.repeat = 0.2;
        world.startAll();
        world.runMs(4_000);
        new Trading(world).run(4_000, 20);
        StringBuilder log = new StringBuilder();
        world.peers.forEach(peer -> log.append(peer.tape).append(peer.replica.counters()));
        return log.append(world.nowNs).toString();
    }

    @Test
    void nothingIsToldBeforeItIsDurable() {
        VirtualWorld world = new VirtualWorld(4, 2).startAll();
        world.runMs(5_000);
        VirtualPeer peer = world.peer(0);
        world.syncStopped = true;
        OrderId order = peer.enter(OrderRequest.limit(Side.SELL, 100, 5));
        world.runMs(3_000);
        assertThat(peer.told).doesNotContainKey(order);
        assertThat(world.observer.orders).doesNotContainKey(order);
        assertThat(peer.replica.book(5).asks()).isEmpty();
        world.syncStopped = false;
        peer.sync();
        world.runMs(1_000);
        assertThat(peer.order(order).state()).isEqualTo(OrderUpdate.State.ACCEPTED);
        assertThat(world.observer.orders).containsKey(order);
    }
}
