package io.outcry.cli;

import io.outcry.market.MarketSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outcry demo}: a whole market in one process, over real sockets. */
@Command(
        name = "demo",
        description = "N full nodes in one process, over real TCP, Noise and yamux, trade real prices; one dies and"
                + " returns from its journal, one joins late.")
final class DemoVerb extends Verb {

    private static final int PEERS_MIN = 3;
    private static final int PEERS_MAX = 50;
    private static final int ORDERS_MAX = 100_000;

    @Option(names = "--peers", paramLabel = "N", defaultValue = "5", description = "Nodes, 3 at least (default: 5).")
    private int peers;

    @Option(names = "--orders", paramLabel = "N", defaultValue = "500", description = "Orders (default: 500).")
    private int orders;

    @Option(
            names = "--market",
            paramLabel = "M",
            defaultValue = "BTC/USD",
            description = "NAME[:tick=0.01,lot=0.00000001] (default: BTC/USD).")
    private String market = "BTC/USD";

    @Option(names = "--seed", paramLabel = "N", description = "Fixes the input (default: a new one, printed).")
    private @Nullable Long seed;

    @Option(names = "--input", paramLabel = "FILE.csv", description = "Orders to play instead of the bundled prints.")
    private @Nullable Path input;

    @Option(names = "--headless", description = "No live picture.")
    private boolean headless;

    @Override
    int run(Speaker speaker) throws Exception {
        if (peers < PEERS_MIN || peers > PEERS_MAX) {
            throw new BadArgument("--peers " + peers + " is not a whole number from " + PEERS_MIN + " to " + PEERS_MAX);
        }
        if (orders < 1 || orders > ORDERS_MAX) {
            throw new BadArgument("--orders " + orders + " is not a whole number from 1 to " + ORDERS_MAX);
        }
        MarketSpec spec;
        try {
            spec = MarketSpec.parse(market);
        } catch (IllegalArgumentException e) {
            throw new BadArgument("--market '" + market + "': " + e.getMessage());
        }
        long chosen = seed == null ? ThreadLocalRandom.current().nextLong() & 0xffff_ffffL : seed;
        List<OrderRow> rows;
        List<String> malformed = List.of();
        if (input == null) {
            rows = PrintTape.bundled()
                    .orders(orders, peers, chosen, new BigDecimal(spec.tick()), new BigDecimal(spec.lot()));
        } else {
            OrderCsv.Parsed parsed = OrderCsv.read(input, peers);
            rows = parsed.rows();
            malformed = parsed.malformed();
            malformed.forEach(line -> speaker.warn("--input " + input + ", " + line + "; the row is left out"));
        }
        Path data = Files.createTempDirectory("outcry-demo");
        try (Terminal terminal = headless || json() ? null : Terminal.found(door().out())) {
            Demo demo = new Demo(speaker, door().quit(), terminal, spec, peers, rows, chosen, malformed.size(), data);
            DemoSummary summary = demo.run();
            if (terminal != null) {
                terminal.close();
            }
            if (summary == null) {
                return Outcry.DONE; // asked to quit
            }
            summary.say(speaker);
            return summary.held() ? Outcry.DONE : Outcry.FAILED;
        } finally {
            delete(data);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
