package io.outcry.node;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.market.replica.RequestKind;
import io.outcry.transport.Host;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One question, one answer, one stream: {@code /outcry/snapshot/1.0.0} and {@code /outcry/sync/1.0.0}.
 *
 * <p><b>Threading</b>: any thread. <b>Errors</b>: an unanswered question fails its future; what waits is bounded by the
 * host's stream limits and by the time a stream may stay open.
 */
final class Requests implements AutoCloseable {

    /** A question names a cursor or some owners. */
    static final int REQUEST_BYTES_MAX = 64 << 10;

    /** A page is at most 256 KiB; its items carry proofs, and one item more may pass the line. */
    static final int ANSWER_BYTES_MAX = 320 << 10;

    /** The replica replaces a slow server after five seconds a page; after ten nobody waits any more. */
    private static final long ANSWER_TIMEOUT_MS = 10_000;

    /** Answers what peers ask. */
    interface Responder {
        /** The answer's bytes; an empty future result refuses without a word. */
        CompletableFuture<byte[]> onRequest(RequestKind kind, PeerId from, byte[] request);
    }

    private final Host host;

    Requests(Host host, Responder responder) {
        this.host = host;
        for (RequestKind kind : RequestKind.values()) {
            host.handle(kind.protocol(), stream -> serve(kind, stream, responder));
        }
    }

    private static void serve(RequestKind kind, Stream stream, Responder responder) {
        stream.reader(new FrameReader(REQUEST_BYTES_MAX, new FrameReader.Listener() {
            private boolean asked;

            @Override
            public void onRemoteClosed(Stream from) {
                if (!asked) {
                    from.reset(); // nothing was asked; else the answer is still to come
                }
            }

            @Override
            public void onFrame(Stream from, byte[] request) {
                if (asked) {
                    from.reset(); // one question a stream
                    return;
                }
                asked = true;
                responder
                        .onRequest(kind, from.peer(), request)
                        .orTimeout(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .whenComplete((answer, failure) -> {
                            if (answer == null) {
                                from.reset();
                            } else {
                                writeAndClose(from, answer);
                            }
                        });
            }
        }));
    }

    /** Asks one peer; the answer's bytes, or a failure. */
    CompletableFuture<byte[]> ask(PeerId to, RequestKind kind, byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        host.newStream(to, kind.protocol()).whenComplete((stream, failure) -> {
            if (stream == null) {
                answer.completeExceptionally(failure);
                return;
            }
            stream.reader(new FrameReader(ANSWER_BYTES_MAX, new FrameReader.Listener() {
                @Override
                public void onFrame(Stream from, byte[] frame) {
                    if (!answer.complete(frame)) {
                        from.reset(); // one answer a stream
                    }
                }

                @Override
                public void onEnd(Stream from, @Nullable StreamException cause) {
                    ended.complete(null);
                    answer.completeExceptionally(
                            cause != null
                                    ? cause
                                    : new StreamException(
                                            StreamException.Reason.CLOSED, to + " closed without an answer"));
                }
            }));
            writeAndClose(stream, request);
            answer.orTimeout(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            // Also a stream whose answer came: one that the peer never closes is not kept for it.
            ended.orTimeout(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS).whenComplete((nothing, late) -> {
                if (late != null) {
                    stream.reset();
                }
            });
        });
        return answer;
    }

    @Override
    public void close() {
        for (RequestKind kind : RequestKind.values()) {
            host.unhandle(kind.protocol());
        }
    }

    private static void writeAndClose(Stream stream, byte[] body) {
        ByteBuf frame = FrameReader.framed(body);
        try {
            stream.write(frame);
        } finally {
            frame.release();
        }
        stream.closeWrite();
    }
}
