package io.outcry.conformance.wire;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import io.outcry.transport.HostOptions;
import io.outcry.transport.HostTimeouts;
import io.outcry.transport.IdentifyInfo;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamReader;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Our host, listening on the loopback address, with an echo on it and everything it says kept in queues. */
final class HostFixture implements AutoCloseable {

    static final String ECHO = "/outcry/test/echo/1.0.0";

    /** A failure bound, not a pause. */
    static final int TIMEOUT_S = 60;

    private static final long HOUR_MS = 3_600_000;

    /** No deadline helps a refusal along: what ends in a test ends because of what was said. */
    static final HostTimeouts PATIENT = HostTimeouts.DEFAULT
            .withUpgradeMs(HOUR_MS)
            .withStreamNegotiationMs(HOUR_MS)
            .withIdentifyMs(HOUR_MS)
            .withDialMs(HOUR_MS, HOUR_MS)
            .withPushDebounceMs(20);

    private final Host host;
    private final BlockingQueue<PeerId> connected = new LinkedBlockingQueue<>();
    private final BlockingQueue<DisconnectReason> disconnected = new LinkedBlockingQueue<>();
    private final BlockingQueue<IdentifyInfo> identified = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> identifyFailed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> misbehaved = new LinkedBlockingQueue<>();

    private HostFixture(Host host) {
        this.host = host;
    }

    static HostFixture start() {
        return start(options -> options);
    }

    static HostFixture start(UnaryOperator<HostOptions.Builder> set) {
        HostOptions.Builder options = HostOptions.builder()
                .listen("/ip4/127.0.0.1/tcp/0")
                .ioThreads(1)
                .servePerf(true)
                .timeouts(PATIENT);
        HostFixture fixture = new HostFixture(Host.start(set.apply(options).build()));
        fixture.host.addListener(fixture.new Events());
        fixture.host.handle(ECHO, stream -> stream.reader(new Echo()));
        return fixture;
    }

    Host host() {
        return host;
    }

    PeerId peerId() {
        return host.peerId();
    }

    Multiaddr address() {
        return host.listenAddresses().get(0);
    }

    InetSocketAddress socket() {
        return address().tcpAddress().orElseThrow();
    }

    /** An honest raw peer over yamux. */
    RawYamux yamux() throws Exception {
        return yamux(RawIdentity.fresh());
    }

    RawYamux yamux(RawIdentity identity) throws Exception {
        return new RawYamux(RawSession.dial(socket(), identity, RawWire.YAMUX), true);
    }

    PeerId awaitConnected() throws InterruptedException {
        return next("a connection", connected);
    }

    DisconnectReason awaitDisconnected() throws InterruptedException {
        return next("the end of a connection", disconnected);
    }

    IdentifyInfo awaitIdentified() throws InterruptedException {
        return next("identify", identified);
    }

    String awaitIdentifyFailed() throws InterruptedException {
        return next("the failure of identify", identifyFailed);
    }

    String awaitMisbehaviour() throws InterruptedException {
        return next("a report of misbehaviour", misbehaved);
    }

    private static <T> T next(String what, BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(TIMEOUT_S, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("waited for " + what);
        }
        return next;
    }

    @Override
    public void close() {
        host.close();
    }

    private final class Events implements HostListener {
        @Override
        public void onConnected(Connection connection) {
            connected.add(connection.peer());
        }

        @Override
        public void onDisconnected(Connection connection, DisconnectReason reason) {
            disconnected.add(reason);
        }

        @Override
        public void onIdentified(Connection connection, IdentifyInfo info) {
            identified.add(info);
        }

        @Override
        public void onIdentifyFailed(Connection connection, String why) {
            identifyFailed.add(why);
        }

        @Override
        public void onMisbehaviour(@Nullable PeerId peer, Multiaddr address, String why) {
            misbehaved.add(why);
        }
    }

    /** Gives back what comes; credit follows what left, so that a peer that does not read cannot fill it. */
    static final class Echo implements StreamReader {
        @Override
        public void onData(Stream stream, ByteBuf data) {
            stream.autoCredit(false);
            int length = data.readableBytes();
            stream.write(data).whenComplete((done, failure) -> {
                if (failure == null) {
                    stream.consumed(length);
                }
            });
        }
    }

    /** Takes what comes and, with automatic credit off, never gives any back. */
    static final class Deaf implements StreamReader {
        @Override
        public void onData(Stream stream, ByteBuf data) {}
    }
}
