package io.outcry.discovery;

import static io.outcry.discovery.Loopback.await;
import static io.outcry.discovery.Loopback.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.agent.AgentGroup;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.agent.ThreadingMode;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.discovery.DiscoveryException.Reason;
import io.outcry.discovery.rendezvous.RendezvousCodec;
import io.outcry.discovery.rendezvous.RendezvousLimits;
import io.outcry.discovery.rendezvous.RendezvousMessage;
import io.outcry.discovery.rendezvous.RendezvousMessage.Discover;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Unregister;
import io.outcry.discovery.rendezvous.RendezvousStatus;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import io.outcry.transport.AddressBook;
import io.outcry.transport.FrameReader;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamReader;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers that meet at a point, over real sockets on loopback. */
@ExtendWith(LeakCheck.class)
class RendezvousIT {

    private static final Duration TTL = Duration.ofHours(2);

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() throws Exception {
        loopback.close();
    }

    private RendezvousServer point(Host host) {
        return loopback.closing(RendezvousServer.install(host, RendezvousLimits.DEFAULT.withTtlMinS(60)));
    }

    private RendezvousClient client(Host host, Host point) {
        host.addressBook().add(point.peerId(), point.peerAddresses(), AddressBook.PERMANENT_TTL);
        return loopback.closing(RendezvousClient.start(host, point.peerId()));
    }

    @Test
    void whoAdvertisesIsFoundAndCanBeDialled() {
        Host pointHost = loopback.host();
        Host a = loopback.host();
        Host b = loopback.host();
        RendezvousServer point = point(pointHost);
        RendezvousClient ofA = client(a, pointHost);
        RendezvousClient ofB = client(b, pointHost);
        assertThat(ofA.point()).isEqualTo(pointHost.peerId());

        assertThat(await(ofA.advertise("market", TTL))).isEqualTo(TTL);
        assertThat(await(ofB.advertise("market", TTL))).isEqualTo(TTL);
        assertThat(point.registrations()).isEqualTo(2);

        List<PeerAddresses> found = await(ofB.findPeers("market", 10));
        assertThat(found).as("itself is left out").hasSize(1);
        assertThat(found.get(0).peer()).isEqualTo(a.peerId());
        assertThat(found.get(0).addresses()).isEqualTo(a.listenAddresses());
        assertThat(b.addressBook().certifiedRecord(a.peerId())).isPresent();
        assertThat(await(b.connect(a.peerId())).peer()).isEqualTo(a.peerId());
        assertThat(await(ofB.findPeers("elsewhere", 10))).isEmpty();

        ofA.withdraw("market");
        eventually(() -> point.registrations() == 1);
        assertThat(await(ofB.findPeers("market", 10))).isEmpty();
        ofB.close();
        eventually(() -> point.registrations() == 0);
        assertThat(await(ofA.findPeers("market", 10))).isEmpty();
        assertThatThrownBy(() -> await(ofB.findPeers("market", 10)))
                .isInstanceOfSatisfying(
                        DiscoveryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
        assertThat(loopback.warnings()).isEmpty();
    }

    @Test
    void aNewAddressIsToldToThePoint() throws InterruptedException {
        Host pointHost = loopback.host();
        Host a = loopback.host();
        BlockingQueue<Asked> asked = byHand(pointHost);
        CompletableFuture<Duration> advertised = client(a, pointHost).advertise("market", TTL);
        assertThat(registered(asked, a)).isEqualTo(a.listenAddresses());
        await(advertised);
        Multiaddr second = a.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
        while (!registered(asked, a).contains(second)) {
            // Said again for another reason, a new connection; a registration that never comes fails the test.
        }
    }

    /** The addresses in the next request, which is a registration and is answered well. */
    private static List<Multiaddr> registered(BlockingQueue<Asked> asked, Host by) throws InterruptedException {
        Asked next = next(asked);
        next.answer(new RegisterResponse(RendezvousStatus.OK, "", TTL.toSeconds()));
        byte[] envelope = ((Register) next.request()).signedRecord();
        return PeerRecord.fromEnvelope(envelope, by.peerId()).addresses();
    }

    @Test
    void refusalsAreNamedAndAreForGoodOrNot() {
        Host pointHost = loopback.host();
        Host a = loopback.host();
        RendezvousServer point = point(pointHost);
        RendezvousClient client = client(a, pointHost);
        assertThatThrownBy(() -> await(client.advertise("market", Duration.ofSeconds(5))))
                .isInstanceOfSatisfying(DiscoveryException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.REFUSED);
                    assertThat(e.status()).isEqualTo(RendezvousStatus.INVALID_TTL);
                    assertThat(e).hasMessageContaining("a TTL has 60 to 259200 seconds");
                });
        assertThatThrownBy(() -> await(client.advertise("n".repeat(300), TTL)))
                .isInstanceOfSatisfying(
                        DiscoveryException.class,
                        e -> assertThat(e.status()).isEqualTo(RendezvousStatus.INVALID_NAMESPACE));
        assertThatThrownBy(() -> client.findPeers("market", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(point.refusals()).isEqualTo(2);
        assertThat(point.requests()).isEqualTo(2);
    }

    @Test
    void aHostThatListensNowhereHasNothingToAdvertise() {
        Host pointHost = loopback.host();
        point(pointHost);
        Host a = loopback.host(options -> options);
        RendezvousClient client = client(a, pointHost);
        assertThatThrownBy(() -> await(client.advertise("market", TTL))).hasMessageContaining("listens nowhere");
        assertThat(await(client.findPeers("market", 3))).isEmpty();
    }

    @Test
    void aPointThatIsAwayIsOneWarningAndIsAskedAgain() {
        Host pointHost = loopback.host();
        Host a = loopback.host();
        RendezvousClient client = client(a, pointHost);
        assertThatThrownBy(() -> await(client.advertise("market", TTL)))
                .as("the point does not serve yet")
                .isInstanceOfSatisfying(
                        DiscoveryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
        assertThatThrownBy(() -> await(client.findPeers("market", 1))).isInstanceOf(DiscoveryException.class);
        RendezvousServer point = point(pointHost);
        eventually(() -> point.registrations() == 1);
        assertThat(loopback.warnings()).hasSize(1).first().asString().contains("not registered under 'market'");
    }

    @Test
    void aPointThatForgotEverybodyIsToldAgainByThoseWhoComeBack() {
        Host pointHost = loopback.host();
        Host a = loopback.host();
        RendezvousClient client = client(a, pointHost);
        try (RendezvousServer forgetful = RendezvousServer.install(pointHost)) {
            await(client.advertise("market", TTL));
            assertThat(forgetful.registrations()).isEqualTo(1);
        }
        RendezvousServer restarted = loopback.closing(RendezvousServer.install(pointHost));
        await(a.disconnect(pointHost.peerId()));
        await(a.connect(pointHost.peerId()));
        eventually(() -> restarted.registrations() == 1);
    }

    /** A point whose answers the test gives. */
    private static BlockingQueue<Asked> byHand(Host host) {
        BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
        host.handle(
                RendezvousServer.PROTOCOL,
                stream -> stream.reader(new FrameReader(
                        RendezvousCodec.REQUEST_LENGTH_MAX,
                        (from, frame) ->
                                asked.add(new Asked(from, Objects.requireNonNull(RendezvousCodec.decode(frame)))))));
        return asked;
    }

    private record Asked(Stream stream, RendezvousMessage request) {

        void answer(RendezvousMessage answer) {
            ByteBuf out = RendezvousServer.framed(answer);
            stream.write(out);
            out.release();
        }
    }

    private static Asked next(BlockingQueue<Asked> asked) throws InterruptedException {
        return Objects.requireNonNull(asked.poll(Loopback.PATIENCE_S, TimeUnit.SECONDS), "nobody asked");
    }

    @Test
    void whatIsWithdrawnWhileItIsBeingRegisteredDoesNotStay() throws InterruptedException {
        Host pointHost = loopback.host();
        BlockingQueue<Asked> asked = byHand(pointHost);
        RendezvousClient client = client(loopback.host(), pointHost);
        CompletableFuture<Duration> outcome = client.advertise("market", TTL);
        Asked register = next(asked);
        assertThat(register.request()).isInstanceOf(Register.class);
        client.withdraw("market");
        assertThatThrownBy(() -> await(outcome)).hasMessageContaining("was withdrawn");
        assertThat(next(asked).request()).isEqualTo(new Unregister("market"));
        register.answer(new RegisterResponse(RendezvousStatus.OK, "", TTL.toSeconds()));
        assertThat(next(asked).request()).isEqualTo(new Unregister("market"));
    }

    @Test
    void whoAsksWhileTheClientClosesIsAnsweredAllTheSame() throws Exception {
        Host pointHost = loopback.host();
        point(pointHost);
        Host a = loopback.host();
        for (int round = 0; round < 20; round++) {
            RendezvousClient client = client(a, pointHost);
            List<CompletableFuture<?>> asked = new CopyOnWriteArrayList<>();
            CountDownLatch asking = new CountDownLatch(1);
            Thread other = new Thread(() -> {
                for (int i = 0; i < 10; i++) {
                    asked.add(client.findPeers("market", 1));
                    asked.add(client.advertise("market" + i, TTL));
                    asking.countDown();
                }
            });
            other.start();
            asking.await();
            client.close();
            other.join();
            for (CompletableFuture<?> answer : asked) {
                assertThat(answer.handle((value, failure) -> true).get(Loopback.PATIENCE_S, TimeUnit.SECONDS))
                        .isTrue();
            }
        }
    }

    @Test
    void manyPagesMakeOneAnswer() {
        Host pointHost = loopback.host();
        RendezvousLimits onePerPage = new RendezvousLimits(60, 7_200, 7_200, 32, 100, 1 << 20, 1);
        RendezvousServer point = loopback.closing(RendezvousServer.install(pointHost, onePerPage));
        for (int i = 0; i < 4; i++) {
            await(client(loopback.host(), pointHost).advertise("market", TTL));
        }
        assertThat(point.registrations()).isEqualTo(4);
        RendezvousClient seeker = client(loopback.host(), pointHost);
        assertThat(await(seeker.findPeers("market", 10))).hasSize(4);
        assertThat(await(seeker.findPeers("market", 3))).hasSize(3);
        assertThat(await(seeker.findPeers("", 10))).as("everywhere").hasSize(4);
    }

    @Test
    void sharesTheThreadOfTheHostsAgents() {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (AgentGroup group = AgentGroup.start(
                ThreadingMode.SHARED, "shared", NanoClock.system(), (agent, failure) -> failures.add(failure))) {
            Host pointHost = loopback.host();
            RendezvousServer point = point(pointHost);
            Host a = Host.start(HostOptions.builder()
                    .ioThreads(1)
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .agents(group)
                    .build());
            try (RendezvousClient client = client(a, pointHost)) {
                await(client.advertise("market", TTL));
                assertThat(point.registrations()).isEqualTo(1);
            } finally {
                a.close();
            }
        }
        assertThat(failures).isEmpty();
    }

    /** Collects what comes until the stream ends. */
    private static final class Raw implements StreamReader {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void onData(Stream stream, ByteBuf data) {
            synchronized (bytes) {
                bytes.writeBytes(ByteBufUtil.getBytes(data));
            }
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            ended.countDown();
        }

        int length() {
            synchronized (bytes) {
                return bytes.size();
            }
        }
    }

    private Stream open(Host from, Host to, Raw raw) {
        await(from.connect(to.peerAddresses().get(0)));
        Stream stream = await(from.newStream(to.peerId(), RendezvousServer.PROTOCOL));
        stream.reader(raw);
        return stream;
    }

    @Test
    void requestsMayBePipelinedAndHalfClosed() throws InterruptedException {
        Host pointHost = loopback.host();
        RendezvousServer point = point(pointHost);
        Raw raw = new Raw();
        Stream stream = open(loopback.host(), pointHost, raw);
        for (int i = 0; i < 20; i++) {
            ByteBuf unregister = RendezvousServer.framed(new Unregister("x"));
            ByteBuf discover = RendezvousServer.framed(new Discover("x", 1, new byte[0]));
            stream.write(unregister);
            stream.write(discover);
            unregister.release();
            discover.release();
        }
        stream.closeWrite();
        assertThat(raw.ended.await(Loopback.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(point.requests()).isEqualTo(40);
        assertThat(raw.length() % 20).isZero();
        assertThat(raw.length()).isGreaterThan(20 * 24);
    }

    @Test
    void whoAsksWithoutReadingLosesTheStreamAndNotMore() throws InterruptedException {
        Host pointHost = loopback.host();
        point(pointHost);
        Host hostile = loopback.host();
        Raw raw = new Raw();
        Stream stream = open(hostile, pointHost, raw);
        stream.autoCredit(false);
        ByteBuf discover = RendezvousServer.framed(new Discover("x", 1, new byte[1_000]));
        for (int i = 0; i < 10_000; i++) {
            stream.write(discover);
        }
        discover.release();
        assertThat(raw.ended.await(Loopback.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(hostile.isConnected(pointHost.peerId())).isTrue();
    }

    @Test
    @ExtendWith(Seeds.class)
    void nonsenseEndsTheStreamAndNotThePoint(RandomGenerator random) throws InterruptedException {
        Host pointHost = loopback.host();
        point(pointHost);
        Host hostile = loopback.host();
        for (byte[] nonsense : List.of(
                new byte[] {0},
                Bytes.framed(Bytes.random(random, 50)),
                Bytes.varint(1 << 20),
                Bytes.concat(new byte[] {(byte) 0x80, 0}, new byte[9]))) {
            Raw raw = new Raw();
            Stream stream = open(hostile, pointHost, raw);
            stream.write(Unpooled.wrappedBuffer(nonsense));
            assertThat(raw.ended.await(Loopback.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            assertThat(raw.length()).isZero();
        }
        assertThat(pointHost.misbehaviours()).isEqualTo(4);
        Host honest = loopback.host();
        await(client(honest, pointHost).advertise("market", TTL));
    }
}
