package io.outcry.cli;

import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.gossip.Message;
import io.outcry.gossip.Outcome;
import io.outcry.gossip.PubSub;
import io.outcry.gossip.PubSubListener;
import io.outcry.gossip.PubSubOptions;
import io.outcry.gossip.Publication;
import io.outcry.gossip.TopicOptions;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.router.PruneReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outcry pubsub}: plain GossipSub beside any libp2p program. */
@Command(
        name = "pubsub",
        description = "Plain GossipSub, for use beside any libp2p program; stdin lines are published.")
final class PubsubVerb extends Verb {

    private enum Sign {
        STRICT,
        NONE
    }

    private enum Stdin {
        TEXT,
        BASE64
    }

    /** Memory the verb may buffer in: bursts of a few hundred thousand lines. */
    private static final long MEMORY_MAX = 256L << 20;

    /** Lines wait this long for a full mailbox before they count as dropped. */
    private static final long BUSY_PATIENCE_MS = 30_000;

    /** The longest name the router's codec takes. */
    private static final int TOPIC_BYTES_MAX = 1_024;

    @Option(names = "--listen", paramLabel = "MA", description = "Listen here (default: /ip4/127.0.0.1/tcp/0).")
    private @Nullable List<String> listen;

    @Option(names = "--connect", paramLabel = "MA", description = "Dial these peers.")
    private @Nullable List<String> connect;

    @Option(names = "--topic", paramLabel = "T", required = true, description = "Subscribe to these topics.")
    @SuppressWarnings("NullAway.Init")
    private List<String> topics;

    @Option(names = "--key", paramLabel = "FILE", description = "Key file; made (mode 0600) if absent.")
    private @Nullable Path key;

    @Option(names = "--sign", paramLabel = "strict|none", defaultValue = "strict", description = "Signature policy.")
    private Sign sign = Sign.STRICT;

    @Option(names = "--msg-id", paramLabel = "from-seqno|sha256", description = "How messages are named.")
    private @Nullable String messageId;

    @Option(names = "--muxer", paramLabel = "yamux|mplex", defaultValue = "yamux", description = "Which muxer to use.")
    private String muxer = "yamux";

    @Option(names = "--max-size", paramLabel = "BYTES", description = "Largest message.")
    private int maxSize = TopicOptions.MESSAGE_LENGTH_MAX_DEFAULT;

    @Option(
            names = "--stdin",
            paramLabel = "text|base64",
            defaultValue = "text",
            description = "What a stdin line holds; TOPIC<TAB>TEXT publishes to another topic.")
    private Stdin stdin = Stdin.TEXT;

    @Option(names = "--trace", description = "Tell of grafts, prunes and dropped messages too.")
    private boolean trace;

    @Override
    int run(Speaker speaker) throws InterruptedException {
        topics.forEach(PubsubVerb::checkTopic);
        TopicOptions options = topicOptions();
        List<Multiaddr> dial = Addresses.withPeers("--connect", connect);
        HostOptions.Builder hostOptions = HostOptions.builder()
                .privateKey(Identities.open(key, null, speaker))
                .listen(Addresses.listen(listen))
                .muxers(muxerId())
                .memory(new MemoryBudget("node", MEMORY_MAX))
                .agentVersion(Hosts.AGENT);
        speaker.listeningComesFirst();
        try (Host host = Hosts.start(hostOptions);
                PubSub pubsub = PubSub.start(
                        host,
                        PubSubOptions.builder()
                                .defaultTopic(options)
                                .listener(new TopicEvents(speaker, trace))
                                .build())) {
            PeerEvents.follow(host, speaker);
            for (String topic : new LinkedHashSet<>(topics)) {
                pubsub.subscribe(topic, message -> say(speaker, message));
            }
            Addresses.sayListening(speaker, host);
            for (Multiaddr address : dial) {
                KeepDialling.start(host, address, speaker, door().quit());
            }
            StdinLines.read(door(), speaker, line -> publish(speaker, pubsub, line));
            door().quit().await();
        }
        return Outcry.DONE;
    }

    private static void checkTopic(String topic) {
        int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > TOPIC_BYTES_MAX) {
            throw new BadArgument(
                    "--topic '" + topic + "' has " + bytes + " bytes; a topic has 1 to " + TOPIC_BYTES_MAX);
        }
    }

    private TopicOptions topicOptions() {
        if (maxSize < 1 || maxSize > 64 << 20) {
            throw new BadArgument("--max-size " + maxSize + " is not a number of bytes from 1 to " + (64 << 20));
        }
        TopicOptions options = sign == Sign.STRICT ? TopicOptions.SIGNED : TopicOptions.UNSIGNED;
        if (messageId != null) {
            if (sign == Sign.NONE && messageId.equals("from-seqno")) {
                throw new BadArgument("--msg-id from-seqno needs authors, and --sign none has none; use sha256");
            }
            options = options.withMessageId(
                    switch (messageId) {
                        case "from-seqno" -> MessageIds.FROM_SEQNO;
                        case "sha256" -> MessageIds.SHA256_DATA;
                        default -> throw new BadArgument("--msg-id '" + messageId + "' is not from-seqno or sha256");
                    });
        }
        return options.withMessageLengthMax(maxSize);
    }

    private String[] muxerId() {
        return switch (muxer) {
            case "yamux" -> new String[] {HostOptions.YAMUX};
            case "mplex" -> new String[] {HostOptions.MPLEX};
            default -> throw new BadArgument("--muxer '" + muxer + "' is not yamux or mplex");
        };
    }

    private void publish(Speaker speaker, PubSub pubsub, String line) {
        int tab = line.indexOf('\t');
        String topic = tab < 0 ? topics.get(0) : line.substring(0, tab);
        String text = tab < 0 ? line : line.substring(tab + 1);
        byte[] data;
        try {
            checkTopic(topic);
        } catch (BadArgument e) {
            speaker.error("STDIN", e.getMessage() + "; the line was not published");
            return;
        }
        try {
            data = stdin == Stdin.TEXT
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            speaker.error("STDIN", "a line is not base64 (" + e.getMessage() + "); it was not published");
            return;
        }
        publish(speaker, pubsub, topic, data);
    }

    /** Stdin waits while the router is busy: whoever feeds us is slowed down, and nothing is lost. */
    private static void publish(Speaker speaker, PubSub pubsub, String topic, byte[] data) {
        long patienceNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BUSY_PATIENCE_MS);
        while (true) {
            Publication publication = pubsub.publish(topic, data);
            Outcome.Status refused = publication.outcome().isDone()
                    ? publication.outcome().join().status()
                    : null;
            if (refused == Outcome.Status.BUSY && System.nanoTime() - patienceNs < 0) {
                Thread.yield();
                continue;
            }
            publication.outcome().thenAccept(outcome -> say(speaker, publication, outcome));
            return;
        }
    }

    private static void say(Speaker speaker, Publication publication, Outcome outcome) {
        String id = publication.id().map(PubsubVerb::hex).orElse("");
        String word = switch (outcome.status()) {
            case WRITTEN -> "written";
            case NO_PEERS -> "queued";
            default -> "dropped";
        };
        String reason = outcome.status().name().toLowerCase(Locale.ROOT);
        speaker.event(
                "published",
                g -> {
                    g.writeStringField("id", id);
                    g.writeStringField("outcome", word);
                    g.writeNumberField("peers", outcome.written());
                    if (!word.equals("written")) {
                        g.writeStringField("reason", reason);
                    }
                },
                word.equals("written") ? null : "not sent: " + reason);
    }

    private static void say(Speaker speaker, Message message) {
        String from = message.author().map(PeerId::toString).orElse(null);
        speaker.event(
                "message",
                g -> {
                    g.writeStringField("topic", message.topic());
                    g.writeStringField("from", from);
                    g.writeStringField("id", hex(message.id()));
                    g.writeStringField("data", Base64.getEncoder().encodeToString(message.data()));
                },
                message.topic() + "  " + (from == null ? "" : from + "  ")
                        + Speaker.oneLine(new String(message.data(), StandardCharsets.UTF_8)));
    }

    private static String hex(io.outcry.gossip.message.MessageId id) {
        return HexFormat.of().formatHex(id.bytes());
    }

    /** What the router does, for people and scripts. */
    private record TopicEvents(Speaker speaker, boolean trace) implements PubSubListener {

        @Override
        public void onSubscribed(PeerId peer, String topic) {
            topicEvent("subscribed", peer, topic, "subscribed to");
        }

        @Override
        public void onGraft(PeerId peer, String topic, boolean byUs) {
            if (trace) {
                topicEvent("graft", peer, topic, byUs ? "grafted by us in" : "grafted itself in");
            }
        }

        @Override
        public void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {
            if (!trace) {
                return;
            }
            speaker.event(
                    "prune",
                    g -> {
                        g.writeStringField("peer", peer.toString());
                        g.writeStringField("topic", topic);
                        g.writeNumberField("backoffSeconds", backoffMs / 1000);
                        g.writeStringField("reason", reason.name().toLowerCase(Locale.ROOT));
                    },
                    peer + " pruned from " + Speaker.oneLine(topic) + " for " + backoffMs / 1000 + " s");
        }

        @Override
        public void onRefused(PeerId peer, String why) {
            if (trace) {
                speaker.event(
                        "refused",
                        g -> {
                            g.writeStringField("peer", peer.toString());
                            g.writeStringField("reason", why);
                        },
                        "refused a message of " + peer + ": " + Speaker.oneLine(why));
            }
        }

        @Override
        public void onDropped(PeerId peer, long messages) {
            if (trace) {
                speaker.event(
                        "drop",
                        g -> {
                            g.writeStringField("peer", peer.toString());
                            g.writeNumberField("messages", messages);
                        },
                        messages + " messages dropped for " + peer);
            }
        }

        private void topicEvent(String event, PeerId peer, String topic, String verb) {
            speaker.event(
                    event,
                    g -> {
                        g.writeStringField("peer", peer.toString());
                        g.writeStringField("topic", topic);
                    },
                    peer + " " + verb + " " + Speaker.oneLine(topic));
        }
    }
}
