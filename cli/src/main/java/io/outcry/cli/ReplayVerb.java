package io.outcry.cli;

import io.outcry.orderbook.replay.OrderStreamException;
import io.outcry.orderbook.replay.Replay;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code outcry replay FILE}: an order stream through the matching engine alone. */
@Command(name = "replay", description = "Replay an order stream through the matching engine alone.")
final class ReplayVerb extends Verb {

    private static final int ROUNDS_MAX = 1_000;

    @Parameters(paramLabel = "FILE.bin[.gz]", description = "The order stream.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = "--reports", paramLabel = "OUT.txt", description = "Write the sorted reports here.")
    private @Nullable Path reports;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Timed rounds (default: 5).")
    private int rounds;

    @Override
    boolean onlyComputes() {
        return true;
    }

    @Override
    int run(Speaker speaker) {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw new BadArgument("--rounds " + rounds + " is not a whole number from 1 to " + ROUNDS_MAX);
        }
        try {
            say(speaker, Replay.run(file, rounds, reports));
            return Outcry.DONE;
        } catch (OrderStreamException e) {
            throw new VerbFailure("MALFORMED", file + ": " + e.getMessage());
        } catch (NoSuchFileException e) {
            throw new VerbFailure("FILE", e.getFile() + ": no such file or folder");
        } catch (ZipException | java.io.EOFException e) {
            throw new VerbFailure("MALFORMED", file + ": not whole (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw new VerbFailure("FILE", file + ": " + Answers.why(e));
        }
    }

    private static void say(Speaker speaker, Replay.Result result) {
        double bytes = Math.round(result.bytesPerMessage() * 100) / 100.0;
        speaker.event(
                "replay",
                g -> {
                    g.writeNumberField("messages", result.messages());
                    g.writeNumberField("trades", result.trades());
                    g.writeNumberField("quantity", result.quantity());
                    g.writeStringField("sha256", result.sha256());
                    g.writeNumberField("medianPerSecond", Math.round(result.medianPerSecond()));
                    g.writeNumberField("bestPerSecond", Math.round(result.bestPerSecond()));
                    g.writeNumberField("bytesPerMessage", bytes);
                },
                String.format(
                        Locale.ROOT,
                        "%d messages, %d trades, quantity %d%nsha256 %s%n%.2f million messages/s (median), %.2f (best),"
                                + " %.2f bytes allocated a message",
                        result.messages(),
                        result.trades(),
                        result.quantity(),
                        result.sha256(),
                        result.medianPerSecond() / 1e6,
                        result.bestPerSecond() / 1e6,
                        bytes));
    }
}
