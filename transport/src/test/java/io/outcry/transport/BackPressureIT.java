package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pressure reaches whoever makes it: the stream, then the connection, then the sender's application. */
@ExtendWith(LeakCheck.class)
class BackPressureIT {

    private static final String STOP = "/stop/1.0.0";
    private static final String ECHO = "/echo/1.0.0";
    private static final String BLOCK = "x".repeat(64 << 10);

    private final Hosts hosts = new Hosts();
    private final ConcurrentLinkedQueue<Stream> stopped = new ConcurrentLinkedQueue<>();
    private volatile boolean reading;

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void aConnectionIsNotReadBeyondItsCapAndGoesOnWhenItsBytesAreConsumed() {
        int cap = 512 << 10;
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(options ->
                options.limits(HostLimits.builder().connectionReceiveBytes(cap).build()));
        stopAt(b);
        hosts.connect(a, b);
        // So that streams are opened without waiting for an answer: soon nothing more is read.
        await(a.identify(b.peerId()));
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Stream stream = await(a.newStream(b.peerId(), STOP));
            stream.reader(new Collector());
            for (int block = 0; block < 8; block++) {
                writes.add(bytes(BLOCK, stream::write));
            }
        }
        Hosts.eventually(() -> b.memory().used() > cap);
        assertThat(b.memory().used()).isLessThan(16L * (256 << 10));
        readOn();
        writes.forEach(Hosts::await);
    }

    @Test
    void overMplexASlowStreamIsResetAndTheOthersGoOn() {
        Host a = hosts.start(HostOptions.MPLEX);
        Host b = hosts.start(HostOptions.MPLEX);
        stopAt(b);
        b.handle(ECHO, Hosts.echo());
        hosts.connect(a, b);
        Stream slow = await(a.newStream(b.peerId(), STOP));
        Collector end = new Collector();
        slow.reader(end);
        for (int i = 0; i < 80; i++) {
            bytes(BLOCK, slow::write);
        }
        assertThat(Objects.requireNonNull(end.cause(), "the stream ended in order")
                        .reason())
                .isEqualTo(Reason.RESET_BY_PEER);
        Stream other = await(a.newStream(b.peerId(), ECHO));
        Collector answer = new Collector();
        other.reader(answer);
        bytes(BLOCK, other::write);
        other.closeWrite();
        assertThat(answer.text()).isEqualTo(BLOCK);
    }

    @Test
    void aStreamsQueueIsBoundedForWhoeverDoesNotLookAtIsWritable() {
        HostLimits limits =
                HostLimits.builder().streamQueue(1 << 20, 256 << 10, 64 << 10).build();
        Host a = hosts.start(options -> options.limits(limits));
        Host b = hosts.start(HostOptions.YAMUX);
        stopAt(b);
        hosts.connect(a, b);
        Stream stream = await(a.newStream(b.peerId(), STOP));
        stream.reader(new Collector());
        CompletableFuture<Void> refused = new CompletableFuture<>();
        for (int i = 0; i < 200 && !refused.isCompletedExceptionally(); i++) {
            refused = bytes(BLOCK, stream::write);
        }
        assertThat(refused).isCompletedExceptionally();
        assertThat(stream.queuedBytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(stream.isWritable()).isFalse();
    }

    @Test
    void writabilityComesBackAndIsTold() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        stopAt(b);
        hosts.connect(a, b);
        CompletableFuture<Void> again = new CompletableFuture<>();
        Stream stream = await(a.newStream(b.peerId(), STOP));
        stream.reader(new StreamReader() {
            @Override
            public void onData(Stream same, ByteBuf data) {}

            @Override
            public void onWritable(Stream same) {
                again.complete(null);
            }
        });
        while (stream.isWritable()) {
            bytes(BLOCK, stream::write);
        }
        // The peer's window lets less go than lies between the two marks.
        assertThat(again).isNotDone();
        readOn();
        await(again);
        assertThat(stream.isWritable()).isTrue();
    }

    /** Whoever consumes a byte at a time, while the event loop has no time for it, piles nothing up. */
    @Test
    void whatIsConsumedWaitsAsOneOperation() throws ReflectiveOperationException, InterruptedException {
        Host a = hosts.start(options -> options.identify(false));
        Host b = hosts.start(options -> options.identify(false));
        stopAt(b);
        hosts.connect(a, b);
        Stream stream = await(a.newStream(b.peerId(), STOP));
        await(bytes(BLOCK, stream::write));
        long idle = TcpTransport.SOCKET_BYTES + NetStream.STREAM_BYTES;
        Hosts.eventually(() -> b.memory().used() == idle + BLOCK.length());
        Stream inbound = stopped.element();
        NetConnection connection = (NetConnection) inbound.connection();
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
        Field ops = NetConnection.class.getDeclaredField("ops");
        ops.setAccessible(true);
        int before = ((Collection<?>) ops.get(connection)).size();
        for (int i = 0; i < BLOCK.length(); i++) {
            inbound.consumed(1);
        }
        int after = ((Collection<?>) ops.get(connection)).size();
        over.countDown();
        assertThat(after - before).isLessThanOrEqualTo(1);
        Hosts.eventually(() -> b.memory().used() == idle);
    }

    /** Streams that read nothing until {@link #readOn}. */
    private void stopAt(Host host) {
        host.handle(STOP, stream -> {
            stream.autoCredit(false);
            stream.reader((same, data) -> {});
            stopped.add(stream);
            if (reading) {
                readOn(stream);
            }
        });
    }

    private void readOn() {
        reading = true;
        stopped.forEach(BackPressureIT::readOn);
    }

    private static void readOn(Stream stream) {
        stream.autoCredit(true);
        stream.consumed(1 << 20);
    }
}
