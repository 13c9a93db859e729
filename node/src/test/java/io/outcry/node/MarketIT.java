package io.outcry.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.gossip.Subscription;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.orderbook.Side;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarketIT {

    private static final MarketSpec BTC = MarketSpec.of("BTC/USDT", "0.01", "0.00000001");
    private static final long PATIENCE_SECONDS = 60;

    @Test
    void twoNodesThatMeetAtABootstrapTradeAndAgree() throws Exception {
        try (Node bootstrap =
                        Node.start(NodeOptions.builder().rendezvousServer(true).build());
                Node alice = Node.start(node(bootstrap).build());
                Node bob = Node.start(node(bootstrap).build())) {
            Market ask = join(alice);
            Market bid = join(bob);
            Ear ear = new Ear();
            bid.addListener(ear);

            OrderId maker = ask.submit(ask.limit(Side.SELL, "50000", "1.5")).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            ear.awaitOrder(maker); // who has not heard it may enter the earlier order, by the clocks' counters
            OrderId taker = bid.submit(bid.limit(Side.BUY, "50001", "1")).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            TradeUpdate trade = ear.awaitTrade(TradeUpdate::settled);

            assertThat(trade.maker()).isEqualTo(maker);
            assertThat(trade.trade().taker()).isEqualTo(taker);
            assertThat(BTC.price(trade.price())).isEqualTo("50000");
            assertThat(BTC.quantity(trade.quantity())).isEqualTo("1");
            assertThat(bid.orders())
                    .singleElement()
                    .satisfies(order -> assertThat(order.state()).isEqualTo(OrderUpdate.State.FILLED));
        }
    }

    @Test
    void aNewcomerGetsTheBookFromSnapshots() throws Exception {
        try (Node bootstrap =
                        Node.start(NodeOptions.builder().rendezvousServer(true).build());
                Node alice = Node.start(node(bootstrap).build())) {
            Market market = join(alice);
            for (int i = 1; i <= 20; i++) {
                market.submit(market.limit(Side.SELL, Integer.toString(50_000 + i), "1"))
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            try (Node bob = Node.start(node(bootstrap).build())) {
                Market copy = bob.markets().join(BTC);
                Ear ear = new Ear();
                copy.addListener(ear);
                JoinReport report = copy.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(report.snapshots()).isLessThanOrEqualTo(1);
                // On a busy machine the two may not have met in time for a snapshot, and then the book comes by a
                // comparison.
                long asOfMs = System.currentTimeMillis();
                String theirs = market.digest(asOfMs).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                while (!copy.digest(asOfMs)
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .equals(theirs)) {
                    assertThat(ear.books.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                            .as("a change within %d s", PATIENCE_SECONDS)
                            .isNotNull();
                }
            }
        }
    }

    @Test
    void anAcknowledgedOrderSurvivesDeathAndIsTradedAfterTheReturn(@TempDir Path data) throws Exception {
        PrivateKey key = PrivateKey.generate(KeyType.ED25519);
        try (Node bootstrap =
                        Node.start(NodeOptions.builder().rendezvousServer(true).build());
                Node bob = Node.start(node(bootstrap).build())) {
            Market bid = join(bob);
            Ear ear = new Ear();
            bid.addListener(ear);
            Node mortal =
                    Node.start(node(bootstrap).privateKey(key).dataDir(data).build());
            Market before = join(mortal);
            OrderId order =
                    before.submit(before.limit(Side.SELL, "50000", "2")).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            mortal.kill();

            try (Node returned =
                    Node.start(node(bootstrap).privateKey(key).dataDir(data).build())) {
                Market after = join(returned);
                assertThat(after.orders()).singleElement().satisfies(update -> {
                    assertThat(update.order().id()).isEqualTo(order);
                    assertThat(update.leaves()).isEqualTo(BTC.quantityLots("2"));
                });
                bid.submit(bid.limit(Side.BUY, "50000", "2")).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                TradeUpdate trade = ear.awaitTrade(TradeUpdate::settled);
                assertThat(trade.maker()).isEqualTo(order);
                assertThat(BTC.quantity(trade.quantity())).isEqualTo("2");
            }
        }
    }

    @Test
    void aMarketIsJoinedOnceAndItsDirectoryBelongsToOneNode(@TempDir Path data) {
        try (Node node = Node.start(NodeOptions.builder().dataDir(data).build());
                Node other = Node.start(NodeOptions.builder().dataDir(data).build())) {
            node.markets().join(BTC);
            assertThatThrownBy(() -> node.markets().join(BTC))
                    .isInstanceOf(NodeException.class)
                    .hasMessageContaining("joined already");
            assertThatThrownBy(() -> other.markets().join(BTC))
                    .isInstanceOf(NodeException.class)
                    .hasMessageContaining("journal");
        }
    }

    @Test
    void aMarketThatCannotBeJoinedLeavesNothingBehind(@TempDir Path data) throws Exception {
        try (Node node = Node.start(NodeOptions.builder().dataDir(data).build())) {
            try (Subscription taken = node.pubsub().subscribe(BTC.topic(), message -> {})) {
                assertThatThrownBy(() -> node.markets().join(BTC))
                        .isInstanceOfSatisfying(
                                NodeException.class, e -> assertThat(e.code()).isEqualTo(NodeException.Code.MARKET))
                        .hasMessageContaining(taken.topic());
            }
            join(node); // the journal is free, and so is the name
        }
    }

    @Test
    void theBookIsReadWithItsDigestAndAnOwnOrderByItsName() throws Exception {
        try (Node node = Node.start(NodeOptions.builder().build())) {
            Market market = join(node);
            OrderId order = market.submit(market.limit(Side.BUY, "1", "2")).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long asOfMs = System.currentTimeMillis();
            MarketBook book = market.read(1, asOfMs).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(book.levels().bids())
                    .singleElement()
                    .satisfies(level -> assertThat(level.price()).isEqualTo(100));
            assertThat(book.digest()).isEqualTo(market.digest(asOfMs).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertThat(market.order(order)).isPresent();
            assertThat(market.order(new OrderId(order.owner(), 1))).isEmpty();
            assertThatThrownBy(() -> market.read(0, asOfMs)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesWhatTheMarketWouldNotTake() throws Exception {
        try (Node node = Node.start(NodeOptions.builder().build())) {
            Market market = join(node);
            assertThatThrownBy(() -> market.limit(Side.BUY, "1.005", "1")).hasMessageContaining("1.01");
            assertThat(market.submit(market.limit(Side.BUY, "1", "1").with(io.outcry.market.TimeInForce.FOK)))
                    .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(OrderRefused.class);
        }
    }

    @Test
    void aListenerThatComesAfterTheJoinHearsThatTheMarketIsReady() throws Exception {
        try (Node node = Node.start(NodeOptions.builder().build())) {
            Market market = join(node);
            BlockingQueue<JoinReport> heard = new LinkedBlockingQueue<>();
            market.addListener(new MarketListener() {
                @Override
                public void onReady(JoinReport report) {
                    heard.add(report);
                }
            });
            assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void afterCloseEveryCallSaysSo() {
        Node node = Node.start(NodeOptions.builder().build());
        Market market = node.markets().join(BTC);
        node.close();
        node.close();
        assertThat(market.submit(market.limit(Side.BUY, "1", "1")))
                .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .withRootCauseInstanceOf(NodeException.class);
    }

    private static NodeOptions.Builder node(Node bootstrap) {
        Multiaddr address = bootstrap.host().listenAddresses().get(0);
        return NodeOptions.builder()
                .bootstrap(address.peerId().isPresent() ? address : address.withPeer(bootstrap.peerId()));
    }

    private static Market join(Node node) throws Exception {
        Market market = node.markets().join(BTC);
        market.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return market;
    }

    /** Collects trades, and the orders of others. */
    private static final class Ear implements MarketListener {
        private final BlockingQueue<OrderId> orders = new LinkedBlockingQueue<>();
        private final BlockingQueue<TradeUpdate> trades = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> books = new LinkedBlockingQueue<>();

        @Override
        public void onBook() {
            books.add(true);
        }

        @Override
        public void onTrade(TradeUpdate trade) {
            trades.add(trade);
        }

        @Override
        public void onOrdersHeard(List<OrderId> heard) {
            orders.addAll(heard);
        }

        private void awaitOrder(OrderId order) throws InterruptedException {
            OrderId heard = orders.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            while (heard != null && !heard.equals(order)) {
                heard = orders.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            assertThat(heard)
                    .as("order %s within %d s", order, PATIENCE_SECONDS)
                    .isNotNull();
        }

        private TradeUpdate awaitTrade(Predicate<TradeUpdate> wanted) throws InterruptedException {
            while (true) {
                TradeUpdate trade = trades.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(trade).as("a trade within %d s", PATIENCE_SECONDS).isNotNull();
                if (wanted.test(trade)) {
                    return trade;
                }
            }
        }
    }
}
