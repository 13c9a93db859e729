package io.outcry.cli;

import io.outcry.discovery.RendezvousServer;
import io.outcry.transport.Host;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outcry bootstrap}: a bootstrap and rendezvous server. */
@Command(
        name = "bootstrap",
        description = "A bootstrap and rendezvous server: where peers of a market find each other.")
final class BootstrapVerb extends Verb {

    @Option(names = "--listen", paramLabel = "MA", description = "Listen here (default: /ip4/127.0.0.1/tcp/0).")
    private @Nullable List<String> listen;

    @Option(names = "--key", paramLabel = "FILE", description = "Key file; made (mode 0600) if absent.")
    private @Nullable Path key;

    @Override
    boolean servesOthers() {
        return true;
    }

    @Override
    int run(Speaker speaker) throws InterruptedException {
        speaker.listeningComesFirst();
        try (Host host = Hosts.start(Identities.open(key, null, speaker), Addresses.listen(listen));
                RendezvousServer server = RendezvousServer.install(host)) {
            PeerEvents.follow(host, speaker);
            Addresses.sayListening(speaker, host);
            StdinLines.read(door(), speaker);
            door().quit().await();
        }
        return Outcry.DONE;
    }
}
