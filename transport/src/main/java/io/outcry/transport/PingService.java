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

    private static final StreamLimits LIMITS = new StreamLimits(2, 64, 1);
    private static final int ECHO_MAX = 1 << 16;

    private final Host host;
    private final HostContext context;
    private final SecureRandom random = new SecureRandom();
    private final Map<PeerId, CompletableFuture<Duration>> last = new ConcurrentHashMap<>();

    PingService(Host host, HostContext context) {
        this.host = host;
        this.context = context;
        context.handlers().add(PingInitiator.PROTOCOL, PingService::answer, LIMITS);
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
                    stream.write(out).thenRun(() -> stream.consumed(bytes));
                } else {
                    stream.consumed(bytes);
                }
            } finally {
                out.release();
            }
        }
    }

    /** One ping at a time to a peer: the next starts when the one before is over, however it ended. */
    CompletableFuture<Duration> ping(PeerId peer) {
        CompletableFuture<Duration> mine = last.compute(
                peer,
                (key, before) -> before == null || before.isDone()
                        ? start(peer)
                        : before.handle((rtt, failure) -> null).thenCompose(over -> start(peer)));
        mine.whenComplete((rtt, failure) -> last.remove(peer, mine));
        return mine.copy();
    }

    private CompletableFuture<Duration> start(PeerId peer) {
        return host.newStream(peer, PingInitiator.PROTOCOL).thenCompose(this::measure);
    }

    private CompletableFuture<Duration> measure(Stream stream) {
        long timeoutMs = context.options().timeouts().pingMs();
        CompletableFuture<Duration> result = new CompletableFuture<>();
        PingInitiator initiator = new PingInitiator(random, timeoutMs);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(PingInitiator.PAYLOAD_LENGTH);
        initiator.ask(out, context.nowNs());
        stream.reader(new Answer(initiator, result));
        stream.write(out);
        out.release();
        return result.orTimeout(timeoutMs, TimeUnit.MILLISECONDS).whenComplete((rtt, failure) -> {
            if (failure == null) {
                stream.closeWrite();
            } else {
                stream.reset();
            }
        });
    }

    /** Hears the echo. */
    private final class Answer implements StreamReader {

        private final PingInitiator initiator;
        private final CompletableFuture<Duration> result;

        Answer(PingInitiator initiator, CompletableFuture<Duration> result) {
            this.initiator = initiator;
            this.result = result;
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
        }
    }
}
