package io.outcry.conformance.doors;

import io.outcry.conformance.peers.Event;
import io.outcry.conformance.peers.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One owner of orders: its data directory and its bootstrap outlive the processes that serve them. */
final class Trader implements AutoCloseable {

    static final String MARKET = "BTC/USDT";

    /** An own order, as {@code orders} lists it. */
    record Line(String id, String status, String quantity, String filled, String remaining) {}

    private final String name;
    private final Path dataDir;
    private final String bootstrap;
    private final Map<String, String> tradedQuantity = new LinkedHashMap<>();
    private final Map<String, List<String>> tradesOfOrder = new LinkedHashMap<>();
    private Program process;

    Trader(String name, Path dataDir, String bootstrap) {
        this.name = name;
        this.dataDir = dataDir;
        this.bootstrap = bootstrap;
        this.process = launch();
        awaitReady();
    }

    /** Starts a JVM with the program's main class and the class path of this test. */
    static Program outcry(String name, Path folder, String... args) {
        return Program.start(name, folder, command(args));
    }

    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")),
                "io.outcry.cli.Outcry"));
        command.addAll(List.of(args));
        return command;
    }

    private Program launch() {
        return outcry(
                name,
                dataDir,
                "node",
                "--market",
                MARKET,
                "--bootstrap",
                bootstrap,
                "--data-dir",
                dataDir.toString(),
                "--json");
    }

    private void awaitReady() {
        process.await("ready");
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.process().destroyForcibly().waitFor();
        remember();
    }

    /** Starts the next process on the same directory. */
    void restart() {
        process = launch();
        awaitReady();
    }

    /** Types an order and returns its id once it is acknowledged. */
    String enter(String side, String quantity, String price) {
        process.say(side + " " + MARKET + " " + quantity + " @ " + price);
        return process.await(
                        "order",
                        e -> e.text("status").equals("accepted")
                                && e.text("side").equals(side)
                                && e.text("price").equals(price))
                .text("id");
    }

    /**
     * The first word of a trade of this order, provisional or settled. Who came back from a journal has a clock that runs
     * ahead, and is then the taker, whoever typed first.
     */
    Event awaitTrade(String order) {
        return process.await("trade", e -> isOf(e, order));
    }

    Event awaitSettled(String order) {
        return process.await("trade", e -> isOf(e, order) && e.text("status").equals("settled"));
    }

    private static boolean isOf(Event trade, String order) {
        return trade.text("taker").equals(order) || trade.text("maker").equals(order);
    }

    /** The own orders, asked now. */
    Map<String, Line> orders() {
        Event event = process.ask("orders", "orders");
        Map<String, Line> lines = new LinkedHashMap<>();
        for (Object order :
                (List<?>) java.util.Objects.requireNonNull(event.fields().get("orders"))) {
            Map<?, ?> fields = (Map<?, ?>) order;
            Line line = new Line(
                    text(fields, "id"),
                    text(fields, "status"),
                    text(fields, "quantity"),
                    text(fields, "filled"),
                    text(fields, "remaining"));
            lines.put(line.id(), line);
        }
        return lines;
    }

    /** The digest of the book, asked now. */
    String digest() {
        return process.ask("book " + MARKET, "book").text("digest");
    }

    /** Every trade told of, by all processes of this trader, with its quantity. */
    Map<String, String> trades() {
        remember();
        return tradedQuantity;
    }

    private void remember() {
        for (Event trade : process.all("trade")) {
            String id = trade.text("tradeId");
            @Nullable String before = tradedQuantity.put(id, trade.text("quantity"));
            if (before != null && !before.equals(trade.text("quantity"))) {
                throw new AssertionError("trade " + id + " was told as " + before + " and as " + trade.fields());
            }
            if (before == null) {
                for (String side : List.of("maker", "taker")) {
                    tradesOfOrder
                            .computeIfAbsent(trade.text(side), order -> new ArrayList<>())
                            .add(id);
                }
            }
        }
    }

    /** The trades of one order, each once. */
    List<String> tradesOf(String order) {
        remember();
        return tradesOfOrder.getOrDefault(order, List.of());
    }

    String transcript() {
        return process.transcript();
    }

    int quit() {
        return process.quit();
    }

    @Override
    public void close() {
        process.close();
    }

    private static String text(Map<?, ?> fields, String name) {
        return String.valueOf(fields.get(name));
    }
}
