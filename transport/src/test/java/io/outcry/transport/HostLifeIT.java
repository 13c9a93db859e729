package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Threads;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.dial.DialFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A host's life where it is roughest: closing in the middle of everything, and callbacks that throw. */
@ExtendWith(LeakCheck.class)
class HostLifeIT {

    private static final String ECHO = "/echo/1.0.0";
    private static final int GO_AWAY = 3;
    private static final int DATA = 0;
    private static final int SYN = 1;

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void whenAHostClosesEveryEndIsToldAlsoOfThoseWhoDoNotListen() throws IOException {
        Host host = hosts.start(options -> options.timeouts(HostTimeouts.DEFAULT.withCloseMs(1_000)));
        host.handle("/flood/1", stream -> {
            stream.reader((same, data) -> {});
            while (stream.isWritable()) {
                bytes("x".repeat(64 << 10), stream::write);
            }
        });
        ConcurrentLinkedQueue<PeerId> connected = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<PeerId> disconnected = new ConcurrentLinkedQueue<>();
        host.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                connected.add(connection.peer());
            }

            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                assertThat(reason).isEqualTo(DisconnectReason.HOST_CLOSED);
                disconnected.add(connection.peer());
            }
        });
        List<RawLink> deaf = new ArrayList<>();
        byte[] please = "\u0013/multistream/1.0.0\n\t/flood/1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i < 3; i++) {
            RawLink link = RawLink.secured(host, HostOptions.YAMUX);
            deaf.add(link);
            link.yamux(DATA, SYN, 1, please.length, please);
            link.yamux(1, 0, 1, 1 << 30, new byte[0]);
        }
        for (int i = 0; i < 5; i++) {
            hosts.connect(hosts.start(HostOptions.YAMUX), host);
        }
        Hosts.eventually(() -> connected.size() == 8);
        Hosts.eventually(() ->
                host.connections().stream().mapToInt(Connection::streamCount).sum() >= 3);
        host.close();
        assertThat(disconnected).containsExactlyInAnyOrderElementsOf(connected);
        assertThat(host.connections()).isEmpty();
        for (RawLink link : deaf) {
            link.close();
        }
    }

    @Test
    void whoeverConnectsWhileAHostClosesIsAnswered() {
        for (int round = 0; round < 20; round++) {
            Host a = Host.start(HostOptions.builder().ioThreads(1).build());
            Multiaddr nobody = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
            List<CompletableFuture<Connection>> dials = new ArrayList<>();
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch started = new CountDownLatch(1);
            CompletableFuture<Void> dialling = Threads.run(() -> {
                while (!over.get()) {
                    dials.add(a.connect(nobody));
                    started.countDown();
                }
            });
            try {
                started.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            a.close();
            over.set(true);
            await(dialling);
            for (CompletableFuture<Connection> dial : dials) {
                Hosts.eventually(dial::isDone);
            }
            assertThat(dials).allMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    @Test
    void aPeerThatGoesAwayButStaysIsDialledAnew() throws IOException {
        Host host = hosts.start(HostOptions.YAMUX);
        host.handle(ECHO, Hosts.echo());
        byte[] please =
                "\u0013/multistream/1.0.0\n\f/echo/1.0.0\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (RawLink leaving = RawLink.secured(host, HostOptions.YAMUX)) {
            leaving.yamux(DATA, SYN, 1, please.length, please);
            leaving.yamux(GO_AWAY, 0, 0, 0, new byte[0]);
            Hosts.eventually(() -> host.connections().size() == 1);
            NetConnection connection = (NetConnection) host.connections().get(0);
            PeerId peer = connection.peer();
            Hosts.eventually(() -> !connection.takesStreams());
            // Its own connection takes no stream any more, and nowhere else it can be found.
            assertThatThrownBy(() -> await(host.newStream(peer, ECHO)))
                    .isInstanceOfSatisfying(
                            DialException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(DialFailure.NO_ADDRESSES));
            assertThat(host.isConnected(peer)).isTrue();
        }
    }

    @Test
    void callbacksThatThrowErrorsCostNobodyElse() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                throw new AssertionError("on purpose");
            }
        });
        ConcurrentLinkedQueue<PeerId> told = new ConcurrentLinkedQueue<>();
        b.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                told.add(connection.peer());
            }
        });
        b.handle("/throws/1", stream -> {
            throw new AssertionError("on purpose");
        });
        b.handleMatching(
                "picky",
                name -> {
                    throw new IllegalStateException("on purpose");
                },
                Hosts.echo(),
                StreamLimits.DEFAULT);
        b.handle(ECHO, Hosts.echo());
        hosts.connect(a, b);
        assertThat(end(a, b, "/throws/1").reason()).isEqualTo(Reason.RESET_BY_PEER);
        assertThat(end(a, b, "/unknown/1").reason()).isEqualTo(Reason.UNSUPPORTED_PROTOCOL);
        Stream good = await(a.newStream(b.peerId(), ECHO));
        Collector answer = new Collector();
        good.reader(answer);
        bytes("fine", good::write);
        good.closeWrite();
        assertThat(answer.text()).isEqualTo("fine");
        assertThat(told).containsExactly(a.peerId());
        assertThat(a.connections()).hasSize(1);
    }

    private static StreamException end(Host from, Host to, String protocol) {
        try {
            Stream stream = await(from.newStream(to.peerId(), List.of(protocol, "/neither/1")));
            Collector end = new Collector();
            stream.reader(end);
            @Nullable StreamException cause = end.cause();
            return Objects.requireNonNull(cause, "the stream ended in order");
        } catch (StreamException refused) {
            return refused;
        }
    }

    @Test
    void listeningFromAStreamsCallbackIsRefusedInsteadOfHanging() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<Multiaddr> listening = new CompletableFuture<>();
        b.handle("/listen/1", stream -> {
            try {
                listening.complete(b.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
            } catch (RuntimeException refused) {
                listening.completeExceptionally(refused);
            }
        });
        hosts.connect(a, b);
        a.newStream(b.peerId(), "/listen/1");
        assertThatThrownBy(() -> await(listening)).hasMessageContaining("thread of your own");
    }
}
