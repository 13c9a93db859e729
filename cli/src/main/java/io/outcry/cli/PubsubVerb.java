package io.outcry.cli;

import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.BootstrapList;
import io.outcry.gossip.Message;
import io.outcry.gossip.Outcome;
import io.outcry.gossip.Overflow;
import io.outcry.gossip.PubSub;
import io.outcry.gossip.PubSubListener;
import io.outcry.gossip.PubSubOptions;
import io.outcry.gossip.Publication;
import io.outcry.gossip.Subscription;
import io.outcry.gossip.TopicOptions;
import io.outcry.gossip.message.MessageIds;
import io.outcry.gossip.router.PruneReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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

    /** Publications without their outcome; with {@link #UNDER_WAY_BYTES_MAX} a quarter of what may wait for one slow peer. */
    private static final int UNDER_WAY_MAX = 1_024;

    private static final long UNDER_WAY_BYTES_MAX = 1L << 20;

    /** A peer that takes nothing holds up stdin this long for each message, and not for ever. */
    private static final long SLOW_PEER_MS = 5_000;

    /** Lines wait this long for a full mailbox before they count as dropped. */
    private static final long BUSY_PATIENCE_MS = 30_000;

    private static final long BUSY_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Before PubSub closes, so that {@code quit} right behind a line does not drop it. */
    private static final long FINISH_MS = 5_000;

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

    private final Window underWay = new Window(UNDER_WAY_MAX, UNDER_WAY_BYTES_MAX);
    private final ExecutorService teller = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "outcomes");
        thread.setDaemon(true);
        return thread;
    });

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
                                .build());
                BootstrapList dialled = BootstrapList.start(host, dial)) {
            PeerEvents.follow(host, speaker);
            for (String topic : new LinkedHashSet<>(topics)) {
                Reader reader = new Reader(speaker);
                reader.subscription = pubsub.subscribe(topic, unreadMax(), Overflow.DROP_OLDEST, reader);
            }
            Addresses.sayListening(speaker, host);
            StdinLines.read(door(), speaker, lineMax(), line -> publish(speaker, pubsub, line), this::finish);
            door().quit().await();
        } finally {
            teller.shutdown();
        }
        return Outcry.DONE;
    }

    /** The longest line whose message may be published: a topic, a tab, and the message, in base64 or not. */
    private int lineMax() {
        long message = stdin == Stdin.TEXT ? maxSize : 4L * (maxSize + 2) / 3 + 2;
        return (int) Math.min(Integer.MAX_VALUE - 16, TOPIC_BYTES_MAX + 1 + message);
    }

    /** Messages that may wait for stdout: fewer where they may be larger than usual. */
    private int unreadMax() {
        long usual = (long) PubSub.SUBSCRIBER_QUEUE_DEFAULT * TopicOptions.MESSAGE_LENGTH_MAX_DEFAULT;
        return (int) Math.min(PubSub.SUBSCRIBER_QUEUE_DEFAULT, usual / maxSize);
    }

    private void finish() {
        try {
            underWay.awaitEmpty(FINISH_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    private void publish(Speaker speaker, PubSub pubsub, byte[] line) {
        int tab = 0;
        while (tab < line.length && line[tab] != '\t') {
            tab++;
        }
        boolean named = tab < line.length;
        String topic = named ? new String(line, 0, tab, StandardCharsets.UTF_8) : topics.get(0);
        byte[] data = named ? Arrays.copyOfRange(line, tab + 1, line.length) : line;
        try {
            checkTopic(topic);
        } catch (BadArgument e) {
            speaker.error("STDIN", e.getMessage() + "; the line was not published");
            return;
        }
        if (stdin == Stdin.BASE64) {
            try {
                data = Base64.getDecoder().decode(new String(data, StandardCharsets.ISO_8859_1).strip());
            } catch (IllegalArgumentException e) {
                speaker.error("STDIN", "a line is not base64 (" + e.getMessage() + "); it was not published");
                return;
            }
        }
        try {
            publish(speaker, pubsub, topic, data);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stdin waits while much is under way: whoever feeds us is slowed down, and nothing is lost. */
    private void publish(Speaker speaker, PubSub pubsub, String topic, byte[] data) throws InterruptedException {
        underWay.enter(data.length);
        Publication publication = publishPatiently(pubsub, topic, data);
        CompletableFuture<Outcome> outcome = publication.outcome();
        outcome.thenAcceptAsync(known -> say(speaker, publication, known), teller);
        outcome.copy()
                .completeOnTimeout(null, SLOW_PEER_MS, TimeUnit.MILLISECONDS)
                .whenCompleteAsync((known, failure) -> underWay.leave(data.length), teller);
    }

    private static Publication publishPatiently(PubSub pubsub, String topic, byte[] data) {
        long sinceNs = System.nanoTime();
        while (true) {
            Publication publication = pubsub.publish(topic, data);
            boolean busy = publication.outcome().isDone()
                    && publication.outcome().join().status() == Outcome.Status.BUSY;
            if (!busy || System.nanoTime() - sinceNs > TimeUnit.MILLISECONDS.toNanos(BUSY_PATIENCE_MS)) {
                return publication;
            }
            LockSupport.parkNanos(BUSY_PAUSE_NS); // others filled the mailbox: what we have under way does not
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
                Speaker.oneLine(message.topic()) + "  " + (from == null ? "" : from + "  ")
                        + Speaker.oneLine(new String(message.data(), StandardCharsets.UTF_8)));
    }

    /** Says what comes, and how much stdout was too slow for. */
    private static final class Reader implements Consumer<Message> {
        private final Speaker speaker;
        private volatile @Nullable Subscription subscription;
        private long droppedTold;

        private Reader(Speaker speaker) {
            this.speaker = speaker;
        }

        @Override
        public void accept(Message message) {
            say(speaker, message);
            Subscription own = subscription;
            long dropped = own == null ? 0 : own.dropped();
            if (dropped > droppedTold) {
                speaker.warn(dropped - droppedTold + " messages of " + message.topic()
                        + " were left out: stdout is not read fast enough");
                droppedTold = dropped;
            }
        }
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
            speaker.eventIfRoom(
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
                speaker.eventIfRoom(
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
                speaker.eventIfRoom(
                        "drop",
                        g -> {
                            g.writeStringField("peer", peer.toString());
                            g.writeNumberField("messages", messages);
                        },
                        messages + " messages dropped for " + peer);
            }
        }

        private void topicEvent(String event, PeerId peer, String topic, String verb) {
            speaker.eventIfRoom(
                    event,
                    g -> {
                        g.writeStringField("peer", peer.toString());
                        g.writeStringField("topic", topic);
                    },
                    peer + " " + verb + " " + Speaker.oneLine(topic));
        }
    }
}
