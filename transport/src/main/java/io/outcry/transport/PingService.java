package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.ping.PingInitiator;
import io.outcry.transport.ping.PingResponder;
import io.outcry.transport.ping.PingResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of {@code /ipfs/ping/1.0.0}.
 *
 * <p>A peer may have two streams with us, we open one at a time. An echo returns credit only when it left, so a peer that
 * sends and does not read is stopped by its own window.
 */
final class PingService {

    private static final int INBOUND_PER_PEER = 2;
    private static final int OUTBOUND_PER_PEER = 1;
    private static final int ECHO_MAX = 1 << 16;

    private final Host host;
    private final HostContext context;
    private final SecureRandom random = new SecureRandom();
    private final Map<PeerId, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

    PingService(Host host, HostContext context) {
        this.host = host;
        this.context = context;
        StreamLimits limits = StreamLimits.ofEachPeer(
                INBOUND_PER_PEER, OUTBOUND_PER_PEER, context.options().limits());
        context.handlers().add(PingInitiator.PROTOCOL, PingService::answer, limits);
    }

    private static void answer(Stream stream) {
        stream.autoCredit(false);
        stream.reader(new Echo());
    }

    /** Echoes 32 bytes at a time. */
    private static final class Echo implements StreamReader {

        private final PingResponder responder = new PingResponder();

        @Override
        public void onData(Stream stream, ByteBuf data) {
            int bytes = data.readableBytes();
            ByteBuf out =
                    PooledByteBufAllocator.DEFAULT.buffer(Math.min(bytes + PingInitiator.PAYLOAD_LENGTH, ECHO_MAX));
            try {
                responder.onBytes(data, out);
                if (out.isReadable()) {
                    stream.write(out).whenComplete((left, failure) -> {
                        if (failure == null) {
                            stream.consumed(bytes);
                        } else {
                            stream.reset();
                        }
                    });
                } else {
                    stream.consumed(bytes);
                }
            } finally {
                out.release();
            }
        }
    }

    /** One ping at a time to a peer: the next starts when the stream of the one before is closed, however it ended. */
    CompletableFuture<Duration> ping(PeerId peer) {
        CompletableFuture<Duration> result = new CompletableFuture<>();
        CompletableFuture<Void> mine = last.compute(
                peer,
                (key, before) ->
                        before == null ? start(peer, result) : before.thenCompose(over -> start(peer, result)));
        mine.thenRun(() -> last.remove(peer, mine));
        return result;
    }

    /** Completes, and always well, when the stream is closed. */
    private CompletableFuture<Void> start(PeerId peer, CompletableFuture<Duration> result) {
        return host.newStream(peer, PingInitiator.PROTOCOL)
                .thenCompose(stream -> measure(stream, result))
                .exceptionally(failure -> {
                    result.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
                    return null;
                });
    }

    private CompletableFuture<Void> measure(Stream stream, CompletableFuture<Duration> result) {
        long timeoutMs = context.options().timeouts().pingMs();
        Answer answer = new Answer(new PingInitiator(random, timeoutMs), result);
        stream.reader(answer);
        result.orTimeout(timeoutMs, TimeUnit.MILLISECONDS).whenComplete((rtt, failure) -> {
            if (failure == null) {
                stream.closeWrite();
            } else {
                stream.reset();
            }
        });
        // A peer that answers and does not close must not hold up the pings to come.
        answer.over.orTimeout(2 * timeoutMs, TimeUnit.MILLISECONDS).whenComplete((over, late) -> stream.reset());
        return answer.over.exceptionally(late -> null);
    }

    /** Hears the echo. */
    private final class Answer implements StreamReader {

        private final PingInitiator initiator;
        private final CompletableFuture<Duration> result;
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Answer(PingInitiator initiator, CompletableFuture<Duration> result) {
            this.initiator = initiator;
            this.result = result;
        }

        @Override
        public void onAttached(Stream stream) {
            ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(PingInitiator.PAYLOAD_LENGTH);
            initiator.ask(out, context.nowNs());
            stream.write(out);
            out.release();
        }

        @Override
        public void onData(Stream stream, ByteBuf data) {
            PingResult answer = initiator.onBytes(data, context.nowNs());
            if (answer instanceof PingResult.Answered answered) {
                result.complete(Duration.ofNanos(answered.rttNs()));
            } else if (answer instanceof PingResult.Violated violated) {
                context.onMisbehaviour(stream.peer(), stream.connection().remoteAddress(), "ping: " + violated.why());
                result.completeExceptionally(new StreamException(Reason.PROTOCOL, "ping: " + violated.why()));
            }
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            result.completeExceptionally(
                    cause != null ? cause : new StreamException(Reason.CLOSED, "the peer closed without an answer"));
            over.complete(null);
        }
    }
}
