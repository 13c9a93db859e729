package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Hosts on loopback and how to talk to them in a test; closes them all. */
final class Hosts implements AutoCloseable {

    /** A bound on failure, never a pause. */
    static final long PATIENCE_S = 60;

    private final List<Host> all = new ArrayList<>();

    Host start(String muxer) {
        return start(options -> options.muxers(muxer));
    }

    /** A host on a free port of loopback, unless the options listen elsewhere. */
    Host start(UnaryOperator<HostOptions.Builder> options) {
        HostOptions.Builder builder = options.apply(HostOptions.builder().ioThreads(1));
        if (builder.build().listen().isEmpty()) {
            builder.listen("/ip4/127.0.0.1/tcp/0");
        }
        return add(Host.start(builder.build()));
    }

    Host add(Host host) {
        all.add(host);
        return host;
    }

    Connection connect(Host from, Host to) {
        return await(from.connect(to.peerAddresses().get(0)));
    }

    @Override
    public void close() {
        all.forEach(Host::close);
    }

    /** The future's value, or what it failed with. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new AssertionError(cause);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing happened for " + PATIENCE_S + " s", late);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Waits for a condition another thread makes true. */
    static void eventually(BooleanSupplier condition) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNs > 0) {
                throw new AssertionError("the condition did not hold within " + PATIENCE_S + " s");
            }
            Thread.yield();
        }
    }

    static ByteBuf buffer(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return PooledByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    /** Lends {@code text} as a buffer. */
    static <T> T bytes(String text, Function<ByteBuf, T> use) {
        ByteBuf buffer = buffer(text);
        try {
            return use.apply(buffer);
        } finally {
            buffer.release();
        }
    }

    /**
     * How a stream ends that its peer is expected to refuse. The future tells it while the protocol is still negotiated, the
     * stream's reader where identify had already named the protocol: which of them depends on who was faster.
     */
    static StreamException refusal(CompletableFuture<Stream> opening) {
        Collector end = new Collector();
        opening.whenComplete((stream, failure) -> {
            if (stream != null) {
                stream.reader(end);
            } else {
                end.fail((StreamException) failure);
            }
        });
        return Objects.requireNonNull(end.cause(), "the stream ended in order");
    }

    /** Sends back what comes, as fast as it leaves. */
    static StreamHandler echo() {
        return stream -> {
            stream.autoCredit(false);
            stream.reader((same, data) -> {
                int bytes = data.readableBytes();
                same.write(data).whenComplete((done, failure) -> same.consumed(bytes));
            });
        };
    }

    /** Gathers what a stream says until it ends. */
    static final class Collector implements StreamReader {

        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        private volatile @Nullable StreamException cause;

        @Override
        public void onData(Stream stream, ByteBuf data) {
            text.append(data.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void onRemoteClosed(Stream stream) {
            whole.complete(text.toString());
            stream.closeWrite();
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException end) {
            cause = end;
            ended.complete(true);
            whole.complete(text.toString());
        }

        /** The stream did not even come to be. */
        void fail(StreamException failure) {
            cause = failure;
            ended.complete(true);
            whole.complete("");
        }

        /** Everything up to the peer's half-close. */
        String text() {
            return await(whole);
        }

        /** The same as it comes; nothing if the stream failed. */
        CompletableFuture<String> whole() {
            return whole.thenApply(all -> cause == null ? all : "");
        }

        /** How the stream ended, once it has. */
        @Nullable
        StreamException cause() {
            await(ended);
            return cause;
        }
    }
}
