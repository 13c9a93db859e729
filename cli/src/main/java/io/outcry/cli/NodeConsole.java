package io.outcry.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.outcry.market.replica.BookLevels;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.Market;
import io.outcry.node.MarketBook;
import io.outcry.node.Node;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the console page shows of a node, and its metrics. */
final class NodeConsole implements AutoCloseable {

    private static final int DEPTH = 15;
    private static final int TRADES = 20;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Console console;
    private final PrometheusMeterRegistry metrics;

    private NodeConsole(Console console, PrometheusMeterRegistry metrics) {
        this.console = console;
        this.metrics = metrics;
    }

    static NodeConsole start(String hostAndPort, Node node, Map<String, Market> markets) {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Gauge.builder("outcry.connections", node, n -> n.host().connections().size())
                .register(metrics);
        Gauge.builder("outcry.memory.used.bytes", node, n -> n.host().memory().used())
                .register(metrics);
        FunctionCounter.builder("outcry.misbehaviours", node, n -> n.host().misbehaviours())
                .register(metrics);
        markets.forEach((name, market) -> Gauge.builder(
                        "outcry.book.revision", market, m -> m.book().revision())
                .tag("market", name)
                .register(metrics));
        return new NodeConsole(Console.start(hostAndPort, () -> state(node, markets), metrics::scrape), metrics);
    }

    String url() {
        return console.url();
    }

    @Override
    public void close() {
        console.close();
        metrics.close();
    }

    private static String state(Node node, Map<String, Market> markets) {
        StringWriter text = new StringWriter(4_096);
        try (JsonGenerator g = FACTORY.createGenerator(text)) {
            g.writeStartObject();
            g.writeStringField("peer", node.peerId().toString());
            g.writeNumberField("peers", node.host().connections().size());
            g.writeArrayFieldStart("markets");
            for (Market market : markets.values()) {
                market(g, market);
            }
            g.writeEndArray();
            g.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        return text.toString();
    }

    private static void market(JsonGenerator g, Market market) throws IOException {
        MarketFields fields = new MarketFields(market.spec());
        g.writeStartObject();
        g.writeStringField("market", market.spec().name());
        g.writeBooleanField("ready", market.ready().isDone());
        MarketBook book = book(market);
        fields.levels(g, "bids", book.levels().bids());
        fields.levels(g, "asks", book.levels().asks());
        List<TradeUpdate> trades = market.trades();
        g.writeArrayFieldStart("trades");
        for (int i = trades.size() - 1; i >= Math.max(0, trades.size() - TRADES); i--) {
            g.writeStartObject();
            fields.trade(g, trades.get(i));
            g.writeEndObject();
        }
        g.writeEndArray();
        g.writeStringField("digest", book.digest());
        g.writeEndObject();
    }

    /** The book and its digest at one moment; what was published last if the market is too busy to say. */
    private static MarketBook book(Market market) {
        try {
            return market.read(DEPTH, System.currentTimeMillis()).get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // said below, without a digest
        }
        BookLevels levels = market.book().levels();
        return new MarketBook(new BookLevels(top(levels.bids()), top(levels.asks())), "");
    }

    private static List<BookLevels.Level> top(List<BookLevels.Level> levels) {
        return levels.subList(0, Math.min(DEPTH, levels.size()));
    }
}
