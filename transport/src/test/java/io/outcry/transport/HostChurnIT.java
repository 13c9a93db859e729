package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import io.outcry.testkit.Threads;
import io.outcry.transport.Hosts.Collector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers come and go, in every way there is, for thousands of rounds: nothing of them stays. */
@ExtendWith({LeakCheck.class, Seeds.class})
class HostChurnIT {

    private static final String ECHO = "/echo/1.0.0";
    private static final int DIALLERS = 3;
    private static final int ROUNDS = 1_000;

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void thousandsOfConnectionsLeaveNoEntryInAnyMap(long seed) {
        Host b = hosts.start(options -> options.timeouts(HostTimeouts.DEFAULT.withPushDebounceMs(1)));
        b.handle(ECHO, Hosts.echo());
        List<Host> diallers = new ArrayList<>();
        for (int i = 0; i < DIALLERS; i++) {
            diallers.add(hosts.start(HostOptions.YAMUX));
        }
        AtomicInteger told = new AtomicInteger();
        b.addListener(new Counting(told));
        List<Multiaddr> addresses = b.listenAddresses();
        for (Host a : diallers) {
            hosts.connect(a, b);
            Hosts.eventually(() -> a.identified(b.peerId()).isPresent()
                    && b.identified(a.peerId()).isPresent());
            for (Way way : Way.values()) {
                round(a, b, addresses, way);
            }
        }
        settle(diallers, b);
        Hosts.eventually(() -> Holdings.of(b).containsKey("Told.protocols"));
        List<Map<String, Integer>> before = diallers.stream().map(Holdings::of).toList();
        Map<String, Integer> beforeOfB = Holdings.of(b);

        // The first host has two threads that quarrel about its connection.
        CompletableFuture<?>[] all = new CompletableFuture<?>[DIALLERS + 1];
        for (int i = 0; i < all.length; i++) {
            Host a = diallers.get(i % DIALLERS);
            RandomGenerator random = Seeds.random(seed + i);
            all[i] = Threads.run(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    round(a, b, addresses, Way.values()[random.nextInt(Way.values().length)]);
                }
            });
        }
        for (CompletableFuture<?> each : all) {
            each.join();
        }

        settle(diallers, b);
        assertThat(told).hasValue(0);
        assertThat(b.counters().connected()).isGreaterThan(ROUNDS);
        assertThat(b.counters().connected()).isEqualTo(b.counters().disconnected());
        assertThat(diallers.stream().map(Holdings::of).toList()).isEqualTo(before);
        assertThat(Holdings.of(b)).isEqualTo(beforeOfB);
    }

    /** How many connections are up, by what was told. */
    private record Counting(AtomicInteger up) implements HostListener {

        @Override
        public void onConnected(Connection connection) {
            up.incrementAndGet();
        }

        @Override
        public void onDisconnected(Connection connection, DisconnectReason reason) {
            up.decrementAndGet();
        }
    }

    private enum Way {
        DIALLER_LEAVES,
        LISTENER_LEAVES,
        SOCKET_BREAKS,
        CALLER_GIVES_UP,
        IN_MID_STREAM
    }

    /** One peer comes and goes; whatever another thread does to the same peer meanwhile. */
    private static void round(Host a, Host b, List<Multiaddr> addresses, Way way) {
        try {
            CompletableFuture<Connection> dial = a.connect(addresses.get(0).withPeer(b.peerId()));
            if (way == Way.CALLER_GIVES_UP) {
                dial.cancel(false);
                return;
            }
            Connection connection = await(dial);
            if (way == Way.IN_MID_STREAM) {
                Stream stream = await(connection.newStream(List.of(ECHO)));
                stream.reader(new Collector());
                bytes("some of it", stream::write);
            }
            switch (way) {
                case LISTENER_LEAVES -> await(b.disconnect(a.peerId()));
                case SOCKET_BREAKS -> ((NetConnection) connection).channel().close();
                default -> await(connection.close());
            }
        } catch (TransportException | CancellationException gone) {
            // Another thread was quicker to end it.
        }
    }

    private static void settle(List<Host> diallers, Host b) {
        for (Host a : diallers) {
            await(a.disconnect(b.peerId()));
            await(b.disconnect(a.peerId()));
        }
        Hosts.eventually(() -> b.connections().isEmpty() && b.memory().used() == 0 && b.handshakes() == 0);
        Hosts.eventually(() -> diallers.stream()
                .allMatch(a -> a.connections().isEmpty() && a.memory().used() == 0));
    }
}
