package io.outcry.discovery;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.discovery.DiscoveryException.Reason;
import io.outcry.discovery.rendezvous.RendezvousCodec;
import io.outcry.discovery.rendezvous.RendezvousMessage;
import io.outcry.transport.FrameReader;
import io.outcry.transport.Host;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a rendezvous point: a stream each, one answer, one deadline.
 *
 * <p><b>Threading</b>: the client's agent; answers arrive on the connection's thread and complete the future there.
 */
final class RendezvousExchanges {

    /** Dial, negotiation and answer together. */
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    /** Questions under way at once. */
    static final int PENDING_MAX = 256;

    private final Host host;
    private final PeerId point;

    /** In the order of their deadlines, since all have the same patience. */
    private final ArrayDeque<Exchange> pending = new ArrayDeque<>();

    private @Nullable DiscoveryException closed;

    RendezvousExchanges(Host host, PeerId point) {
        this.host = host;
        this.point = point;
    }

    /** Sends a request; the future completes with the message that came back. */
    CompletableFuture<RendezvousMessage> ask(RendezvousMessage request, long nowNs) {
        DiscoveryException ended = closed;
        if (ended != null) {
            return CompletableFuture.failedFuture(ended);
        }
        while (!pending.isEmpty() && pending.peekFirst().answer.isDone()) {
            pending.removeFirst();
        }
        if (pending.size() >= PENDING_MAX) {
            return CompletableFuture.failedFuture(new DiscoveryException(
                    Reason.LOCAL, PENDING_MAX + " questions to " + point + " are under way; wait for one"));
        }
        Exchange exchange = new Exchange(nowNs + PATIENCE_NS);
        pending.addLast(exchange);
        host.newStream(point, RendezvousServer.PROTOCOL).whenComplete((stream, failure) -> {
            if (failure != null) {
                exchange.answer.completeExceptionally(failure);
            } else {
                exchange.start(stream, request);
            }
        });
        return exchange.answer;
    }

    /** Sends a request that has no answer, if the point is at hand; a point that is away forgets by itself. */
    void tell(RendezvousMessage request) {
        if (!host.isConnected(point)) {
            return;
        }
        host.newStream(point, RendezvousServer.PROTOCOL).whenComplete((stream, failure) -> {
            if (failure == null) {
                ByteBuf out = RendezvousServer.framed(request);
                try {
                    stream.write(out);
                    stream.closeWrite();
                } finally {
                    out.release();
                }
            }
        });
    }

    int onTick(long nowNs) {
        int expired = 0;
        while (!pending.isEmpty()) {
            Exchange first = pending.peekFirst();
            if (!first.answer.isDone()) {
                if (first.deadlineNs - nowNs > 0) {
                    break;
                }
                first.fail(new DiscoveryException(
                        Reason.UNREACHABLE,
                        "rendezvous point " + point + " did not answer within "
                                + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NS) + " s"));
            }
            pending.removeFirst();
            expired++;
        }
        return expired;
    }

    long nextDeadlineNs() {
        return pending.isEmpty() ? Long.MAX_VALUE : pending.peekFirst().deadlineNs;
    }

    void close(DiscoveryException why) {
        closed = why;
        pending.forEach(exchange -> exchange.fail(why));
        pending.clear();
    }

    /** One question. */
    private final class Exchange implements FrameReader.Listener {

        private final CompletableFuture<RendezvousMessage> answer = new CompletableFuture<>();
        private final long deadlineNs;
        private volatile @Nullable Stream stream;

        private Exchange(long deadlineNs) {
            this.deadlineNs = deadlineNs;
        }

        private void start(Stream opened, RendezvousMessage request) {
            stream = opened;
            if (answer.isDone()) { // too late
                opened.reset();
                return;
            }
            opened.reader(new FrameReader(RendezvousCodec.RESPONSE_LENGTH_MAX, this));
            ByteBuf out = RendezvousServer.framed(request);
            try {
                opened.write(out);
            } finally {
                out.release();
            }
        }

        private void fail(DiscoveryException why) {
            answer.completeExceptionally(why);
            Stream opened = stream;
            if (opened != null) {
                opened.reset();
            }
        }

        @Override
        public void onFrame(Stream from, byte[] frame) {
            RendezvousMessage message = RendezvousCodec.decode(frame);
            if (message == null) {
                onMalformed(from);
                return;
            }
            // One answer is all we want: the reset frees the stream on both sides whatever the point does with its
            // half.
            answer.complete(message);
            from.reset();
        }

        @Override
        public void onMalformed(Stream from) {
            fail(new DiscoveryException(Reason.PROTOCOL, "rendezvous point " + point + " sent no message"));
        }

        @Override
        public void onRemoteClosed(Stream from) {
            if (!answer.isDone()) {
                fail(new DiscoveryException(
                        Reason.PROTOCOL, "rendezvous point " + point + " closed without an answer"));
            }
        }

        @Override
        public void onEnd(Stream from, @Nullable StreamException cause) {
            if (!answer.isDone()) {
                answer.completeExceptionally(new DiscoveryException(
                        Reason.UNREACHABLE,
                        "rendezvous point " + point + ": the stream ended"
                                + (cause == null ? "" : ", " + cause.getMessage())));
            }
        }
    }
}
