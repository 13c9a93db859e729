package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.PeerId;
import io.outcry.market.ItemHash;
import io.outcry.market.MarketLimits;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.SnapshotPage;
import io.outcry.market.Step;
import io.outcry.market.SyncCodec;
import io.outcry.market.SyncQuery;
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
    void aComparisonCostsWhatDiffersAndNotTheBook() {
        VirtualWorld world = grown(4, 300);
        world.peer(3).start();
        world.runMs(60_000);
        world.loss = 1;
        OrderId missed = world.peer(0).enter(OrderRequest.limit(Side.SELL, 5_000, 1));
        world.runMs(500);
        world.loss = 0;
        long before = world.requestBytes;
        world.runMs(60_000);
        for (VirtualPeer peer : world.peers) {
            assertThat(peer.replica.floor().store.find(missed)).isNotNull();
        }
        assertThat(world.requestBytes - before).isLessThan(30_000);
    }

    @Test
    void aDigestOfAnotherDayIsNotComputed() {
        VirtualWorld world = grown(3, 60);
        VirtualPeer server = world.peer(0);
        long[] days = {0, server.epochMs() - 86_400_000, server.epochMs() + 86_400_001, Long.MAX_VALUE};
        for (long day : days) {
            byte[] page = SyncCodec.encode(VirtualWorld.SPEC.id(), new SnapshotPage(null, 8_000, day));
            byte[] vector = SyncCodec.encode(VirtualWorld.SPEC.id(), SyncQuery.vector(day, null));
            PeerId asker = TestKeys.owner(50);
            assertThat(SyncCodec.snapshotAnswer(world.check, server.serve(asker, RequestKind.SNAPSHOT, page))
                            .digest())
                    .isEqualTo(server.replica.digest(server.epochMs()));
            assertThat(SyncCodec.syncAnswer(world.check, server.serve(asker, RequestKind.SYNC, vector))
                            .vector())
                    .hasSize(2);
        }
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

    @Test
    void aJoinerWhoseServersAreBusyWaitsForOne() {
        VirtualWorld world = grown(2, 60);
        VirtualPeer server = world.peer(0);
        byte[] request = SyncCodec.encode(VirtualWorld.SPEC.id(), new SnapshotPage(null, 3_000, server.epochMs()));
        for (int i = 0; i < 4; i++) {
            server.serve(TestKeys.owner(50 + i), RequestKind.SNAPSHOT, request);
        }
        VirtualPeer late = world.peer(1);
        late.start();
        world.runMs(3_000);
        assertThat(late.joined).isFalse();
        world.runMs(10_000);
        assertThat(late.report.isPartial()).isFalse();
        assertThat(late.replica.openOrders()).isEqualTo(60);
    }

    @Test
    void pagersThatNeverEndDoNotKeepOutWhoComesLater() {
        VirtualWorld world = grown(2, 60);
        VirtualPeer server = world.peer(0);
        greedyPagers(world, server);
        world.runMs(15_000);
        world.peer(1).start();
        world.runMs(15_000);
        assertThat(world.peer(1).joined).isTrue();
        assertThat(world.peer(1).report.isPartial()).isFalse();
        assertThat(world.peer(1).replica.openOrders()).isEqualTo(60);
    }

    /** Four that take a page ten times a second, and after the last one the first at once: no place is ever free. */
    private static void greedyPagers(VirtualWorld world, VirtualPeer server) {
        OrderId[] cursors = new OrderId[4];
        for (int i = 0; i < cursors.length * 300; i++) {
            int pager = i % cursors.length;
            world.after(i / cursors.length * 100L, () -> {
                SyncStatus status;
                do {
                    byte[] request = SyncCodec.encode(
                            VirtualWorld.SPEC.id(), new SnapshotPage(cursors[pager], 8_000, server.epochMs()));
                    SnapshotPage.Answer answer = SyncCodec.snapshotAnswer(
                            world.check, server.serve(TestKeys.owner(50 + pager), RequestKind.SNAPSHOT, request));
                    status = answer.status();
                    cursors[pager] = status == SyncStatus.OK ? answer.next() : cursors[pager];
                } while (status == SyncStatus.OK && cursors[pager] == null);
            });
        }
    }

    @Test
    void aPeerThatAsksWithoutEndIsToldThatTheServerIsBusyAndOthersAreNot() {
        VirtualWorld world = grown(3, 10);
        VirtualPeer server = world.peer(0);
        byte[] request = SyncCodec.encode(VirtualWorld.SPEC.id(), SyncQuery.vector(server.epochMs(), null));
        int answered = 0;
        for (int i = 0; i < 1_000; i++) {
            answered += status(world, server, 50, request) == SyncStatus.OK ? 1 : 0;
        }
        assertThat(answered).isEqualTo(ReplicaLimits.REQUESTS_BURST);
        assertThat(status(world, server, 51, request)).isEqualTo(SyncStatus.OK);
    }

    private static SyncStatus status(VirtualWorld world, VirtualPeer server, int asker, byte[] request) {
        byte[] answer = server.serve(TestKeys.owner(asker), RequestKind.SYNC, request);
        return SyncCodec.syncAnswer(world.check, answer).status();
    }

    /** Its owner sends no heartbeat, so nobody's digest tells of it. */
    @Test
    void whatOneReplicaAloneHasIsWithAllSoon() {
        for (int seed = 1; seed <= 30; seed++) {
            VirtualWorld world = new VirtualWorld(seed, 8).startAll();
            world.runMs(5_000 + seed * 900);
            world.loss = 1;
            Liar liar = new Liar(world, 77);
            Order order = liar.order(5, Side.SELL, 100, 10);
            liar.tell(liar.seal(liar.enter(order)), world.peer(seed % 8));
            world.loss = 0;
            world.runMs(50_000);
            for (VirtualPeer peer : world.peers) {
                assertThat(peer.replica.floor().store.find(order.id()))
                        .as("seed %s, peer %s", seed, peer.number)
                        .isNotNull();
            }
        }
    }

    @Test
    void anOwnerWhoseDigestIsALieIsComparedLessAndLess() {
        VirtualWorld world = new VirtualWorld(3, 3).startAll();
        world.runMs(5_000);
        Liar liar = new Liar(world, 77);
        long before = world.requestBytes;
        for (int i = 0; i < 300; i++) {
            liar.beat(world.peer(0));
            world.runMs(2_000);
        }
        long each = SyncCodec.encode(VirtualWorld.SPEC.id(), SyncQuery.lists(world.epochMs(), List.of(liar.id))).length;
        // Ten minutes: some ten lists for the lie, forty vectors by the clock.
        assertThat(world.requestBytes - before).isLessThan(60 * 5 * each);
    }

    @Test
    void serversThatOmitEverythingAreFoundOutByTheOthers() {
        VirtualWorld world = grown(5, 40);
        byte[] noVector = SyncCodec.encode(new SyncQuery.Answer(SyncStatus.OK, List.of(), List.of(), List.of(), null));
        for (int omits = 0; omits < 3; omits++) {
            world.peer(omits).servesInstead = kind -> kind == RequestKind.SNAPSHOT ? page(null) : noVector;
        }
        VirtualPeer late = world.peer(4);
        late.start();
        world.runMs(50_000);
        assertThat(late.replica.openOrders()).isEqualTo(40);
    }

    @Test
    void aServerWhoseCursorRunsInACircleIsLeft() {
        VirtualWorld world = grown(4, 40);
        int[] asked = {0};
        for (int circles = 0; circles < 2; circles++) {
            world.peer(circles).servesInstead = kind -> {
                asked[0]++;
                return kind == RequestKind.SNAPSHOT
                        ? page(new OrderId(TestKeys.owner(1), 1 + asked[0] % 3))
                        : new byte[0];
            };
        }
        VirtualPeer late = world.peer(3);
        late.start();
        world.runMs(30_000);
        assertThat(late.joined).isTrue();
        assertThat(asked[0]).isLessThan(20);
        world.peers.forEach(peer -> peer.servesInstead = null);
        world.runMs(40_000);
        assertThat(late.replica.openOrders()).isEqualTo(40);
    }

    private static byte[] page(OrderId next) {
        return SyncCodec.encode(
                new SnapshotPage.Answer(SyncStatus.OK, List.of(), next, ItemHash.of(new byte[ItemHash.LENGTH])));
    }

    @Test
    void whatOnlyAComparisonBringsIsLate() {
        VirtualWorld world = new VirtualWorld(3, 2).startAll();
        world.runMs(5_000);
        Liar owner = new Liar(world, 77);
        owner.beat(world.peer(0), world.peer(1));
        world.loss = 1;
        Order order = owner.order(5, Side.SELL, 100, 10);
        owner.tell(owner.seal(owner.enter(order)), world.peer(1));
        world.loss = 0;
        world.runMs(45_000);
        assertThat(world.peer(1).replica.floor().store.find(order.id()).late).isFalse();
        assertThat(world.peer(0).replica.floor().store.find(order.id()).late).isTrue();
    }
}
