package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import io.outcry.transport.Hosts.Collector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Peers that mean harm harm themselves only. In each test an honest peer talks to the victim before, during and after; the
 * victim's budget stays under its limit and returns to where it was.
 */
@ExtendWith({LeakCheck.class, Seeds.class})
class HostAbuseIT {

    private static final String ECHO = "/echo/1.0.0";
    private static final long BUDGET_BYTES = 32L << 20;

    private static final int DATA = 0;
    private static final int WINDOW = 1;
    private static final int PING = 2;
    private static final int SYN = 1;
    private static final int RST = 8;
    private static final byte[] NOTHING = {};
    private static final byte[] ECHO_PLEASE =
            "\u0013/multistream/1.0.0\n\f/echo/1.0.0\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PERF_PLEASE =
            "\u0013/multistream/1.0.0\n\f/perf/1.0.0\n".getBytes(StandardCharsets.US_ASCII);

    private final Hosts hosts = new Hosts();
    private final MemoryBudget memory = new MemoryBudget("victim", BUDGET_BYTES);
    private Host victim;
    private Host honest;
    private long baseline;

    @BeforeEach
    void start() {
        // Long enough for an honest handshake on a busy machine, and short enough to be waited for.
        victim = hosts.start(options -> options.memory(memory)
                .servePerf(true)
                .timeouts(HostTimeouts.DEFAULT.withUpgradeMs(3_000).withStreamNegotiationMs(3_000)));
        victim.handle(ECHO, Hosts.echo());
        honest = hosts.start(HostOptions.YAMUX);
        hosts.connect(honest, victim);
        Hosts.eventually(() -> victim.identified(honest.peerId()).isPresent()
                && honest.identified(victim.peerId()).isPresent());
        honestTalk();
        Hosts.eventually(() -> victim.connections().get(0).streamCount() == 0);
        Hosts.eventually(() -> memory.used() == TcpTransport.SOCKET_BYTES);
        baseline = memory.used();
    }

    @AfterEach
    void close() {
        hosts.close();
        assertThat(memory.used()).isZero();
    }

    @Test
    void whoStopsReadingIsStoppedByItsOwnWindow() throws IOException {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            for (int stream = 1; stream < 64; stream += 2) {
                bad.yamux(DATA, SYN, stream, ECHO_PLEASE.length, ECHO_PLEASE);
                for (int i = 0; i < 8; i++) {
                    bad.yamux(DATA, 0, stream, 16 << 10, new byte[16 << 10]);
                }
            }
            honestTalk();
            assertBounded();
        }
        assertBackToBaseline();
    }

    @Test
    void whoOpensTheWindowAndDoesNotReadTheSocketIsBoundedToo() throws IOException {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            bad.yamux(DATA, SYN, 1, PERF_PLEASE.length, PERF_PLEASE);
            bad.yamux(WINDOW, 0, 1, 1 << 30, NOTHING);
            bad.yamux(DATA, 4, 1, 8, new byte[] {0, 0, 0, 0, 0x20, 0, 0, 0});
            Hosts.eventually(() -> memory.used() > baseline + TcpTransport.SOCKET_BYTES + (256 << 10));
            honestTalk();
            assertBounded();
        }
        assertBackToBaseline();
    }

    @Test
    void whoOpensAndResetsStreamsWithoutEndIsSentAway() throws IOException {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            CountDownLatch gone = goneAfter(DisconnectReason.LIMIT);
            // In one piece, so that they come at one instant however slow this machine is.
            ByteBuf opens = Unpooled.buffer();
            for (int stream = 1; stream < 4 * HostLimits.DEFAULT.streamOpenBurst(); stream += 2) {
                opens.writeBytes(RawLink.yamuxFrame(WINDOW, SYN, stream, 0, NOTHING));
                opens.writeBytes(RawLink.yamuxFrame(WINDOW, RST, stream, 0, NOTHING));
            }
            bad.send(ByteBufUtil.getBytes(opens));
            honestTalk();
            awaitLatch(gone);
            assertBounded();
        }
        assertThat(victim.misbehaviours()).isPositive();
        assertBackToBaseline();
    }

    @Test
    void whoOpensStreamsAndSaysNothingHoldsAFewForAMoment() throws IOException {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            // In one piece, so that all are open before the first has had its time.
            ByteBuf opens = Unpooled.buffer();
            for (int stream = 1; stream < 1_000; stream += 2) {
                opens.writeBytes(RawLink.yamuxFrame(WINDOW, SYN, stream, 0, NOTHING));
            }
            bad.send(ByteBufUtil.getBytes(opens));
            Hosts.eventually(() -> victim.counters().streamsRefused() > 0);
            Connection its = connectionOfTheBad();
            // One more is our own: the question who it is.
            assertThat(its.streamCount()).isLessThanOrEqualTo(HostLimits.DEFAULT.negotiatingStreams() + 1);
            honestTalk();
            Hosts.eventually(() -> its.streamCount() == 0);
            assertBounded();
        }
        assertBackToBaseline();
    }

    @Test
    void whoFloodsWithPingsAndDoesNotReadIsNotReadEither() throws Exception {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            Thread flooder = new Thread(() -> {
                try {
                    byte[] pings = new byte[0];
                    for (int i = 0; i < 1_000; i++) {
                        pings = join(pings, RawLink.yamuxFrame(PING, SYN, 0, i, NOTHING));
                    }
                    for (int i = 0; i < 2_000; i++) {
                        bad.send(pings);
                    }
                } catch (IOException closed) {
                    // The victim had enough, or the test is over.
                }
            });
            flooder.setDaemon(true);
            flooder.start();
            for (int i = 0; i < 20; i++) {
                honestTalk();
                assertBounded();
            }
            bad.close();
            flooder.join(TimeUnit.SECONDS.toMillis(Hosts.PATIENCE_S));
        }
        assertBackToBaseline();
    }

    @Test
    void whoStallsInTheHandshakeKeepsNobodyOut() throws IOException {
        List<RawLink> stalled = new ArrayList<>();
        for (int i = 0; i < 2 * HostLimits.DEFAULT.handshakes(); i++) {
            stalled.add(new RawLink(victim));
        }
        honestTalk();
        Host late = hosts.start(HostOptions.YAMUX);
        assertThat(hosts.connect(late, victim).isOpen()).isTrue();
        assertBounded();
        for (RawLink link : stalled) {
            link.awaitClose();
            link.close();
        }
        late.close();
        Hosts.eventually(() -> victim.handshakes() == 0);
        assertBackToBaseline();
    }

    /** Each of many peers takes all the streams of a service that it may have, and keeps them. */
    @ParameterizedTest
    @CsvSource({"/ipfs/ping/1.0.0, 2", "/ipfs/id/1.0.0, 16"})
    void whoHoldsTheStreamsOfAServiceKeepsNobodyFromIt(String protocol, int perPeer) throws IOException {
        byte[] please = ByteBufUtil.getBytes(Unpooled.buffer()
                .writeBytes(ECHO_PLEASE, 0, 20)
                .writeByte(protocol.length() + 1)
                .writeBytes((protocol + "\n").getBytes(StandardCharsets.US_ASCII)));
        List<RawLink> holders = new ArrayList<>();
        for (int held = 0; held < 80; held += perPeer) {
            RawLink bad = RawLink.secured(victim, HostOptions.YAMUX);
            holders.add(bad);
            for (int i = 0; i < perPeer; i++) {
                bad.yamux(DATA, SYN, 1 + 2 * i, please.length, please);
            }
            String heard = "";
            while (heard.split(protocol, -1).length <= perPeer) {
                heard += new String(bad.receive(), StandardCharsets.ISO_8859_1);
            }
        }
        assertThat(await(honest.ping(victim.peerId()))).isPositive();
        assertThat(await(honest.identify(victim.peerId())).protocols()).contains(ECHO);
        assertBounded();
        for (RawLink bad : holders) {
            bad.close();
        }
        assertBackToBaseline();
    }

    @Test
    void garbageAtAnyLayerEndsTheOneWhoSentIt(RandomGenerator random) throws IOException {
        for (int round = 0; round < 60; round++) {
            byte[] garbage = new byte[1 + random.nextInt(4_000)];
            random.nextBytes(garbage);
            try (RawLink bad = layer(round % 5)) {
                try {
                    if (round % 5 < 2) {
                        bad.sendRaw(garbage);
                    } else {
                        bad.send(garbage);
                    }
                } catch (IOException closed) {
                    // Closed already: that is what this is about.
                }
            }
            if (round % 10 == 0) {
                honestTalk();
            }
        }
        assertBounded();
        assertBackToBaseline();
    }

    @Test
    void garbageInStreamsCostsTheStreamOnly(RandomGenerator random) throws IOException {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            for (int stream = 1; stream < 400; stream += 2) {
                byte[] garbage = new byte[1 + random.nextInt(300)];
                random.nextBytes(garbage);
                bad.yamux(DATA, SYN, stream, garbage.length, garbage);
            }
            bad.yamux(DATA, SYN, 401, ECHO_PLEASE.length, ECHO_PLEASE);
            bad.yamux(DATA, 0, 401, 5, "hello".getBytes(StandardCharsets.US_ASCII));
            String heard = "";
            while (!heard.contains("hello")) {
                heard += new String(bad.receive(), StandardCharsets.ISO_8859_1);
            }
            honestTalk();
            assertBounded();
        }
        assertBackToBaseline();
    }

    @Test
    void whoDribblesByteByByteIsHeardAndBounded() throws IOException {
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            for (byte[] piece : List.of(
                    RawLink.yamuxFrame(DATA, SYN, 1, ECHO_PLEASE.length, ECHO_PLEASE),
                    RawLink.yamuxFrame(DATA, 0, 1, 5, "hello".getBytes(StandardCharsets.US_ASCII)))) {
                for (byte one : piece) {
                    bad.send(new byte[] {one});
                }
            }
            String heard = "";
            while (!heard.contains("hello")) {
                heard += new String(bad.receive(), StandardCharsets.ISO_8859_1);
            }
        }
        assertBackToBaseline();
    }

    @Test
    void whoOverrunsTheWindowIsClosed() throws IOException {
        victim.handle("/deaf/1.0.0", stream -> stream.autoCredit(false));
        byte[] please = "\u0013/multistream/1.0.0\n\f/deaf/1.0.0\n".getBytes(StandardCharsets.US_ASCII);
        try (RawLink bad = RawLink.secured(victim, HostOptions.YAMUX)) {
            CountDownLatch gone = goneAfter(DisconnectReason.PROTOCOL_ERROR);
            bad.yamux(DATA, SYN, 1, please.length, please);
            try {
                for (int i = 0; i < 32; i++) {
                    bad.yamux(DATA, 0, 1, 16 << 10, new byte[16 << 10]);
                }
            } catch (IOException closed) {
                // Closed on the way, as it should be.
            }
            awaitLatch(gone);
            honestTalk();
            assertBounded();
        }
        assertBackToBaseline();
    }

    @Test
    void connectionsThatComeAndGoLeaveNothingBehind() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (RawLink bad = i % 2 == 0 ? new RawLink(victim) : RawLink.secured(victim, HostOptions.YAMUX)) {
                assertThat(bad).isNotNull();
            }
        }
        honestTalk();
        assertBounded();
        assertBackToBaseline();
    }

    private RawLink layer(int number) throws IOException {
        return switch (number) {
            case 0 -> new RawLink(victim);
            case 1, 2 -> RawLink.secured(victim, HostOptions.YAMUX);
            case 3 -> RawLink.secured(victim, HostOptions.MPLEX);
            default -> RawLink.secured(victim, null);
        };
    }

    private Connection connectionOfTheBad() {
        return victim.connections().stream()
                .filter(connection -> !connection.peer().equals(honest.peerId()))
                .findFirst()
                .orElseThrow();
    }

    private CountDownLatch goneAfter(DisconnectReason expected) {
        CountDownLatch latch = new CountDownLatch(1);
        victim.addListener(new HostListener() {
            @Override
            public void onDisconnected(Connection connection, DisconnectReason reason) {
                if (reason == expected && !connection.peer().equals(honest.peerId())) {
                    latch.countDown();
                }
            }
        });
        return latch;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(Hosts.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** The honest peer gets its echo, whatever else goes on. */
    private void honestTalk() {
        Stream stream = await(honest.newStream(victim.peerId(), ECHO));
        Collector answer = new Collector();
        stream.reader(answer);
        CompletableFuture<Void> sent = bytes("honest", stream::write);
        stream.closeWrite();
        await(sent);
        assertThat(answer.text()).isEqualTo("honest");
    }

    private void assertBounded() {
        assertThat(memory.peak()).isLessThanOrEqualTo(BUDGET_BYTES);
    }

    private void assertBackToBaseline() {
        Hosts.eventually(() -> victim.connections().size() == 1 && memory.used() == baseline);
        honestTalk();
    }

    private static byte[] join(byte[] first, byte[] second) {
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(first, second));
    }
}
