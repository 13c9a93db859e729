package io.outcry.cli;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Host;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code outcry ping MA}: round trips to any libp2p peer. */
@Command(name = "ping", description = "Measure round trips to any libp2p peer.")
final class PingVerb extends Verb {

    private static final int COUNT_MAX = 100_000;

    @Parameters(paramLabel = "MA", description = "Address of the peer, ending in /p2p/PEER-ID.")
    @SuppressWarnings("NullAway.Init")
    private String address;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = "5",
            description = "How many pings (default: 5).")
    private int count;

    @Override
    int run(Speaker speaker) throws InterruptedException {
        Multiaddr target = Addresses.withPeer("MA", address);
        if (count < 1 || count > COUNT_MAX) {
            throw new BadArgument("-c " + count + " is not a whole number from 1 to " + COUNT_MAX);
        }
        PeerId peer = Addresses.peer(target);
        long sinceNs = System.nanoTime();
        try (Host host = Hosts.start(PrivateKey.generate(KeyType.ED25519), List.of())) {
            Answers.await(host.connect(target), door().quit(), Answers.GIVE_UP_MS, "UNREACHABLE", "ping " + target);
            for (int seq = 0; seq < count && !door().quit().isAsked(); seq++) {
                if (seq > 0 && door().quit().await(1_000)) {
                    break;
                }
                Duration rtt = Answers.await(
                        host.ping(peer),
                        door().quit(),
                        seq == 0 ? Answers.leftMs(sinceNs) : Answers.GIVE_UP_MS,
                        "NO_ANSWER",
                        "ping " + target);
                say(speaker, seq, rtt.toNanos() / 1e6);
            }
        }
        return Outcry.DONE;
    }

    private static void say(Speaker speaker, int seq, double rttMs) {
        double rounded = Math.round(rttMs * 1000) / 1000.0;
        speaker.event(
                "ping",
                g -> {
                    g.writeNumberField("seq", seq);
                    g.writeNumberField("rttMs", rounded);
                },
                String.format(Locale.ROOT, "seq %d  %.3f ms", seq, rttMs));
    }
}
