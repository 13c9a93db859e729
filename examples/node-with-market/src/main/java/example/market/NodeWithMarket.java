package example.market;

import io.outcry.market.MarketSpec;
import io.outcry.market.replica.BookLevels;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.Market;
import io.outcry.node.MarketListener;
import io.outcry.node.Node;
import io.outcry.node.NodeOptions;
import io.outcry.orderbook.Side;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Two peers and no venue: Anna offers, Bert sees her offer in his own copy of the book and takes a part of it. Run as two
 * processes on two machines it would look the same.
 */
public final class NodeWithMarket {

    private static final long PATIENCE_S = 30;

    private NodeWithMarket() {}

    /** Trades once. */
    public static void main(String[] args) throws Exception {
        MarketSpec spec = MarketSpec.of("BTC/USDT", "0.01", "0.00000001");
        try (Node anna = Node.start(NodeOptions.builder().rendezvousServer(true).build());
                Node bert = Node.start(NodeOptions.builder()
                        .bootstrap(anna.host().peerAddresses().get(0))
                        .build())) {
            Market annas = anna.markets().join(spec);
            Market berts = bert.markets().join(spec);
            await(annas.ready());
            await(berts.ready());
            System.out.println("both have the market's book");

            CompletableFuture<Void> offered = whenBook(berts, levels -> !levels.asks().isEmpty());
            CompletableFuture<TradeUpdate> sold = whenSettled(annas);
            CompletableFuture<TradeUpdate> bought = whenSettled(berts);
            await(annas.submit(annas.limit(Side.SELL, "50000", "1")));
            await(offered);
            System.out.println("bert sees " + best(berts));

            await(berts.submit(berts.immediate(Side.BUY, "50100", "0.4")));
            print("anna sold", spec, await(sold));
            print("bert bought", spec, await(bought));
            await(whenBook(berts, levels -> !levels.asks().isEmpty() && levels.asks().get(0).quantity() == 60_000_000));
            System.out.println("bert sees " + best(berts));
        }
        System.out.println("closed");
    }

    private interface BookTest {
        boolean holds(BookLevels levels);
    }

    private static CompletableFuture<Void> whenBook(Market market, BookTest test) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        MarketListener listener = new MarketListener() {
            @Override
            public void onBook() {
                if (test.holds(market.book().levels())) {
                    done.complete(null);
                    market.removeListener(this);
                }
            }
        };
        market.addListener(listener);
        // The book may be so already, and then nothing more would happen.
        listener.onBook();
        return done;
    }

    private static CompletableFuture<TradeUpdate> whenSettled(Market market) {
        CompletableFuture<TradeUpdate> settled = new CompletableFuture<>();
        market.addListener(new MarketListener() {
            @Override
            public void onTrade(TradeUpdate trade) {
                if (trade.settled()) {
                    settled.complete(trade);
                }
            }
        });
        return settled;
    }

    private static String best(Market market) {
        BookLevels.Level ask = market.book().levels().asks().get(0);
        return market.spec().quantity(ask.quantity()) + " @ " + market.spec().price(ask.price());
    }

    private static void print(String what, MarketSpec spec, TradeUpdate trade) {
        System.out.println(what + " " + spec.quantity(trade.quantity()) + " @ " + spec.price(trade.price()) + ", settled");
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_S, TimeUnit.SECONDS);
    }
}
