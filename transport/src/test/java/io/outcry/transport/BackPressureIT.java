package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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
