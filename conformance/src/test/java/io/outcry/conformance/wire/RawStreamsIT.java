package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.MULTISTREAM;
import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.multistream;
import static io.outcry.conformance.wire.RawWire.text;
import static io.outcry.conformance.wire.RawYamux.ACK;
import static io.outcry.conformance.wire.RawYamux.DATA;
import static io.outcry.conformance.wire.RawYamux.FIN;
import static io.outcry.conformance.wire.RawYamux.PING;
import static io.outcry.conformance.wire.RawYamux.RST;
import static io.outcry.conformance.wire.RawYamux.SYN;
import static io.outcry.conformance.wire.RawYamux.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.RawPeer;
import io.outcry.transport.Connection;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.StreamLimits;
import io.outcry.transport.StreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stream of our host promises to its user, with a raw peer at the other end of the wire. */
@ExtendWith(LeakCheck.class)
final class RawStreamsIT {

    private static final String RAW = "/raw/1.0.0";

    @AutoClose
    private final HostFixture host = HostFixture.start(o -> o.identify(false));

    private final RawIdentity identity = RawIdentity.fresh();

    /** What a reader was told, in order. */
    private static final class Ear implements StreamReader {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final CompletableFuture<@Nullable StreamException> closed = new CompletableFuture<>();

        @Override
        public void onData(Stream stream, ByteBuf data) {
            heard.add(data.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void onReadComplete(Stream stream) {
            heard.add("|");
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            closed.complete(cause);
        }

        /** What was told up to the end of the next batch. */
        String batch() throws InterruptedException {
            StringBuilder batch = new StringBuilder();
            do {
                String next = heard.poll(HostFixture.TIMEOUT_S, TimeUnit.SECONDS);
                assertThat(next).as("after %s", batch).isNotNull();
                batch.append(next);
            } while (batch.charAt(batch.length() - 1) != '|');
            return batch.toString();
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(HostFixture.TIMEOUT_S, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Void> write(Stream stream, byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        try {
            return stream.write(buffer);
        } finally {
            buffer.release();
        }
    }

    /** A stream whose protocol the peer is known to speak, so that nobody waits for its word. */
    private Stream openKnown() throws Exception {
        PeerId peer = host.awaitConnected();
        host.host().addressBook().protocols(peer, List.of(RAW));
        return get(host.host().newStream(peer, RAW));
    }

    private static Reason reasonOf(CompletableFuture<?> failed) throws Exception {
        try {
            get(failed);
            throw new AssertionError("it did not fail");
        } catch (ExecutionException e) {
            return Objects.requireNonNull((StreamException) e.getCause()).reason();
        }
    }

    @Test
    void dataFollowsASingleProposalBeforeItIsAnswered() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            Stream stream = openKnown();
            Ear ear = new Ear();
            stream.reader(ear);
            write(stream, text("early"));

            RawStream raw = yamux.acceptBare();
            assertThat(raw.readMessage()).isEqualTo(MULTISTREAM);
            assertThat(raw.readMessage()).isEqualTo(RAW);
            assertThat(raw.read(5)).isEqualTo(text("early"));
            raw.send(concat(multistream(MULTISTREAM, RAW), text("answer")));
            assertThat(ear.batch()).isEqualTo("answer|");
        }
    }

    @Test
    void aSingleProposalThatIsDeclinedFailsTheReadAndGivesNothing() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            Stream stream = openKnown();
            Ear ear = new Ear();
            stream.reader(ear);
            write(stream, text("early"));

            RawStream raw = yamux.acceptBare();
            raw.send(concat(multistream(MULTISTREAM, "na"), text("not for you")));
            StreamException cause = get(ear.closed);
            assertThat(cause).isNotNull();
            assertThat(cause.reason()).isEqualTo(Reason.UNSUPPORTED_PROTOCOL);
            assertThat(ear.heard).isEmpty();
        }
    }

    @Test
    void aBatchEndsOnceForEachOfItsStreams() throws Exception {
        List<Ear> ears = List.of(new Ear(), new Ear());
        List<Ear> free = new ArrayList<>(ears);
        host.host().handle(RAW, stream -> stream.reader(free.remove(0)));
        try (RawYamux yamux = host.yamux()) {
            int one = yamux.open(RAW).id();
            int two = yamux.open(RAW).id();
            for (String round : List.of("a", "b")) {
                byte[] batch = new byte[0];
                for (int part = 0; part < 3; part++) {
                    batch = concat(
                            batch,
                            RawYamux.bytes(DATA, 0, one, 1, text(round)),
                            RawYamux.bytes(DATA, 0, two, 2, text(round + part)));
                }
                yamux.raw(batch);
                assertThat(ears.get(0).batch()).isEqualTo(round.repeat(3) + "|");
                assertThat(ears.get(1).batch()).isEqualTo("%1$s0%1$s1%1$s2|".formatted(round));
            }
            assertThat(ears).allMatch(ear -> ear.heard.isEmpty());
        }
    }

    /** An echo that answers at the end of a batch would otherwise answer on a half it has closed. */
    @Test
    void theBatchEndsBeforeTheHalfCloseThatCameWithIt() throws Exception {
        StringBuilder gathered = new StringBuilder();
        host.host()
                .handle(
                        RAW,
                        stream -> stream.reader(new StreamReader() {
                            @Override
                            public void onData(Stream same, ByteBuf data) {
                                gathered.append(data.toString(StandardCharsets.UTF_8));
                            }

                            @Override
                            public void onReadComplete(Stream same) {
                                write(same, text(gathered.toString()));
                            }
                        }));
        try (RawYamux yamux = host.yamux()) {
            RawStream raw = yamux.open(RAW);
            yamux.raw(concat(
                    RawYamux.bytes(DATA, 0, raw.id(), 2, text("on")),
                    RawYamux.bytes(DATA, FIN, raw.id(), 3, text("ce!"))));
            assertThat(raw.readToEnd()).isEqualTo(text("once!"));
        }
    }

    @Test
    void aReaderThatComesLateHearsTheEndOfItsBatch() throws Exception {
        BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
        host.host().handle(RAW, streams::add);
        try (RawYamux yamux = host.yamux()) {
            RawStream raw = yamux.open(RAW);
            raw.send(text("waiting"));
            yamux.frame(PING, SYN, 0, 1, new byte[0]);
            yamux.await(frame -> frame.is(PING, ACK));
            Ear ear = new Ear();
            streams.take().reader(ear);
            assertThat(ear.batch()).isEqualTo("waiting|");
        }
    }

    @Test
    void aResetFreesWhoeverWaitsToWrite() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            Stream stream = openKnown();
            Ear ear = new Ear();
            stream.reader(ear);
            yamux.stopCrediting();
            List<CompletableFuture<Void>> writes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                writes.add(write(stream, new byte[128 << 10]));
            }
            RawStream raw = yamux.accept(RAW);
            raw.read(200 << 10);
            assertThat(writes.get(7)).isNotDone();
            yamux.frame(WINDOW_UPDATE, RST, raw.id(), 77, new byte[0]);
            assertThat(reasonOf(writes.get(7))).isEqualTo(Reason.RESET_BY_PEER);
            StreamException cause = get(ear.closed);
            assertThat(cause).isNotNull();
            assertThat(cause.code()).isEqualTo(77);
            assertThat(reasonOf(write(stream, new byte[1]))).isEqualTo(Reason.RESET_BY_PEER);
        }
    }

    @Test
    void aConnectionThatBreaksEndsItsStreamsWithAnError() throws Exception {
        try (RawYamux yamux = host.yamux(identity)) {
            Stream stream = openKnown();
            Ear ear = new Ear();
            stream.reader(ear);
            yamux.accept(RAW);
            yamux.stopCrediting();
            CompletableFuture<Void> stuck = write(stream, new byte[1 << 20]);
            yamux.cut();
            assertThat(reasonOf(stuck)).isEqualTo(Reason.CONNECTION_CLOSED);
            StreamException cause = get(ear.closed);
            assertThat(cause).isNotNull();
            assertThat(cause.reason()).isEqualTo(Reason.CONNECTION_CLOSED);
            host.awaitDisconnected();
        }
    }

    /** The raw peer takes the connection apart frame by frame, so a frame in a frame would not go unnoticed. */
    @Test
    void writersOnManyThreadsKeepFramesWhole() throws Exception {
        int writers = 8;
        int parts = 60;
        try (RawYamux yamux = host.yamux(identity)) {
            PeerId peer = host.awaitConnected();
            List<Thread> threads = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                byte name = (byte) writer;
                Thread thread = new Thread(() -> {
                    Stream stream = host.host().newStream(peer, RAW).join();
                    for (int part = 0; part < parts; part++) {
                        write(stream, pattern(name, part));
                    }
                    stream.closeWrite();
                });
                threads.add(thread);
                thread.start();
            }
            boolean[] seen = new boolean[writers];
            for (int i = 0; i < writers; i++) {
                byte[] all = yamux.accept(RAW).readToEnd();
                byte[] wanted = new byte[0];
                for (int part = 0; part < parts; part++) {
                    wanted = concat(wanted, pattern(all[0], part));
                }
                assertThat(all).isEqualTo(wanted);
                assertThat(seen[all[0]]).isFalse();
                seen[all[0]] = true;
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static byte[] pattern(byte writer, int part) {
        byte[] bytes = new byte[1 + part * 97 % 5_000];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (part == 0 ? writer : writer + at);
        }
        return bytes;
    }

    @Test
    void streamsOfAProtocolAreLimitedByPeerAndInAll() throws Exception {
        host.host().handle(RAW, stream -> stream.reader(new Ear()), new StreamLimits(2, 3, 9));
        try (RawYamux one = host.yamux();
                RawYamux two = host.yamux()) {
            RawStream first = one.open(RAW);
            one.open(RAW);
            assertRefused(one);
            two.open(RAW);
            assertRefused(two);
            first.closeWrite();
            assertThat(first.readToEnd()).isEmpty();
            assertThat(two.open(RAW).isReset()).isFalse();
            assertRefused(one);
        }
    }

    private static void assertRefused(RawYamux yamux) throws Exception {
        RawStream stream = yamux.openBare();
        stream.send(multistream(MULTISTREAM, RAW));
        stream.awaitReset();
    }

    /** The silent peer comes after the honest one, so when its time is over, the honest one's is too. */
    @Test
    void theDeadlineOfTheUpgradeIsNoDeadlineOfTheConnection() throws Exception {
        try (HostFixture hasty = HostFixture.start(o -> o.timeouts(HostFixture.PATIENT.withUpgradeMs(3_000)));
                RawYamux honest = hasty.yamux();
                RawPeer silent = RawPeer.connect(hasty.socket())) {
            assertThat(silent.awaitEnd()).isTrue();
            honest.frame(PING, SYN, 0, 9, new byte[0]);
            honest.await(frame -> frame.is(PING, ACK) && frame.length() == 9);
        }
    }

    @Test
    void aListenerThatDeclinesNoiseFailsTheDial() throws Exception {
        try (RawPeer.Listener listener = RawPeer.listen()) {
            CompletableFuture<Connection> dial = host.host()
                    .connect(Multiaddr.parse(
                            "/ip4/127.0.0.1/tcp/" + listener.address().getPort() + "/p2p/" + identity));
            try (RawPeer peer = listener.accept()) {
                assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(MULTISTREAM);
                assertThat(RawSession.message(peer.readFramed(1024))).isEqualTo(RawWire.NOISE);
                peer.send(multistream(MULTISTREAM, "na"));
                assertThat(peer.awaitEnd()).isTrue();
            }
            assertThatThrownBy(() -> get(dial)).hasMessageContaining("no common security");
        }
    }

    @Test
    void whoLeavesDuringIdentifyLeavesNothingBehind() throws Exception {
        HostFixture asking = HostFixture.start();
        try (asking) {
            try (RawYamux yamux = asking.yamux(identity)) {
                yamux.accept("/ipfs/id/1.0.0");
                yamux.cut();
            }
            assertThat(asking.awaitIdentifyFailed()).isNotEmpty();
            asking.awaitDisconnected();
            assertThat(asking.host().connections()).isEmpty();
            assertThat(asking.host().identified(PeerId.parse(identity.toString())))
                    .isEmpty();
        }
        assertThat(asking.host().memory().used()).isZero();
    }
}
