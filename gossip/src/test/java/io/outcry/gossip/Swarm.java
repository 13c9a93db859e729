package io.outcry.gossip;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.gossip.router.PruneReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Hosts with PubSub on loopback. */
final class Swarm implements AutoCloseable {

    /** Bounds a failure; nothing waits this long that works. */
    static final long PATIENCE_S = 60;

    final List<Host> hosts = new ArrayList<>();
    final List<PubSub> pubsubs = new ArrayList<>();
    private final Object changed = new Object();

    /** One more host with PubSub; its events wake those who {@link #await}. */
    PubSub add(KeyType type, PubSubOptions.Builder options) {
        Host host = host(type);
        PubSub pubsub = PubSub.start(host, options.listener(new Wakes()).build());
        pubsubs.add(pubsub);
        return pubsub;
    }

    Host host(KeyType type) {
        Host host = Host.start(HostOptions.builder()
                .privateKey(PrivateKey.generate(type))
                .listen("/ip4/127.0.0.1/tcp/0")
                .build());
        hosts.add(host);
        return host;
    }

    void connect(int from, int to) {
        hosts.get(from)
                .connect(hosts.get(to).peerAddresses().get(0))
                .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                .join();
    }

    /** Waits until events of the pubsubs, or {@link #wake}, have made the condition true. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long endNs = System.nanoTime() + Duration.ofSeconds(PATIENCE_S).toNanos();
        synchronized (changed) {
            while (!condition.getAsBoolean()) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
                if (leftMs <= 0) {
                    throw new AssertionError("waited in vain until " + what);
                }
                changed.wait(leftMs);
            }
        }
    }

    void wake() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("still " + latch.getCount() + " to come");
        }
    }

    @Override
    public void close() {
        pubsubs.forEach(PubSub::close);
        hosts.forEach(Host::close);
    }

    private final class Wakes implements PubSubListener {
        @Override
        public void onPeerUp(PeerId peer, String protocol) {
            wake();
        }

        @Override
        public void onPeerDown(PeerId peer) {
            wake();
        }

        @Override
        public void onSubscribed(PeerId peer, String topic) {
            wake();
        }

        @Override
        public void onUnsubscribed(PeerId peer, String topic) {
            wake();
        }

        @Override
        public void onGraft(PeerId peer, String topic, boolean byUs) {
            wake();
        }

        @Override
        public void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {
            wake();
        }

        @Override
        public void onDropped(PeerId peer, long messages) {
            wake();
        }
    }
}
