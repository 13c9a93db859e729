package io.outcry.cli;

import io.outcry.sim.Scenario;
import io.outcry.sim.SimOptions;
import io.outcry.sim.SimResult;
import io.outcry.sim.Simulation;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outcry sim}: the deterministic network. */
@Command(name = "sim", description = "Simulate a network of routers, or of replicas on routers: one clock, one seed.")
final class SimVerb extends Verb {

    @Option(names = "--peers", paramLabel = "N", defaultValue = "1000", description = "Peers (default: 1000).")
    private int peers;

    @Option(names = "--seed", paramLabel = "N", description = "Replays a run (default: a new one, printed).")
    private @Nullable Long seed;

    @Option(
            names = "--scenario",
            paramLabel = "calm|burst|large|coldboot|flash|degrade|censor|churn|partition|market",
            defaultValue = "calm",
            description = "What happens (default: calm).")
    private String scenario = "calm";

    @Override
    boolean onlyComputes() {
        return true;
    }

    @Override
    int run(Speaker speaker) {
        Scenario what;
        try {
            what = Scenario.parse(scenario);
        } catch (IllegalArgumentException e) {
            throw new BadArgument("--scenario '" + scenario + "': " + e.getMessage());
        }
        long chosen = seed == null ? ThreadLocalRandom.current().nextLong() & 0xffff_ffffL : seed;
        SimOptions options;
        try {
            options = SimOptions.of(what, peers, chosen);
        } catch (IllegalArgumentException e) {
            throw new BadArgument("--peers " + peers + ": " + e.getMessage());
        }
        speaker.say(options.scenario().word() + ", " + options.peers() + " peers, seed " + options.seed());
        say(speaker, Simulation.run(options));
        return Outcry.DONE;
    }

    private static void say(Speaker speaker, SimResult result) {
        speaker.event(
                "sim",
                g -> {
                    g.writeStringField("scenario", result.scenario());
                    g.writeNumberField("peers", result.peers());
                    g.writeNumberField("seed", result.seed());
                    g.writeNumberField("delivery", result.delivery());
                    g.writeNumberField("p50Ms", result.p50Ms());
                    g.writeNumberField("p99Ms", result.p99Ms());
                    g.writeNumberField("duplicatesPerMessage", result.duplicatesPerMessage());
                    g.writeNumberField("controlBytesPerPeer", result.controlBytesPerPeer());
                    g.writeNumberField("bytesPerPeer", result.bytesPerPeer());
                    g.writeNumberField("wallSeconds", result.wallSeconds());
                },
                String.format(
                        Locale.ROOT,
                        "delivery %.6f   p50 %.1f ms   p99 %.1f ms   duplicates %.2f a message%n"
                                + "a peer sent %d bytes, %d of them control; the run took %.1f s",
                        result.delivery(),
                        result.p50Ms(),
                        result.p99Ms(),
                        result.duplicatesPerMessage(),
                        result.bytesPerPeer(),
                        result.controlBytesPerPeer(),
                        result.wallSeconds()));
    }
}
