package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.dial.DialFailure;
import io.outcry.transport.yamux.Yamux;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts on loopback, over each muxer. */
@ExtendWith(LeakCheck.class)
class HostIT {

    private static final String ECHO = "/echo/1.0.0";

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void echoesAndHalfCloses(String muxer) {
        Host a = hosts.start(muxer);
        Host b = hosts.start(muxer);
        b.handle(ECHO, Hosts.echo());
        Connection connection = hosts.connect(a, b);
        assertThat(connection.muxer()).isEqualTo(muxer);
        assertThat(connection.peer()).isEqualTo(b.peerId());
        assertThat(connection.peerKey().peerId()).isEqualTo(b.peerId());
        Stream stream = await(a.newStream(b.peerId(), ECHO));
        Collector answer = new Collector();
        stream.reader(answer);
        await(bytes("hello", stream::write));
        await(stream.closeWrite());
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.cause()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void aResetIsAResetAndNotAnEnd(String muxer) {
        Host a = hosts.start(muxer);
        Host b = hosts.start(muxer);
        b.handle("/reset/1.0.0", stream -> stream.reader((s, data) -> s.reset()));
        hosts.connect(a, b);
        Stream stream = await(a.newStream(b.peerId(), "/reset/1.0.0"));
        Collector answer = new Collector();
        stream.reader(answer);
        await(bytes("go away", stream::write));
        assertThat(answer.cause()).isNotNull();
        assertThat(reason(answer)).isEqualTo(Reason.RESET_BY_PEER);
        assertThatThrownBy(() -> await(bytes("more", stream::write))).isInstanceOf(StreamException.class);
    }

    @Test
    void aReaderThatStopsStopsNobodyElseAndItsWriterSeesIt() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        ConcurrentLinkedQueue<Stream> stopped = new ConcurrentLinkedQueue<>();
        b.handle("/stop/1.0.0", stream -> {
            stream.autoCredit(false);
            stream.reader((s, data) -> {});
            stopped.add(stream);
        });
        b.handle(ECHO, Hosts.echo());
        hosts.connect(a, b);
        Stream stuck = await(a.newStream(b.peerId(), "/stop/1.0.0"));
        Collector nothing = new Collector();
        stuck.reader(nothing);
        CompletableFuture<Void> first = bytes("x".repeat(64 << 10), stuck::write);
        await(first);
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        while (stuck.isWritable()) {
            writes.add(bytes("x".repeat(64 << 10), stuck::write));
        }
        // At most what the window still took has left since.
        assertThat(stuck.queuedBytes()).isGreaterThan(a.options().limits().streamHighWaterBytes() - Yamux.WINDOW_START);
        Stream other = await(a.newStream(b.peerId(), ECHO));
        Collector answer = new Collector();
        other.reader(answer);
        bytes("y".repeat(1 << 20), other::write);
        other.closeWrite();
        assertThat(answer.text()).hasSize(1 << 20);
        assertThat(writes.get(writes.size() - 1)).isNotDone();
        assertThat(stuck.isWritable()).isFalse();
        Hosts.eventually(() -> !stopped.isEmpty());
        Stream reading = stopped.peek();
        reading.autoCredit(true);
        reading.consumed(1 << 20);
        writes.forEach(Hosts::await);
        Hosts.eventually(stuck::isWritable);
    }

    @Test
    void futuresOfWritesFailWhenTheConnectionEnds() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle("/stop/1.0.0", stream -> stream.autoCredit(false));
        hosts.connect(a, b);
        Stream stuck = await(a.newStream(b.peerId(), "/stop/1.0.0"));
        Collector nothing = new Collector();
        stuck.reader(nothing);
        CompletableFuture<Void> last = new CompletableFuture<>();
        for (int i = 0; i < 10; i++) {
            last = bytes("x".repeat(64 << 10), stuck::write);
        }
        b.close();
        CompletableFuture<Void> never = last;
        assertThatThrownBy(() -> await(never)).isInstanceOf(StreamException.class);
        assertThat(reason(nothing)).isEqualTo(Reason.CONNECTION_CLOSED);
    }

    @Test
    void callersOfOnePeerShareOneDial() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        List<CompletableFuture<Connection>> calls = IntStream.range(0, 20)
                .mapToObj(i -> a.connect(b.peerId(), b.listenAddresses()))
                .toList();
        assertThat(calls.stream().map(Hosts::await).distinct()).hasSize(1);
        assertThat(a.connections()).hasSize(1);
        assertThat(b.counters().accepted()).isEqualTo(1);
    }

    @Test
    void dialsFromBothSidesAtOnceGiveUsableConnections() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        a.handle(ECHO, Hosts.echo());
        b.handle(ECHO, Hosts.echo());
        CompletableFuture<Connection> there = a.connect(b.peerAddresses().get(0));
        CompletableFuture<Connection> back = b.connect(a.peerAddresses().get(0));
        for (Connection connection : List.of(await(there), await(back))) {
            Stream stream = await(connection.newStream(List.of(ECHO)));
            Collector answer = new Collector();
            stream.reader(answer);
            bytes("both", stream::write);
            stream.closeWrite();
            assertThat(answer.text()).isEqualTo("both");
        }
    }

    @Test
    void portZeroTellsTheRealPort() {
        Host a = hosts.start(HostOptions.YAMUX);
        assertThat(a.listenAddresses())
                .singleElement()
                .satisfies(address ->
                        assertThat(address.tcpAddress().orElseThrow().getPort()).isPositive());
        assertThat(a.peerAddresses().get(0).peerId()).contains(a.peerId());
    }

    @Test
    void aPortInUseIsSaidClearlyAndIsFreeAfterClosing() {
        Host a = hosts.start(HostOptions.YAMUX);
        Multiaddr address = a.listenAddresses().get(0);
        HostOptions same = HostOptions.builder().listen(address).build();
        assertThatThrownBy(() -> Host.start(same))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining(address.toString())
                .hasMessageContaining("in use");
        a.close();
        a.close();
        hosts.start(options -> options.listen(address));
    }

    @Test
    void aWildcardTellsTheInterfaces() {
        Host a = Host.start(HostOptions.builder().listen("/ip4/0.0.0.0/tcp/0").build());
        hosts.add(a);
        assertThat(a.listenAddresses())
                .isNotEmpty()
                .noneMatch(address -> address.toString().contains("0.0.0.0"));
    }

    @Test
    void anotherPeerThanTheOneDialledIsRefused() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        Multiaddr wrong = b.listenAddresses()
                .get(0)
                .withPeer(PrivateKey.generate(KeyType.ED25519).peerId());
        assertThat(failure(a.connect(wrong))).isEqualTo(DialFailure.WRONG_PEER);
        assertThat(a.connections()).isEmpty();
    }

    @Test
    void ourselvesAreNotDialled() {
        Host a = hosts.start(HostOptions.YAMUX);
        assertThat(failure(a.connect(a.peerAddresses().get(0)))).isEqualTo(DialFailure.SELF);
    }

    @Test
    void nobodyListeningFailsAndBacksOff() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        List<Multiaddr> gone = b.listenAddresses();
        b.close();
        assertThatThrownBy(() -> await(a.connect(b.peerId(), gone)))
                .isInstanceOf(DialException.class)
                .hasMessageContaining(gone.get(0).toString());
        assertThat(failure(a.connect(b.peerId(), gone))).isEqualTo(DialFailure.BACKOFF);
    }

    @Test
    void aProtocolNobodySpeaksIsSaidSo() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        hosts.connect(a, b);
        assertThatThrownBy(() -> await(a.newStream(b.peerId(), List.of("/no/1", "/no/2"))))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.UNSUPPORTED_PROTOCOL));
    }

    @Test
    void theFirstProtocolBothSpeakIsAgreed() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle("/two/1", Hosts.echo());
        b.handleMatching("family", name -> name.startsWith("/family/"), Hosts.echo(), StreamLimits.DEFAULT);
        hosts.connect(a, b);
        assertThat(await(a.newStream(b.peerId(), List.of("/one/1", "/two/1"))).protocol())
                .isEqualTo("/two/1");
        assertThat(await(a.newStream(b.peerId(), "/family/7")).protocol()).isEqualTo("/family/7");
    }

    @Test
    void aMatchFunctionThatThrowsSpeaksNothingAndTheConnectionLives() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handleMatching(
                "fragile",
                name -> {
                    throw new IllegalStateException("cannot read " + name);
                },
                Hosts.echo(),
                StreamLimits.DEFAULT);
        Connection connection = hosts.connect(a, b);
        assertThatThrownBy(() -> await(a.newStream(b.peerId(), "/what/1")))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.UNSUPPORTED_PROTOCOL));
        assertThat(await(a.ping(b.peerId()))).isPositive();
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void eventsOfAPeerAreOrderedAndACallbackMayClose() throws InterruptedException {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        CountDownLatch gone = new CountDownLatch(5);
        b.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                events.add("connected");
                connection.close();
            }

            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                events.add("disconnected");
                gone.countDown();
            }
        });
        for (int i = 0; i < 5; i++) {
            Connection connection = hosts.connect(a, b);
            Hosts.eventually(() -> !connection.isOpen() && a.connections().isEmpty());
        }
        assertThat(gone.await(Hosts.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(events).hasSize(10);
        assertThat(String.join(" ", events))
                .isEqualTo("connected disconnected ".repeat(5).trim());
    }

    @Test
    void noStreamComesBeforeItsConnectionWasTold() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        ConcurrentLinkedQueue<Connection> told = new ConcurrentLinkedQueue<>();
        CompletableFuture<Boolean> inOrder = new CompletableFuture<>();
        b.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                told.add(connection);
            }
        });
        b.handle(ECHO, stream -> inOrder.complete(told.contains(stream.connection())));
        hosts.connect(a, b);
        a.newStream(b.peerId(), ECHO);
        assertThat(await(inOrder)).isTrue();
    }

    @Test
    void aListenerMayOpenAStreamAsSoonAsItHearsOfAConnection() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        a.handle(ECHO, Hosts.echo());
        CompletableFuture<Stream> opened = new CompletableFuture<>();
        b.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                connection.newStream(List.of(ECHO)).whenComplete((stream, failure) -> {
                    if (failure == null) {
                        opened.complete(stream);
                    } else {
                        opened.completeExceptionally(failure);
                    }
                });
            }
        });
        hosts.connect(a, b);
        Stream stream = await(opened);
        Collector answer = new Collector();
        stream.reader(answer);
        bytes("early", stream::write);
        stream.closeWrite();
        assertThat(answer.text()).isEqualTo("early");
    }

    @Test
    void aHostMayBeClosedFromACallback() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.addListener(new HostListener() {
            @Override
            public void onConnected(Connection connection) {
                b.close();
            }
        });
        a.connect(b.peerAddresses().get(0));
        b.close();
        Hosts.eventually(() -> a.connections().isEmpty());
    }

    @Test
    void streamsPerProtocolAreLimited() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(ECHO, Hosts.echo(), new StreamLimits(3, 3, 3));
        hosts.connect(a, b);
        List<Stream> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Stream stream = await(a.newStream(b.peerId(), ECHO));
            stream.reader(new Collector());
            open.add(stream);
            bytes("x", stream::write);
        }
        assertThat(Hosts.refusal(a.newStream(b.peerId(), ECHO)).reason()).isEqualTo(Reason.RESET_BY_PEER);
        open.get(0).reset();
        Hosts.eventually(() -> a.newStream(b.peerId(), ECHO)
                .thenCompose(again -> {
                    Collector answer = new Collector();
                    again.reader(answer);
                    bytes("again", again::write);
                    again.closeWrite();
                    return answer.whole();
                })
                .exceptionally(refused -> "")
                .join()
                .equals("again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void pingsAndMeasures(String muxer) {
        Host a = hosts.start(muxer);
        Host b = hosts.start(options -> options.muxers(muxer).servePerf(true));
        hosts.connect(a, b);
        List<CompletableFuture<Duration>> pings =
                IntStream.range(0, 10).mapToObj(i -> a.ping(b.peerId())).toList();
        pings.forEach(ping -> assertThat(await(ping)).isPositive());
        PerfResult perf = await(a.perf(b.peerId(), 16 << 20, 16 << 20));
        assertThat(perf.uploadedBytes()).isEqualTo(16 << 20);
        assertThat(perf.downloadedBytes()).isEqualTo(16 << 20);
        PerfResult nothing = await(a.perf(b.peerId(), 0, 0));
        assertThat(nothing.downloadedBytes()).isZero();
    }

    /** With less memory than a stream may queue, writes fail; bytes that were not sent are not counted as sent. */
    @Test
    void aMeasurementThatRunsOutOfMemoryFailsAndSaysSo() {
        Host small = hosts.start(options -> options.servePerf(true).memory(new MemoryBudget("small", 768 << 10)));
        Host large = hosts.start(options -> options.servePerf(true));
        hosts.connect(small, large);
        assertPerfFails(small, large, 64 << 20, 0, Reason.LIMIT);
        assertPerfFails(large, small, 0, 64 << 20, Reason.RESET_BY_PEER);
    }

    private static void assertPerfFails(Host from, Host to, long up, long down, Reason reason) {
        assertThatThrownBy(() -> await(from.perf(to.peerId(), up, down)))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    @Test
    void disconnectClosesEveryConnectionOfAPeer() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        hosts.connect(a, b);
        await(a.disconnect(b.peerId()));
        Hosts.eventually(() -> a.connections().isEmpty() && b.connections().isEmpty());
        assertThat(a.isConnected(b.peerId())).isFalse();
    }

    @Test
    void memoryReturnsToNothingWhenAllIsClosed() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(ECHO, Hosts.echo());
        Connection connection = hosts.connect(a, b);
        Stream stream = await(a.newStream(b.peerId(), ECHO));
        stream.reader(new Collector());
        await(bytes("x".repeat(100_000), stream::write));
        assertThat(a.memory().used()).isPositive();
        await(connection.close());
        Hosts.eventually(() -> a.memory().used() == 0 && b.memory().used() == 0);
    }

    @Test
    void aHandlerThatThrowsCostsItsStreamOnly() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle("/throws/1", stream -> {
            throw new IllegalStateException("on purpose");
        });
        b.handle(ECHO, Hosts.echo());
        hosts.connect(a, b);
        assertThat(Hosts.refusal(a.newStream(b.peerId(), "/throws/1")).reason()).isEqualTo(Reason.RESET_BY_PEER);
        Stream good = await(a.newStream(b.peerId(), ECHO));
        Collector answer = new Collector();
        good.reader(answer);
        bytes("fine", good::write);
        good.closeWrite();
        assertThat(answer.text()).isEqualTo("fine");
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void aReaderThatComesLateHearsEverythingInOrder(String muxer) {
        Host a = hosts.start(muxer);
        Host b = hosts.start(muxer);
        b.handle("/tell/1", stream -> {
            for (int i = 0; i < 100; i++) {
                bytes(i + ",", stream::write);
            }
            stream.closeWrite();
        });
        Connection connection = hosts.connect(a, b);
        Stream stream = await(a.newStream(b.peerId(), "/tell/1"));
        await(stream.closeWrite());
        Hosts.eventually(() -> connection.streamCount() == 0);
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        stream.reader(new StreamReader() {
            @Override
            public void onData(Stream same, ByteBuf data) {
                heard.add(data.toString(StandardCharsets.US_ASCII));
            }

            @Override
            public void onRemoteClosed(Stream same) {
                heard.add("closed");
            }

            @Override
            public void onClosed(Stream same, @Nullable StreamException cause) {
                heard.add(cause == null ? "over" : cause.toString());
                end.complete(null);
            }
        });
        await(end);
        String expected = IntStream.range(0, 100).mapToObj(i -> i + ",").collect(Collectors.joining()) + "closedover";
        assertThat(String.join("", heard)).isEqualTo(expected);
    }

    @Test
    void oneBufferMayGoToManyStreams() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(ECHO, Hosts.echo());
        hosts.connect(a, b);
        ByteBuf shared = Hosts.buffer("shared");
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Stream stream = await(a.newStream(b.peerId(), ECHO));
            Collector answer = new Collector();
            answers.add(answer);
            stream.reader(answer);
            stream.write(shared);
            stream.closeWrite();
        }
        shared.release();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.text()).isEqualTo("shared"));
    }

    private static Reason reason(Collector stream) {
        return Objects.requireNonNull(stream.cause(), "the stream ended in order")
                .reason();
    }

    private static DialFailure failure(CompletableFuture<Connection> dial) {
        try {
            await(dial);
        } catch (DialException failed) {
            return failed.reason();
        }
        throw new AssertionError("the dial did not fail");
    }
}
