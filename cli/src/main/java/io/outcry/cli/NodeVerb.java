package io.outcry.cli;

import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.market.MarketSpec;
import io.outcry.node.Market;
import io.outcry.node.Node;
import io.outcry.node.NodeException;
import io.outcry.node.NodeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outcry node}: one node that trades. */
@Command(
        name = "node",
        description = "One node that trades. Commands on stdin: " + NodeCommand.USAGE,
        footer = {
            "",
            "A market is NAME[:tick=0.01,lot=0.00000001].",
            "An owner heard for less than a minute gets one fill at a time from this node's orders; the next one waits for",
            "its settlement."
        })
final class NodeVerb extends Verb {

    private static final String KEY_FILE = "key";

    @Option(names = "--market", paramLabel = "M", required = true, description = "Trade in these markets.")
    @SuppressWarnings("NullAway.Init")
    private List<String> markets;

    @Option(names = "--listen", paramLabel = "MA", description = "Listen here (default: /ip4/127.0.0.1/tcp/0).")
    private @Nullable List<String> listen;

    @Option(names = "--bootstrap", paramLabel = "MA", description = "Find peers through these.")
    private @Nullable List<String> bootstrap;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep journals, and the key if --key is not given, here; nothing is kept without it.")
    private @Nullable Path dataDir;

    @Option(names = "--key", paramLabel = "FILE", description = "Key file; made (mode 0600) if absent.")
    private @Nullable Path key;

    @Option(names = "--console", paramLabel = "HOST:PORT", description = "Serve the console page and /metrics here.")
    private @Nullable String console;

    @Override
    boolean servesOthers() {
        return true;
    }

    @Override
    int run(Speaker speaker) throws Exception {
        Map<String, MarketSpec> specs = specs();
        List<Multiaddr> bootstraps = Addresses.withPeers("--bootstrap", bootstrap);
        List<Multiaddr> listens = Addresses.listen(listen);
        if (console != null) {
            Console.address(console);
        }
        speaker.listeningComesFirst();
        NodeOptions.Builder options =
                NodeOptions.builder().privateKey(identity(speaker)).agentVersion(Hosts.AGENT);
        listens.forEach(options::listen);
        bootstraps.forEach(options::bootstrap);
        if (dataDir == null) {
            speaker.warn("no --data-dir: nothing is kept when this node stops");
        } else {
            options.dataDir(dataDir);
        }
        try (Node node = Node.start(options.build())) {
            run(speaker, node, specs);
        } catch (NodeException e) {
            throw new VerbFailure(e.code().name(), String.valueOf(e.getMessage()));
        }
        return Outcry.DONE;
    }

    private void run(Speaker speaker, Node node, Map<String, MarketSpec> specs) throws InterruptedException {
        PeerEvents.follow(node.host(), speaker);
        Addresses.sayListening(speaker, node.host());
        Map<String, Market> joined = new LinkedHashMap<>();
        for (MarketSpec spec : specs.values()) {
            Market market = node.markets().join(spec);
            market.addListener(new MarketEvents(speaker, spec));
            joined.put(spec.name(), market);
        }
        try (NodeDesk desk = new NodeDesk(speaker, node, joined);
                NodeConsole page = console == null ? null : NodeConsole.start(console, node, joined)) {
            if (page != null) {
                speaker.event("console", g -> g.writeStringField("url", page.url()), "console at " + page.url());
            }
            speaker.say("type " + NodeCommand.USAGE);
            StdinLines.read(
                    door(),
                    speaker,
                    StdinLines.COMMAND_BYTES_MAX,
                    line -> desk.obey(new String(line, StandardCharsets.UTF_8)),
                    desk::finish);
            door().quit().await();
        }
    }

    private Map<String, MarketSpec> specs() {
        Map<String, MarketSpec> specs = new LinkedHashMap<>();
        for (String text : markets) {
            try {
                MarketSpec spec = MarketSpec.parse(text);
                if (specs.put(spec.name(), spec) != null) {
                    throw new BadArgument("--market " + text + ": " + spec.name() + " is named twice");
                }
            } catch (IllegalArgumentException e) {
                throw new BadArgument("--market '" + text + "': " + e.getMessage());
            }
        }
        return specs;
    }

    /** With a data directory and no key file the identity lives there: a restart must be the same owner. */
    private PrivateKey identity(Speaker speaker) {
        if (key != null || dataDir == null) {
            return Identities.open(key, null, speaker);
        }
        try {
            Files.createDirectories(dataDir);
        } catch (IOException e) {
            throw new VerbFailure("DATA", "--data-dir " + dataDir + " cannot be made: " + Answers.why(e));
        }
        return Identities.open(dataDir.resolve(KEY_FILE), null, speaker);
    }
}
