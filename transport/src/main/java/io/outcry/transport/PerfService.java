package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.perf.PerfClient;
import io.outcry.transport.perf.PerfServer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of {@code /perf/1.0.0}. Bytes are made as the stream takes them, none are held.
 *
 * <p><b>Threading</b>: each run is confined to its stream's event loop.
 */
final class PerfService {

    static final String PROTOCOL = PerfClient.PROTOCOL;
    /** What a stranger may ask for in one stream. */
    static final long DOWNLOAD_MAX = 1L << 30;

    private static final int INBOUND_PER_PEER = 1;
    private static final int OUTBOUND_PER_PEER = 4;
    private static final int CHUNK = 64 << 10;

    private final HostContext context;

    PerfService(HostContext context) {
        this.context = context;
    }

    void install() {
        if (context.options().servePerf()) {
            StreamLimits limits = StreamLimits.ofEachPeer(
                    INBOUND_PER_PEER, OUTBOUND_PER_PEER, context.options().limits());
            context.handlers().add(PROTOCOL, stream -> stream.reader(new Answering()), limits);
        }
    }

    /** Asks, sends and counts. */
    static CompletableFuture<PerfResult> measure(HostContext context, Stream stream, long upload, long download) {
        Asking asking = new Asking(context, new PerfClient(upload, download), upload);
        stream.reader(asking);
        return asking.result;
    }

    private static final class Answering implements StreamReader {

        private final PerfServer server = new PerfServer(DOWNLOAD_MAX);

        @Override
        public void onData(Stream stream, ByteBuf data) {
            if (!server.onBytes(data)) {
                stream.reset();
            }
        }

        @Override
        public void onRemoteClosed(Stream stream) {
            if (server.onEnd()) {
                onWritable(stream);
            } else {
                stream.reset();
            }
        }

        @Override
        public void onWritable(Stream stream) {
            while (stream.isWritable() && !server.downloadDone()) {
                ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(CHUNK);
                try {
                    if (server.write(out, CHUNK) == 0) {
                        return;
                    }
                    if (stream.write(out).isCompletedExceptionally()) {
                        stream.reset();
                        return;
                    }
                } finally {
                    out.release();
                }
            }
            if (server.downloadDone()) {
                stream.closeWrite();
            }
        }
    }

    private static final class Asking implements StreamReader {

        private final HostContext context;
        private final PerfClient client;
        private final long upload;
        private final CompletableFuture<PerfResult> result = new CompletableFuture<>();
        private final long startNs;
        private long uploadedNs;
        private boolean closing;

        Asking(HostContext context, PerfClient client, long upload) {
            this.context = context;
            this.client = client;
            this.upload = upload;
            this.startNs = context.nowNs();
        }

        @Override
        public void onAttached(Stream stream) {
            onWritable(stream);
        }

        @Override
        public void onWritable(Stream stream) {
            while (stream.isWritable() && !client.uploadDone()) {
                ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(CHUNK);
                try {
                    client.write(out, CHUNK);
                    CompletableFuture<Void> left = stream.write(out);
                    if (left.isCompletedExceptionally()) {
                        left.whenComplete((done, failure) -> result.completeExceptionally(failure));
                        stream.reset();
                        return;
                    }
                } finally {
                    out.release();
                }
            }
            if (client.uploadDone() && !closing) {
                closing = true;
                stream.closeWrite().thenRun(() -> uploadedNs = context.nowNs());
            }
        }

        @Override
        public void onData(Stream stream, ByteBuf data) {
            if (!client.onBytes(data)) {
                result.completeExceptionally(
                        new StreamException(Reason.PROTOCOL, "perf: more came than was asked for"));
                stream.reset();
            }
        }

        @Override
        public void onRemoteClosed(Stream stream) {
            if (client.complete()) {
                long nowNs = context.nowNs();
                long middleNs = uploadedNs == 0 ? nowNs : uploadedNs;
                result.complete(new PerfResult(upload, client.received(), middleNs - startNs, nowNs - middleNs));
            } else {
                result.completeExceptionally(new StreamException(
                        Reason.PROTOCOL, "perf: the peer ended after " + client.received() + " bytes"));
                stream.reset();
            }
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            result.completeExceptionally(
                    cause != null ? cause : new StreamException(Reason.CLOSED, "perf: the stream was closed"));
        }
    }
}
