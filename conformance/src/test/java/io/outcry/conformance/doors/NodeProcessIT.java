package io.outcry.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.conformance.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bootstrap and two nodes, each a process: orders typed in one trade with orders typed in the other, and {@code kill -9} at
 * any moment loses no acknowledged order and fills nothing twice.
 */
class NodeProcessIT {

    /** When who dies; the one called maker typed first. */
    private enum Death {
        MAKER_ONCE_ACCEPTED,
        TAKER_ONCE_ACCEPTED,
        MAKER_ONCE_DECIDED,
        TAKER_ONCE_DECIDED,
        MAKER_WHILE_IDLE,
        TAKER_WHILE_IDLE
    }

    private static final String QUANTITY = "1.5";

    @TempDir
    private Path folder;

    @Test
    void ordersTypedIntoTwoNodesTradeAndBothLeaveInOrder() throws Exception {
        try (Program bootstrap = Trader.outcry("bootstrap", folder, "bootstrap", "--json");
                Trader seller = trader("seller", bootstrap);
                Trader buyer = trader("buyer", bootstrap)) {
            String maker = seller.enter("sell", "2", "50000");
            awaitOneBook(seller, buyer); // who has not heard it may enter the earlier order, by the clocks' counters
            String taker = buyer.enter("buy", "0.5", "50001");
            assertThat(buyer.awaitSettled(taker).fields())
                    .containsEntry("maker", maker)
                    .containsEntry("price", "50000")
                    .containsEntry("quantity", "0.5");
            seller.awaitSettled(taker);
            assertThat(seller.orders().get(maker)).isEqualTo(new Trader.Line(maker, "open", "2", "0.5", "1.5"));
            assertThat(buyer.orders().get(taker)).isEqualTo(new Trader.Line(taker, "filled", "0.5", "0.5", "0"));
            awaitOneBook(seller, buyer);
            assertThat(seller.quit()).isZero();
            assertThat(buyer.quit()).isZero();
            assertThat(bootstrap.quit()).isZero();
        }
    }

    @Test
    void killedAtAnyMomentNothingAcknowledgedIsLostAndNothingIsFilledTwice() throws Exception {
        Map<String, String> pairs = new LinkedHashMap<>();
        try (Program bootstrap = Trader.outcry("bootstrap", folder, "bootstrap", "--json");
                Trader seller = trader("seller", bootstrap);
                Trader buyer = trader("buyer", bootstrap)) {
            int price = 100;
            for (Death death : Death.values()) {
                tradeThrough(death, Integer.toString(price++), seller, buyer, pairs);
            }
            String resting = seller.enter("sell", "7", "900");
            awaitOneBook(seller, buyer);
            assertThat(seller.orders()).containsKey(resting);
            pairs.forEach((maker, taker) -> {
                assertFilledOnce(seller, maker);
                assertFilledOnce(buyer, taker);
            });
            Map<String, String> trades = new HashMap<>(seller.trades());
            buyer.trades()
                    .forEach((id, quantity) ->
                            assertThat(trades.put(id, quantity)).isIn(null, quantity));
            assertThat(trades).as("one trade a pair").hasSize(pairs.size());
        }
    }

    /** One trade, with a death on its way; whoever dies comes back, and the one who lived sees it settled. */
    private static void tradeThrough(Death death, String price, Trader seller, Trader buyer, Map<String, String> pairs)
            throws InterruptedException {
        if (death == Death.MAKER_WHILE_IDLE) {
            dieAndReturn(seller);
        } else if (death == Death.TAKER_WHILE_IDLE) {
            dieAndReturn(buyer);
        }
        String maker = seller.enter("sell", QUANTITY, price);
        if (death == Death.MAKER_ONCE_ACCEPTED) {
            seller.kill();
        }
        String taker = buyer.enter("buy", QUANTITY, price);
        pairs.put(maker, taker);
        switch (death) {
            case MAKER_ONCE_ACCEPTED -> seller.restart();
            case TAKER_ONCE_ACCEPTED -> dieAndReturn(buyer);
            case MAKER_ONCE_DECIDED -> {
                seller.awaitTrade(taker);
                dieAndReturn(seller);
            }
            case TAKER_ONCE_DECIDED -> {
                buyer.awaitTrade(taker);
                dieAndReturn(buyer);
            }
            default -> {}
        }
        assertThat(seller.orders()).as("%s: acknowledged", death).containsKey(maker);
        assertThat(buyer.orders()).as("%s: acknowledged", death).containsKey(taker);
        boolean sellerDied = death.name().startsWith("MAKER");
        (sellerDied ? buyer : seller).awaitSettled(taker);
    }

    private static void dieAndReturn(Trader trader) throws InterruptedException {
        trader.kill();
        trader.restart();
    }

    private static void assertFilledOnce(Trader trader, String order) {
        assertThat(trader.orders().get(order))
                .as(trader.transcript())
                .isEqualTo(new Trader.Line(order, "filled", QUANTITY, QUANTITY, "0"));
        assertThat(trader.tradesOf(order)).hasSizeLessThanOrEqualTo(1);
    }

    /** Both are asked until they answer with one digest; the time is a failure bound. */
    private static void awaitOneBook(Trader one, Trader other) {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Program.TIMEOUT_S);
        while (true) {
            String mine = one.digest();
            String theirs = other.digest();
            if (mine.equals(theirs)) {
                return;
            }
            assertThat(System.nanoTime())
                    .as("books that differ: %s and %s\n%s\n%s", mine, theirs, one.transcript(), other.transcript())
                    .isLessThan(untilNs);
            Thread.onSpinWait();
        }
    }

    private Trader trader(String name, Program bootstrap) throws IOException {
        return new Trader(name, Files.createDirectory(folder.resolve(name)), bootstrap.address());
    }
}
