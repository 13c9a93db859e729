package io.outcry.node;

import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.TimeInForce;
import io.outcry.market.TradeId;
import io.outcry.market.replica.Answer;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.OrderRequest;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.orderbook.Side;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One market this node takes part in: its replica of the book, and the door for its user's orders.
 *
 * <p><b>Threading</b>: every method may be called from any thread. Reads ({@link #book}, {@link #orders}, {@link #trades})
 * never wait: they return what the market's thread published last. Futures complete on the market's thread; what hangs on
 * them must not block.
 *
 * <p><b>Units</b>: prices in ticks and quantities in lots, {@code long}; {@link #spec} converts from and to decimals.
 *
 * <p><b>Errors</b>: a refused order fails its future with {@link OrderRefused}; after {@link Node#close} futures fail with
 * {@link NodeException}.
 */
public final class Market {

    private final MarketSpec spec;
    private final MarketAgent agent;

    Market(MarketSpec spec, MarketAgent agent) {
        this.spec = spec;
        this.agent = agent;
    }

    public MarketSpec spec() {
        return spec;
    }

    /** Completes when the book is complete enough to match. */
    public CompletableFuture<JoinReport> ready() {
        return agent.ready();
    }

    /** A limit order from decimals; {@link io.outcry.market.OffGridException} names the nearest valid values. */
    public OrderRequest limit(Side side, String price, String quantity) {
        return OrderRequest.limit(side, spec.priceTicks(price), spec.quantityLots(quantity));
    }

    /** The same for an order that never rests: what does not trade now is cancelled. */
    public OrderRequest immediate(Side side, String price, String quantity) {
        return limit(side, price, quantity).with(TimeInForce.IOC);
    }

    /** Enters an order; the future completes once the order is durable, and not before. */
    public CompletableFuture<OrderId> submit(OrderRequest request) {
        return agent.submit(request);
    }

    /** Cancels what is left of an own order; what is out in a proposal may still fill, and the answer says how much. */
    public CompletableFuture<Answer> cancel(OrderId order) {
        return agent.cancel(order);
    }

    /** Takes {@code quantity} lots back from an own order, which keeps its priority. */
    public CompletableFuture<Answer> reduce(OrderId order, long quantity) {
        return agent.reduce(order, quantity);
    }

    /**
     * Gives up waiting for a counterparty that never answers: the held quantity is shown as disputed and never matched
     * again; if the answer comes after all, it still counts.
     */
    public CompletableFuture<Answer> forceRelease(TradeId trade) {
        return agent.forceRelease(trade);
    }

    /** What is available, best first, at most {@link MarketView#DEPTH_MAX} levels a side. */
    public MarketView book() {
        return agent.view();
    }

    /**
     * The book and its digest at one moment, asked of the market's thread.
     *
     * @param depth levels a side, 1 to {@link MarketBook#DEPTH_MAX}
     */
    public CompletableFuture<MarketBook> read(int depth, long asOfMs) {
        if (depth < 1 || depth > MarketBook.DEPTH_MAX) {
            throw new IllegalArgumentException("a depth lies from 1 to " + MarketBook.DEPTH_MAX + ", got " + depth);
        }
        return agent.read(depth, asOfMs);
    }

    /** One own order, if {@link #orders} would list it. */
    public Optional<OrderUpdate> order(OrderId order) {
        return agent.order(order);
    }

    /** The newest state of each own order that is not closed, and of the last {@link MarketAgent#CLOSED_KEPT_MAX} closed ones. */
    public List<OrderUpdate> orders() {
        return agent.orders();
    }

    /** The tape: the last {@link MarketAgent#TAPE_MAX} trades of the market, oldest first, each with its newest state. */
    public List<TradeUpdate> trades() {
        return agent.trades();
    }

    /** The book's digest, as all peers compute it, for orders that live past {@code asOfMs}; hexadecimal. */
    public CompletableFuture<String> digest(long asOfMs) {
        return agent.digest(asOfMs);
    }

    /** The market's figures at one moment. */
    public CompletableFuture<MarketStatus> status() {
        return agent.status();
    }

    /** Adds a listener; it hears what happens from now on, and of a market that is ready already. */
    public void addListener(MarketListener listener) {
        agent.addListener(listener);
    }

    public void removeListener(MarketListener listener) {
        agent.removeListener(listener);
    }
}
