package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Opening streams and dialling when the connection at hand is a bad one, or whoever asked has gone. */
@ExtendWith(LeakCheck.class)
class OpenIT {

    private static final String ECHO = "/echo/1.0.0";
    private static final int DATA = 0;
    private static final int SYN = 1;
    private static final int GO_AWAY = 3;
    private static final long HOUR_MS = 3_600_000;
    private static final HostTimeouts PATIENT = HostTimeouts.DEFAULT
            .withUpgradeMs(HOUR_MS)
            .withDialMs(HOUR_MS, HOUR_MS)
            .withStreamNegotiationMs(HOUR_MS);

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void ofAPeerThatCameAgainTheNewConnectionIsUsed() throws IOException {
        Host host = hosts.start(options -> options.timeouts(PATIENT));
        PrivateKey key = PrivateKey.generate(KeyType.ED25519);
        // It answers nothing: its machine went down, and nobody here can know yet.
        try (RawLink dead = RawLink.secured(host, HostOptions.YAMUX, key)) {
            Hosts.eventually(() -> host.connections().size() == 1);
            Host again = hosts.start(options -> options.privateKey(key));
            again.handle(ECHO, Hosts.echo());
            Connection young = hosts.connect(again, host);
            Hosts.eventually(() -> host.connections(key.peerId()).size() == 2);
            assertThat(young.isOpen()).isTrue();
            assertEcho(await(host.newStream(key.peerId(), ECHO)));
            assertThat(host.connections(key.peerId())).hasSize(2);
            dead.close();
        }
    }

    @Test
    void aStreamWhoseConnectionEndsBeforeItIsThereIsOpenedOnAnother() throws InterruptedException {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(ECHO, Hosts.echo());
        hosts.connect(b, a);
        Hosts.eventually(() -> a.connections().size() == 1);
        Host sameKey = hosts.start(options -> options.privateKey(b.options().privateKey()));
        hosts.connect(sameKey, a);
        Hosts.eventually(() -> a.connections().size() == 2);
        NetConnection youngest = (NetConnection) a.connections(b.peerId()).get(1);
        CountDownLatch over = block(youngest);
        youngest.close();
        CompletableFuture<Stream> opening = a.newStream(b.peerId(), ECHO);
        over.countDown();
        assertEcho(await(opening));
    }

    /** Its good-bye has arrived already, behind the data that makes the host open the stream. */
    @Test
    void aStreamWhoseConnectionIsGoingAwayIsOpenedOnAnother() throws IOException {
        Host host = hosts.start(HostOptions.YAMUX);
        CompletableFuture<CompletableFuture<Stream>> opening = new CompletableFuture<>();
        host.handle("/asks/1", stream -> opening.complete(host.newStream(stream.peer(), ECHO)));
        Host older = hosts.start(HostOptions.YAMUX);
        older.handle(ECHO, Hosts.echo());
        hosts.connect(older, host);
        Hosts.eventually(() -> host.connections().size() == 1);
        byte[] please = "\u0013/multistream/1.0.0\n\b/asks/1\n".getBytes(StandardCharsets.US_ASCII);
        try (RawLink leaving =
                RawLink.secured(host, HostOptions.YAMUX, older.options().privateKey())) {
            leaving.send(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(
                    RawLink.yamuxFrame(DATA, SYN, 1, please.length, please),
                    RawLink.yamuxFrame(GO_AWAY, 0, 0, 0, new byte[0]))));
            assertEcho(await(await(opening)));
        }
    }

    @Test
    void namesThatCannotBeProposedAreToldAtOnce() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        hosts.connect(a, b);
        for (List<String> wrong : List.of(List.<String>of(), List.of(""), List.of("two\nlines"))) {
            assertThatThrownBy(() -> a.newStream(b.peerId(), wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aStreamNobodyWantsAnyMoreIsNotLeftOpen() throws InterruptedException {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        b.handle(ECHO, Hosts.echo());
        NetConnection connection = (NetConnection) hosts.connect(a, b);
        await(a.identify(b.peerId()));
        CountDownLatch over = block(connection);
        a.newStream(b.peerId(), ECHO).cancel(false);
        CompletableFuture<Stream> next = a.newStream(b.peerId(), ECHO);
        over.countDown();
        assertEcho(await(next));
        Hosts.eventually(() -> connection.streamCount() == 0);
    }

    @Test
    void givingUpAStreamGivesUpItsDial() throws IOException {
        Host a = hosts.start(options -> options.timeouts(PATIENT));
        PrivateKey nobody = PrivateKey.generate(KeyType.ED25519);
        try (ServerSocket hole = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            a.addressBook().add(nobody.peerId(), addressOf(hole), AddressBook.ADDRESS_TTL);
            CompletableFuture<Stream> opening = a.newStream(nobody.peerId(), ECHO);
            try (Socket accepted = hole.accept()) {
                opening.cancel(false);
                awaitEnd(accepted);
            }
        }
    }

    @Test
    void aCallerWhoseTimeIsUpFreesTheSocketAlso() throws IOException {
        Host a = hosts.start(options -> options.timeouts(PATIENT));
        try (ServerSocket hole = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Connection> dial = a.connect(addressOf(hole));
            try (Socket accepted = hole.accept()) {
                dial.orTimeout(1, TimeUnit.MILLISECONDS);
                awaitEnd(accepted);
            }
        }
    }

    @Test
    void givingUpIsHeardAlsoWhileTheHostHasMoreToDoThanItCanTake() throws Exception {
        Host a = hosts.start(options -> options.timeouts(PATIENT));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket hole = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Connection> dial = a.connect(addressOf(hole));
            try (Socket accepted = hole.accept()) {
                a.addListener(new HostListener() {
                    @Override
                    public void onListening(Multiaddr address) {
                        busy.countDown();
                        try {
                            over.await();
                        } catch (InterruptedException interrupted) {
                            throw new AssertionError(interrupted);
                        }
                    }
                });
                a.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
                busy.await();
                fill(a);
                dial.cancel(false);
                over.countDown();
                awaitEnd(accepted);
            } finally {
                over.countDown();
            }
        }
    }

    /** Gives the host's thread things to do until it takes no more. */
    private static void fill(Host host) throws ReflectiveOperationException {
        Field field = Host.class.getDeclaredField("agent");
        field.setAccessible(true);
        HostAgent agent = (HostAgent) field.get(host);
        while (agent.offer(busy -> {})) {
            // one more
        }
    }

    /** Keeps the connection's event loop busy until told otherwise. */
    private static CountDownLatch block(NetConnection connection) throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        connection.loop().execute(() -> {
            busy.countDown();
            try {
                over.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        busy.await();
        return over;
    }

    private static Multiaddr addressOf(ServerSocket socket) {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + socket.getLocalPort());
    }

    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Hosts.PATIENCE_S));
        try {
            while (socket.getInputStream().read() >= 0) {
                // what the dialler said first
            }
        } catch (java.net.SocketException reset) {
            // A reset is an end, too.
        }
    }

    private static void assertEcho(Stream stream) {
        Collector answer = new Collector();
        stream.reader(answer);
        await(bytes("hello", stream::write));
        stream.closeWrite();
        assertThat(answer.text()).isEqualTo("hello");
    }
}
