package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.PeerId;
import io.outcry.market.MarketLimits;
import io.outcry.market.OrderId;
import io.outcry.market.SnapshotPage;
import io.outcry.market.Step;
import io.outcry.market.SyncCodec;
import io.outcry.market.SyncStatus;
import io.outcry.market.TestKeys;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joining late, with servers that are slow, busy, cut off or lying; and what it costs. */
class SyncTest {

    private static VirtualWorld grown(int peers, int orders) {
        VirtualWorld world = new VirtualWorld(peers * 100L + orders, peers);
        for (int i = 0; i < peers - 1; i++) {
            world.peer(i).start();
        }
        world.runMs(5_000);
        for (int i = 0; i < orders; i++) {
            world.peer(i % (peers - 1)).enter(OrderRequest.limit(Side.SELL, 1_000 + i, 1 + i % 7));
            world.runMs(15);
        }
        world.runMs(3_000);
        return world;
    }

    @Test
    void aThirdOfThePeersButTwoAtLeastAreAsked() {
        assertThat(SyncClient.servers(0)).isZero();
        assertThat(SyncClient.servers(1)).isEqualTo(1);
        assertThat(SyncClient.servers(2)).isEqualTo(2);
        assertThat(SyncClient.servers(6)).isEqualTo(2);
        assertThat(SyncClient.servers(7)).isEqualTo(3);
        assertThat(SyncClient.servers(100)).isEqualTo(34);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 40, 333})
    void aLateComerHasTheWholeBook(int orders) {
        VirtualWorld world = grown(4, orders);
        VirtualPeer late = world.peer(3);
        late.start();
        world.runMs(8_000);
        assertThat(late.joined).isTrue();
        assertThat(late.report.snapshots()).isEqualTo(2);
        assertThat(late.report.isPartial()).isFalse();
        assertThat(late.replica.openOrders()).isEqualTo(orders);
        world.rest(5_000);
        world.checkAtRest();
    }

    @Test
    void aFirstPeerIsReadyAtOnce() {
        VirtualWorld world = new VirtualWorld(1, 1).startAll();
        assertThat(world.peer(0).joined).isTrue();
    }

    @Test
    void withNobodyToBeReachedItSaysSoAndGoesOn() {
        VirtualWorld world = grown(4, 20);
        VirtualPeer late = world.peer(3);
        world.split(late, 1);
        late.start();
        world.runMs(60_000);
        assertThat(late.joined).isTrue();
        assertThat(late.report.snapshots()).isZero();
        assertThat(late.report.isPartial()).isTrue();
        world.rest(70_000);
        world.checkAtRest();
    }

    @Test
    void serversThatDieOnTheWayAreReplaced() {
        VirtualWorld world = grown(6, 60);
        VirtualPeer late = world.peer(5);
        world.split(world.peer(0), 1);
        world.split(world.peer(1), 1);
        late.start();
        world.runMs(30_000);
        assertThat(late.joined).isTrue();
        assertThat(late.report.snapshots()).isEqualTo(2);
        world.rest(40_000);
        world.checkAtRest();
    }

    @Test
    void anyServerContinuesAnyCursorAndNoOrderIsLeftOut() {
        VirtualWorld world = grown(4, 120);
        PeerId joiner = TestKeys.owner(50);
        Set<OrderId> got = new HashSet<>();
        OrderId cursor = null;
        int pages = 0;
        do {
            VirtualPeer server = world.peer(pages % 3);
            byte[] request =
                    SyncCodec.encode(VirtualWorld.SPEC.id(), new SnapshotPage(cursor, 4_000, server.epochMs()));
            byte[] bytes = server.serve(joiner, RequestKind.SNAPSHOT, request);
            assertThat(bytes.length).isLessThanOrEqualTo(4_000);
            SnapshotPage.Answer answer = SyncCodec.snapshotAnswer(world.check, bytes);
            assertThat(answer).isNotNull();
            assertThat(answer.status()).isEqualTo(SyncStatus.OK);
            answer.items().stream()
                    .filter(item -> item.item() instanceof Step)
                    .forEach(item -> got.add(item.step().id()));
            cursor = answer.next();
            pages++;
        } while (cursor != null);
        assertThat(got).hasSize(120);
        assertThat(pages).isGreaterThan(4);
    }

    @Test
    void fourCopiesAtATimeAndThenBusy() {
        VirtualWorld world = grown(3, 60);
        VirtualPeer server = world.peer(0);
        byte[] request = SyncCodec.encode(VirtualWorld.SPEC.id(), new SnapshotPage(null, 3_000, server.epochMs()));
        List<SyncStatus> statuses = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] bytes = server.serve(TestKeys.owner(50 + i), RequestKind.SNAPSHOT, request);
            statuses.add(SyncCodec.snapshotAnswer(world.check, bytes).status());
        }
        assertThat(statuses)
                .containsExactly(
                        SyncStatus.OK, SyncStatus.OK, SyncStatus.OK, SyncStatus.OK, SyncStatus.BUSY, SyncStatus.BUSY);
    }

    @Test
    void aServerThatLiesIsLeftForTheNext() {
        VirtualWorld world = grown(5, 40);
        VirtualPeer late = world.peer(4);
        world.peer(0).servesGarbage = true;
        world.peer(1).servesNothing = true;
        late.start();
        world.runMs(20_000);
        assertThat(late.joined).isTrue();
        assertThat(late.replica.openOrders()).isEqualTo(40);
    }

    @Test
    void joiningCostsLittleMoreThanTheBook() {
        VirtualWorld world = grown(4, 300);
        long bookBytes = 0;
        for (OwnerState owner : world.peer(0).replica.floor().store.owners()) {
            for (OrderState state : owner.orders.values()) {
                bookBytes += SyncCodec.sizeOf(state.first);
            }
        }
        VirtualPeer late = world.peer(3);
        long before = world.requestBytes;
        late.start();
        world.runMs(8_000);
        assertThat(late.replica.openOrders()).isEqualTo(300);
        assertThat(world.requestBytes - before).isLessThan(bookBytes * 3 / 2);
        // And when nothing differs, a comparison is a vector.
        long joined = world.requestBytes;
        world.runMs(60_000);
        assertThat(world.requestBytes - joined).isLessThan(8_000);
    }

    @Test
    void malformedRequestsAreAnsweredAsSuch() {
        VirtualWorld world = grown(3, 3);
        VirtualPeer server = world.peer(0);
        for (RequestKind kind : RequestKind.values()) {
            for (byte[] request : new byte[][] {{}, {1}, new byte[MarketLimits.REQUEST_BYTES_MAX + 1]}) {
                byte[] bytes = server.serve(TestKeys.owner(50), kind, request);
                SyncStatus status = kind == RequestKind.SNAPSHOT
                        ? SyncCodec.snapshotAnswer(world.check, bytes).status()
                        : SyncCodec.syncAnswer(world.check, bytes).status();
                assertThat(status).isEqualTo(SyncStatus.MALFORMED);
            }
        }
    }
}
