package io.outcry.bench.replay;

import io.outcry.orderbook.replay.OrderStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code ReplayRace [--rounds N] [--require RATIO] [STREAM.bin[.gz] …]} prints a Markdown table a stream. Without a stream
 * it runs a generated one. Exit status 1 if the reports differ, if Outcry allocates, or if it is less than {@code RATIO}
 * times as fast as parity-match.
 */
public final class ReplayRace {

    private static final int ROUNDS_DEFAULT = 9;
    private static final int GENERATED_ORDERS = 1_000_000;
    private static final long GENERATED_SEED = 23;

    private ReplayRace() {}

    /** Runs the races. */
    public static void main(String[] args) throws IOException {
        int rounds = ROUNDS_DEFAULT;
        double required = 0;
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--rounds" -> rounds = Integer.parseInt(args[++i]);
                case "--require" -> required = Double.parseDouble(args[++i]);
                default -> files.add(Path.of(args[i]));
            }
        }
        boolean good = true;
        for (Path file : files) {
            String name = file.getFileName().toString();
            good &= race(System.out, name, OrderStream.read(file), rounds, required);
        }
        if (files.isEmpty()) {
            StreamGenerator generator = new StreamGenerator(GENERATED_SEED);
            Path file = Files.createTempFile("outcry-stream", ".bin");
            try {
                generator.write(file, GENERATED_ORDERS);
                good = race(System.out, "generated, seed 23", OrderStream.read(file), rounds, required);
            } finally {
                Files.delete(file);
            }
        }
        if (!good) {
            System.exit(1);
        }
    }

    static boolean race(PrintStream out, String name, OrderStream stream, int rounds, double required)
            throws IOException {
        List<SideBySide.Row> rows = new SideBySide(stream).run(rounds);
        SideBySide.Row ours = rows.get(0);
        out.printf(
                Locale.ROOT,
                "%nReplay of `%s`: %,d messages, %d rounds%n%n"
                        + "| engine | Outcry is | M messages/s, median | best | bytes/message | reports |%n"
                        + "|---|---|---|---|---|---|%n",
                name,
                stream.count(),
                rounds);
        boolean same = true;
        for (SideBySide.Row row : rows) {
            same &= row.sha256().equals(ours.sha256());
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.2f | %.2f | %.1f | `%s…` |%n",
                    row.engine(),
                    row.equals(ours) ? "–" : String.format(Locale.ROOT, "**%.2f×** as fast", row.timesSlower()),
                    row.medianPerSecond() / 1e6,
                    row.bestPerSecond() / 1e6,
                    row.bytesPerMessage(),
                    row.sha256().substring(0, 16));
        }
        double ratio = rows.get(1).timesSlower();
        boolean good = same && ours.bytesPerMessage() == 0 && ratio >= required;
        if (!same) {
            out.println("\nThe reports differ: the engines did not do the same.");
        } else if (!good) {
            out.printf(
                    Locale.ROOT,
                    "%nRequired were %.2f times parity-match and 0 bytes a message, seen %.2f and %.3f.%n",
                    required,
                    ratio,
                    ours.bytesPerMessage());
        }
        return good;
    }
}
