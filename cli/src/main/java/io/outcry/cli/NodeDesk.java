package io.outcry.cli;

import io.outcry.core.identity.IdentityException;
import io.outcry.market.OrderId;
import io.outcry.market.replica.OrderRequest;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.Market;
import io.outcry.node.Node;
import io.outcry.orderbook.Side;
import io.outcry.transport.Connection;
import io.outcry.transport.IdentifyInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/**
 * Carries out what is typed into a node.
 *
 * <p>Orders are entered without waiting for each other; what asks about them waits until those typed before are answered, so
 * that a script reads what it wrote. Past {@link #UNDER_WAY_MAX} stdin waits.
 *
 * <p><b>Threading</b>: {@link #obey} and {@link #finish} on the thread that reads stdin; answers are told on one of the desk's own,
 * which a stdout that nobody reads may hold up.
 */
final class NodeDesk implements AutoCloseable {

    /** Orders, cancels and questions without an answer: far below what a market's mailbox holds. */
    static final int UNDER_WAY_MAX = 1_024;

    /** A market whose disk hangs is asked all the same after this. */
    private static final long EARLIER_PATIENCE_MS = 5_000;

    /** Before the node closes, so that {@code quit} right behind an order does not refuse it. */
    private static final long FINISH_MS = 5_000;

    private final Window underWay = new Window(UNDER_WAY_MAX, Long.MAX_VALUE);
    private final ExecutorService teller = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "answers");
        thread.setDaemon(true);
        return thread;
    });
    private final Speaker speaker;
    private final Node node;
    private final Map<String, Market> markets;

    NodeDesk(Speaker speaker, Node node, Map<String, Market> markets) {
        this.speaker = speaker;
        this.node = node;
        this.markets = markets;
    }

    void obey(String line) {
        if (line.isBlank()) {
            return;
        }
        try {
            NodeCommand command = NodeCommand.parse(line);
            if (command.asks()) {
                underWay.awaitEmpty(EARLIER_PATIENCE_MS);
            }
            if (command instanceof NodeCommand.Enter enter) {
                enter(enter);
            } else if (command instanceof NodeCommand.Reduce reduce) {
                Market market = marketOf(reduce.id());
                long lots = market.spec().quantityLots(reduce.quantity());
                tellFailure(market.reduce(orderId(reduce.id()), lots));
            } else if (command instanceof NodeCommand.Cancel cancel) {
                tellFailure(marketOf(cancel.id()).cancel(orderId(cancel.id())));
            } else if (command instanceof NodeCommand.Book book) {
                book(market(book.market()), book.depth());
            } else if (command instanceof NodeCommand.Orders) {
                orders();
            } else if (command instanceof NodeCommand.Trades) {
                trades();
            } else {
                peers();
            }
        } catch (IllegalArgumentException e) {
            speaker.error("COMMAND", Speaker.oneLine(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a moment for the answers to what was typed before. */
    void finish() {
        try {
            underWay.awaitEmpty(FINISH_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        teller.shutdown();
    }

    /** Tells the answer when it comes; until then it counts as under way. */
    private <T> void follow(CompletableFuture<T> answer, BiConsumer<? super T, ? super Throwable> tell)
            throws InterruptedException {
        underWay.enter(0);
        answer.whenCompleteAsync(
                (value, failure) -> {
                    try {
                        tell.accept(value, failure);
                    } finally {
                        underWay.leave(0);
                    }
                },
                teller);
    }

    private void enter(NodeCommand.Enter enter) throws InterruptedException {
        Market market = market(enter.market());
        MarketEvents events = new MarketEvents(speaker, market.spec());
        OrderRequest request;
        try {
            request = request(market, enter.buy(), enter.price(), enter.quantity(), enter.type());
        } catch (IllegalArgumentException e) {
            events.rejected(enter.quantity(), String.valueOf(e.getMessage()));
            return;
        }
        follow(market.submit(request), (id, failure) -> {
            if (failure != null) {
                events.rejected(enter.quantity(), Answers.why(failure));
            }
        });
    }

    /** Decimals to an order; throws with the nearest valid values if they lie off the grid. */
    static OrderRequest request(Market market, boolean buy, String price, String quantity, NodeCommand.Type type) {
        OrderRequest limit = market.limit(buy ? Side.BUY : Side.SELL, price, quantity);
        return switch (type) {
            case LIMIT -> limit;
            case IOC -> limit.with(io.outcry.market.TimeInForce.IOC);
            case FOK -> limit.with(io.outcry.market.TimeInForce.FOK);
            case POST -> limit.postingOnly();
        };
    }

    private void tellFailure(CompletableFuture<?> answer) throws InterruptedException {
        follow(answer, (done, failure) -> {
            if (failure != null) {
                speaker.error("REFUSED", Answers.why(failure));
            }
        });
    }

    private void book(Market market, int depth) throws InterruptedException {
        follow(market.read(depth, System.currentTimeMillis()), (book, failure) -> {
            if (failure == null) {
                new MarketEvents(speaker, market.spec()).book(book);
            } else {
                speaker.error("FAILED", Answers.why(failure));
            }
        });
    }

    private void orders() {
        StringBuilder text = new StringBuilder();
        for (Market market : markets.values()) {
            for (OrderUpdate update : market.orders()) {
                text.append(text.isEmpty() ? "" : "\n")
                        .append(update.order().id())
                        .append("  ")
                        .append(update.order().side() == Side.BUY ? "buy " : "sell ")
                        .append(market.spec().quantity(update.order().quantity()))
                        .append(" @ ")
                        .append(market.spec().price(update.order().price()))
                        .append("  ")
                        .append(update.state().name().toLowerCase(java.util.Locale.ROOT))
                        .append(", ")
                        .append(market.spec().quantity(update.step().filled()))
                        .append(" filled");
            }
        }
        speaker.event(
                "orders",
                g -> {
                    g.writeArrayFieldStart("orders");
                    for (Market market : markets.values()) {
                        MarketFields fields = new MarketFields(market.spec());
                        for (OrderUpdate update : market.orders()) {
                            g.writeStartObject();
                            fields.order(g, update);
                            g.writeEndObject();
                        }
                    }
                    g.writeEndArray();
                },
                text.isEmpty() ? "no orders" : text.toString());
    }

    private void trades() {
        int[] told = {0};
        for (Market market : markets.values()) {
            MarketEvents events = new MarketEvents(speaker, market.spec());
            for (TradeUpdate trade : market.trades()) {
                told[0]++;
                events.onTrade(trade);
            }
        }
        speaker.event("trades", g -> g.writeNumberField("count", told[0]), told[0] == 0 ? "no trades" : null);
    }

    private void peers() {
        List<Connection> connections = node.host().connections();
        List<String> lines = new ArrayList<>();
        for (Connection connection : connections) {
            lines.add(connection.peer() + "  " + connection.remoteAddress() + "  " + agent(connection));
        }
        speaker.event(
                "peers",
                g -> {
                    g.writeArrayFieldStart("peers");
                    for (Connection connection : connections) {
                        g.writeStartObject();
                        g.writeStringField("peer", connection.peer().toString());
                        g.writeStringField("address", connection.remoteAddress().toString());
                        g.writeBooleanField("outbound", connection.outbound());
                        g.writeStringField("agent", agent(connection));
                        g.writeEndObject();
                    }
                    g.writeEndArray();
                },
                lines.isEmpty() ? "no peers" : String.join("\n", lines));
    }

    private String agent(Connection connection) {
        Optional<IdentifyInfo> info = node.host().identified(connection.peer());
        return Speaker.oneLine(info.map(IdentifyInfo::agent).orElse(""));
    }

    private Market market(String name) {
        Market market = markets.get(name);
        if (market == null) {
            throw new IllegalArgumentException(
                    "market '" + name + "' is not joined; joined are " + String.join(", ", markets.keySet()));
        }
        return market;
    }

    private static OrderId orderId(String text) {
        try {
            return OrderId.parse(text);
        } catch (IllegalArgumentException | IdentityException e) {
            throw new IllegalArgumentException("'" + text + "' is no order id (PEER/SEQ): " + e.getMessage(), e);
        }
    }

    private Market marketOf(String order) {
        OrderId id = orderId(order);
        for (Market market : markets.values()) {
            if (market.order(id).isPresent()) {
                return market;
            }
        }
        throw new IllegalArgumentException("order '" + order + "' is not one of this node's; 'orders' lists them");
    }
}
