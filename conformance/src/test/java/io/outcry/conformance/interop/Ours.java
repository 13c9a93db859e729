package io.outcry.conformance.interop;

import io.outcry.conformance.peers.Program;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.gossip.Message;
import io.outcry.gossip.PubSub;
import io.outcry.gossip.PubSubListener;
import io.outcry.gossip.PubSubOptions;
import io.outcry.gossip.TopicOptions;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Our node as an embedder has it: a host, and pubsub on it. What it hears and sees is kept. */
final class Ours implements AutoCloseable {

    /** A message as the other side would report it. */
    record Heard(String topic, String from, String id, String sha256, int length) {}

    private final Host host;
    private final PubSub pubsub;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> subscribed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> grafts = new LinkedBlockingQueue<>();

    private Ours(Host host, TopicOptions topics) {
        this.host = host;
        this.pubsub = PubSub.start(
                host,
                PubSubOptions.builder()
                        .defaultTopic(topics)
                        .listener(new Events())
                        .build());
    }

    static Ours start(KeyType key, TopicOptions topics) {
        Host host = Host.start(HostOptions.builder()
                .listen("/ip4/127.0.0.1/tcp/0")
                .privateKey(PrivateKey.generate(key))
                .ioThreads(1)
                .build());
        return new Ours(host, topics);
    }

    PubSub pubsub() {
        return pubsub;
    }

    String peerId() {
        return host.peerId().toString();
    }

    String address() {
        return host.listenAddresses().get(0).withPeer(host.peerId()).toString();
    }

    void subscribe(String topic) {
        pubsub.subscribe(topic, message -> heard.add(asHeard(message)));
    }

    void connect(String address) throws Exception {
        host.connect(Multiaddr.parse(address)).get(Program.TIMEOUT_S, TimeUnit.SECONDS);
    }

    /** Waits until {@code peer} is known to be subscribed to {@code topic}. */
    void awaitSubscribed(String topic, String peer) throws InterruptedException {
        await(subscribed, topic, peer);
    }

    /** Waits until {@code peer} is in the mesh of {@code topic}. */
    void awaitGraft(String topic, String peer) throws InterruptedException {
        await(grafts, topic, peer);
    }

    private static void await(BlockingQueue<String> events, String topic, String peer) throws InterruptedException {
        String event;
        do {
            event = events.poll(Program.TIMEOUT_S, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("nothing was heard of " + peer + " and " + topic);
            }
        } while (!event.equals(topic + " " + peer));
    }

    /** The next {@code count} messages; fewer if no more come in time. */
    List<Heard> await(int count) throws InterruptedException {
        List<Heard> all = new ArrayList<>();
        while (all.size() < count) {
            Heard next = heard.poll(Program.TIMEOUT_S, TimeUnit.SECONDS);
            if (next == null) {
                break;
            }
            all.add(next);
        }
        return all;
    }

    /** What came beyond what was awaited. */
    List<Heard> rest() {
        List<Heard> rest = new ArrayList<>();
        heard.drainTo(rest);
        return rest;
    }

    /** Message {@code number} as the foreign peers make it: its number, then a pattern. */
    static byte[] payload(int number, int size) {
        byte[] data = new byte[size];
        for (int at = 0; at < size; at++) {
            data[at] = (byte) (number * 31 + at);
        }
        for (int at = 0; at < 4; at++) {
            data[at] = (byte) (number >>> (24 - 8 * at));
        }
        return data;
    }

    static String sha256(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Heard asHeard(Message message) {
        return new Heard(
                message.topic(),
                message.author().map(PeerId::toString).orElse(""),
                HexFormat.of().formatHex(message.id().bytes()),
                sha256(message.data()),
                message.data().length);
    }

    @Override
    public void close() {
        pubsub.close();
        host.close();
    }

    private final class Events implements PubSubListener {
        @Override
        public void onSubscribed(PeerId peer, String topic) {
            subscribed.add(topic + " " + peer);
        }

        @Override
        public void onGraft(PeerId peer, String topic, boolean byUs) {
            grafts.add(topic + " " + peer);
        }
    }
}
