package io.outcry.node;

import io.netty.buffer.ByteBuf;
import io.outcry.core.agent.Agent;
import io.outcry.core.agent.NanoClock;
import io.outcry.core.identity.PeerId;
import io.outcry.market.replica.RequestKind;
import io.outcry.transport.FrameReader;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamLimits;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One question, one answer, one stream: {@code /outcry/snapshot/1.0.0} and {@code /outcry/sync/1.0.0}.
 *
 * <pre>
 *   ask ─► open ─► question ─► answer ─► both halves closed          PATIENCE_NS after its opening a stream is reset,
 *                     served ─► Responder ─► answer ─┘               whoever was slow and whatever is missing
 * </pre>
 *
 * <p><b>Threading</b>: {@link #ask} and {@link #close} from any thread; an agent, whose duty is to end what takes too long.
 *
 * <p><b>Errors</b>: an unanswered question fails its future.
 */
final class Requests implements Agent, AutoCloseable {

    /** A question names a cursor or some owners. */
    static final int REQUEST_BYTES_MAX = 64 << 10;

    /** A page is at most 256 KiB; its items carry proofs, and one item more may pass the line. */
    static final int ANSWER_BYTES_MAX = 320 << 10;

    /** The replica replaces a slow server after five seconds a page; after ten nobody waits any more. */
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    /** A joiner asks one page at a time, beside a question about differences; 4 096 hold a place at most {@link #PATIENCE_NS}. */
    static final StreamLimits LIMITS = new StreamLimits(8, 4_096, 64);

    /** Answers what peers ask. */
    interface Responder {
        /** The answer's bytes; a failure refuses without a word. */
        CompletableFuture<byte[]> onRequest(RequestKind kind, PeerId from, byte[] request);
    }

    private final Streams streams;
    private final NanoClock clock;

    /** In the order of their deadlines, since all have the same patience; bounded by the limits of streams; guarded by itself. */
    private final Set<Exchange> open = new LinkedHashSet<>();

    private volatile Runnable wakeUp = () -> {};
    private boolean closed;

    Requests(Streams streams, NanoClock clock, Responder responder) {
        this.streams = streams;
        this.clock = clock;
        for (RequestKind kind : RequestKind.values()) {
            streams.handle(kind.protocol(), stream -> serve(kind, stream, responder), LIMITS);
        }
    }

    @Override
    public String role() {
        return "requests";
    }

    @Override
    public void onStart(Runnable agentWakeUp) {
        wakeUp = agentWakeUp;
    }

    /** Ends what is overdue. */
    @Override
    public int doWork(long nowNs) {
        int ended = 0;
        for (Exchange due = takeDue(nowNs); due != null; due = takeDue(nowNs)) {
            due.giveUp();
            ended++;
        }
        return ended;
    }

    private @Nullable Exchange takeDue(long nowNs) {
        synchronized (open) {
            Iterator<Exchange> oldest = open.iterator();
            if (oldest.hasNext()) {
                Exchange first = oldest.next();
                if (first.deadlineNs - nowNs <= 0) {
                    oldest.remove();
                    return first;
                }
            }
            return null;
        }
    }

    @Override
    public long nextDeadlineNs() {
        synchronized (open) {
            Iterator<Exchange> oldest = open.iterator();
            return oldest.hasNext() ? oldest.next().deadlineNs : Long.MAX_VALUE;
        }
    }

    /** Streams that are open, or about to be. */
    int open() {
        synchronized (open) {
            return open.size();
        }
    }

    /** Counts {@code exchange} from now on; false if this was closed. */
    private boolean begin(Exchange exchange) {
        boolean first;
        synchronized (open) {
            if (closed) {
                return false;
            }
            first = open.isEmpty();
            exchange.deadlineNs = clock.nowNs() + PATIENCE_NS;
            open.add(exchange);
        }
        if (first) {
            wakeUp.run();
        }
        return true;
    }

    private void end(Exchange exchange) {
        synchronized (open) {
            open.remove(exchange);
        }
    }

    private void serve(RequestKind kind, Stream stream, Responder responder) {
        Served served = new Served(kind, stream, responder);
        if (begin(served)) {
            stream.reader(new FrameReader(REQUEST_BYTES_MAX, served));
        } else {
            stream.reset();
        }
    }

    /** Asks one peer; the answer's bytes, or a failure. */
    CompletableFuture<byte[]> ask(PeerId to, RequestKind kind, byte[] request) {
        Asked asked = new Asked(to);
        if (!begin(asked)) {
            asked.answer.completeExceptionally(closedException());
            return asked.answer;
        }
        streams.open(to, kind.protocol()).whenComplete((stream, failure) -> {
            if (stream == null) {
                end(asked);
                asked.answer.completeExceptionally(failure);
            } else {
                asked.start(stream, request);
            }
        });
        return asked.answer;
    }

    private static StreamException closedException() {
        return new StreamException(StreamException.Reason.CLOSED, "the node is closed");
    }

    /** Serves no more, and fails what was asked. */
    @Override
    public void close() {
        for (RequestKind kind : RequestKind.values()) {
            streams.unhandle(kind.protocol());
        }
        List<Exchange> rest;
        synchronized (open) {
            closed = true;
            rest = List.copyOf(open);
            open.clear();
        }
        rest.forEach(Exchange::giveUp);
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

    /** One stream, from its beginning to its end. */
    private abstract class Exchange implements FrameReader.Listener {
        long deadlineNs;

        @Override
        public void onEnd(Stream stream, @Nullable StreamException cause) {
            end(this);
        }

        /** Too late. */
        abstract void giveUp();
    }

    /** A peer's question. */
    private final class Served extends Exchange {
        private final RequestKind kind;
        private final Stream stream;
        private final Responder responder;
        private boolean asked;

        private Served(RequestKind kind, Stream stream, Responder responder) {
            this.kind = kind;
            this.stream = stream;
            this.responder = responder;
        }

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
            responder.onRequest(kind, from.peer(), request).whenComplete((answer, failure) -> {
                if (answer == null) {
                    from.reset();
                } else {
                    writeAndClose(from, answer);
                }
            });
        }

        @Override
        void giveUp() {
            stream.reset();
        }
    }

    /** A question of ours. */
    private final class Asked extends Exchange {
        private final PeerId to;
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        private @Nullable Stream stream;
        private boolean late;

        private Asked(PeerId to) {
            this.to = to;
        }

        private void start(Stream opened, byte[] request) {
            boolean tooLate;
            synchronized (this) {
                stream = opened;
                tooLate = late;
            }
            if (tooLate) {
                opened.reset();
                return;
            }
            opened.reader(new FrameReader(ANSWER_BYTES_MAX, this));
            writeAndClose(opened, request);
        }

        @Override
        public void onRemoteClosed(Stream from) {
            // Our half is closed behind the question.
        }

        @Override
        public void onFrame(Stream from, byte[] frame) {
            if (!answer.complete(frame)) {
                from.reset(); // one answer a stream
            }
        }

        @Override
        public void onEnd(Stream from, @Nullable StreamException cause) {
            super.onEnd(from, cause);
            answer.completeExceptionally(
                    cause != null
                            ? cause
                            : new StreamException(StreamException.Reason.CLOSED, to + " closed without an answer"));
        }

        /** Also a stream whose answer came: one that the peer never closes is not kept for it. */
        @Override
        void giveUp() {
            Stream opened;
            synchronized (this) {
                late = true;
                opened = stream;
            }
            answer.completeExceptionally(
                    new StreamException(StreamException.Reason.TIMEOUT, to + " did not answer in time"));
            if (opened != null) {
                opened.reset();
            }
        }
    }
}
