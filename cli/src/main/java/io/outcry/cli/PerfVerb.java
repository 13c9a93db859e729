package io.outcry.cli;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Host;
import io.outcry.transport.PerfResult;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code outcry perf}: the libp2p perf protocol, both ends. */
@Command(name = "perf", description = "The libp2p perf protocol: serve with --listen, or measure a peer.")
final class PerfVerb extends Verb {

    private static final long BYTES_MAX = 1L << 40;

    /** How often the counters are looked at. */
    private static final long LOOK_MS = 100;

    /** What a connection says by itself meanwhile: a few pings. */
    private static final long IDLE_BYTES_MAX = 1_024;

    @Parameters(
            arity = "0..1",
            paramLabel = "MA",
            description = "Address of the peer to measure, ending in /p2p/PEER-ID.")
    private @Nullable String address;

    @Option(names = "--listen", paramLabel = "MA", description = "Serve here until stopped.")
    private @Nullable List<String> listen;

    @Option(names = "--key", paramLabel = "FILE", description = "Key file; made (mode 0600) if absent.")
    private java.nio.file.@Nullable Path key;

    @Option(names = "--upload", paramLabel = "BYTES", defaultValue = "0", description = "Bytes to send.")
    private long upload;

    @Option(names = "--download", paramLabel = "BYTES", defaultValue = "0", description = "Bytes to receive.")
    private long download;

    @Override
    int run(Speaker speaker) throws InterruptedException {
        if (address == null && listen == null) {
            throw new BadArgument("perf needs an address to measure (MA), or --listen MA to serve");
        }
        if (address == null) {
            return serve(speaker);
        }
        for (long bytes : new long[] {upload, download}) {
            if (bytes < 0 || bytes > BYTES_MAX) {
                throw new BadArgument("--upload and --download take 0 to " + BYTES_MAX + " bytes, not " + bytes);
            }
        }
        Multiaddr target = Addresses.withPeer("MA", address);
        try (Host host = Hosts.start(PrivateKey.generate(KeyType.ED25519), List.of())) {
            Answers.await(host.connect(target), door().quit(), Answers.GIVE_UP_MS, "UNREACHABLE", "perf " + target);
            PerfResult result =
                    whileBytesMove(host, host.perf(Addresses.peer(target), upload, download), "perf " + target);
            say(speaker, result);
        }
        return Outcry.DONE;
    }

    /** However many bytes: it lasts as long as they move, and is given up when they do not. */
    private PerfResult whileBytesMove(Host host, CompletableFuture<PerfResult> running, String what)
            throws InterruptedException {
        CompletableFuture<Object> ended =
                CompletableFuture.anyOf(running, door().quit().asked());
        long moved = 0;
        long sinceNs = System.nanoTime();
        while (true) {
            try {
                ended.get(LOOK_MS, TimeUnit.MILLISECONDS);
                return Answers.await(running, door().quit(), Answers.GIVE_UP_MS, "PERF", what);
            } catch (ExecutionException e) {
                throw new VerbFailure("PERF", what + ": " + Answers.why(e));
            } catch (TimeoutException e) {
                long bytes = host.counters().bytesIn() + host.counters().bytesOut();
                if (bytes - moved > IDLE_BYTES_MAX) {
                    moved = bytes;
                    sinceNs = System.nanoTime();
                } else if (Answers.leftMs(sinceNs) <= 1) {
                    throw new VerbFailure("PERF", what + ": no bytes moved for " + Answers.GIVE_UP_MS / 1_000 + " s");
                }
            }
        }
    }

    @Override
    boolean servesOthers() {
        return address == null;
    }

    private int serve(Speaker speaker) throws InterruptedException {
        try (Host host = Hosts.startMeasured(Identities.open(key, null, speaker), Addresses.listen(listen))) {
            Addresses.sayListening(speaker, host);
            StdinLines.read(door(), speaker);
            door().quit().await();
        }
        return Outcry.DONE;
    }

    private static void say(Speaker speaker, PerfResult result) {
        double seconds = Math.round((result.uploadNs() + result.downloadNs()) / 1e3) / 1e6;
        speaker.event(
                "perf",
                g -> {
                    g.writeNumberField("uploadBytes", result.uploadedBytes());
                    g.writeNumberField("downloadBytes", result.downloadedBytes());
                    g.writeNumberField("seconds", seconds);
                },
                String.format(
                        Locale.ROOT,
                        "sent %d bytes, received %d bytes in %.3f s",
                        result.uploadedBytes(),
                        result.downloadedBytes(),
                        seconds));
    }
}
