package io.outcry.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.Market;
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
        MarketEvents words = new MarketEvents(new Speaker(System.out, System.err, true), market.spec());
        g.writeStartObject();
        g.writeStringField("market", market.spec().name());
        g.writeBooleanField("ready", market.ready().isDone());
        var levels = market.book().levels();
        words.levels(
                g,
                "bids",
                levels.bids().subList(0, Math.min(DEPTH, levels.bids().size())));
        words.levels(
                g,
                "asks",
                levels.asks().subList(0, Math.min(DEPTH, levels.asks().size())));
        List<TradeUpdate> trades = market.trades();
        g.writeArrayFieldStart("trades");
        for (int i = trades.size() - 1; i >= Math.max(0, trades.size() - TRADES); i--) {
            g.writeStartObject();
            words.tradeFields(g, trades.get(i));
            g.writeEndObject();
        }
        g.writeEndArray();
        g.writeStringField("digest", digest(market));
        g.writeEndObject();
    }

    private static String digest(Market market) {
        try {
            return market.digest(System.currentTimeMillis()).get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }
}
