package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.outcry.core.memory.Priority;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.muxer.ReceiveQueue;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Netty channel on one stream, for those who want a pipeline there: frame decoders, codecs, handlers they have already.
 *
 * <pre>{@code
 * host.handle("/my/proto/1.0.0", stream -> StreamChannel.of(stream, new ChannelInitializer<StreamChannel>() { … }));
 * host.newStream(peer, "/my/proto/1.0.0").thenApply(stream -> StreamChannel.of(stream, handlers));
 * }</pre>
 *
 * <p>What a word of Netty's means on a stream:
 *
 * <table>
 * <caption>Channel and stream</caption>
 * <tr><td>{@code read()}, auto-read</td><td>bytes go to the pipeline, and their credit to the peer; without a wish to read
 * both stay, and the peer is stopped by its window</td></tr>
 * <tr><td>a write's promise</td><td>done when its bytes left for the socket</td></tr>
 * <tr><td>writability</td><td>by the channel's own water marks, over all that has not left</td></tr>
 * <tr><td>{@link #shutdownOutput()}</td><td>everything written is flushed, then the stream is half-closed</td></tr>
 * <tr><td>the peer's half-close</td><td>a {@link ChannelInputShutdownEvent} with {@link
 * ChannelOption#ALLOW_HALF_CLOSURE}, else the channel closes, once all was read</td></tr>
 * <tr><td>{@code close()}</td><td>a half-close behind what was flushed to the stream, though promises that were not done
 * fail; if flushed writes must be dropped a reset, so that the peer does not take a part for the whole. What still comes is
 * dropped; a peer that does not close its half in {@link HostTimeouts#closeMs} is reset</td></tr>
 * <tr><td>the peer's reset, a lost connection, no memory for a write</td><td>{@code exceptionCaught} with the {@link
 * StreamException}, then the channel closes</td></tr>
 * </table>
 *
 * <p><b>Threading</b>: as any channel; its event loop is that of the stream's connection, so handlers must not block.
 *
 * <p><b>Ownership</b>: as any channel: messages are {@link ByteBuf}s, whoever reads one releases it, a write takes it. The
 * stream belongs to the channel; its own methods are not to be used beside it.
 */
public final class StreamChannel extends AbstractChannel implements DuplexChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    /** A longer message goes to the stream in pieces, as far as the stream is writable. */
    private static final int PIECE_MAX = 64 << 10;

    private final Stream stream;
    private final NetConnection connection;
    private final StreamChannelConfig config = new StreamChannelConfig(this);

    private volatile boolean open = true;
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;

    // Confined to the event loop from here on.
    private final ReceiveQueue received = new ReceiveQueue();
    private boolean live;
    private boolean readWanted;
    private boolean pumping;
    /** Something was read since the last {@code channelReadComplete}. */
    private boolean readSome;

    /** Bytes in {@link #received} that are reserved in the budget by this channel, since the stream is over. */
    private long kept;

    private boolean remoteClosed;
    private boolean streamOver;
    /** Flushed messages that the stream has whole; they stay in the outbound buffer until they left. */
    private int submitted;
    /** How much of the message behind those the stream has. */
    private int submittedOfNext;

    private boolean submitting;
    private boolean truncated;
    private long resetCode;
    private @Nullable Throwable broken;
    private @Nullable ChannelPromise shuttingDown;
    private @Nullable ScheduledFuture<?> patience;

    private StreamChannel(Stream stream, NetConnection connection) {
        super(null);
        this.stream = stream;
        this.connection = connection;
    }

    /**
     * Puts a pipeline on a stream that has no reader yet. Any thread; the channel is registered when the event loop comes to
     * it, and may be written to at once.
     *
     * @param stream one of a {@link Host}
     * @param handler the first handler, as a rule a {@link io.netty.channel.ChannelInitializer}
     */
    public static StreamChannel of(Stream stream, ChannelHandler handler) {
        if (!(stream.connection() instanceof NetConnection connection)) {
            throw new IllegalArgumentException("a channel needs a stream of a Host, not " + stream);
        }
        StreamChannel channel = new StreamChannel(stream, connection);
        channel.pipeline().addLast(handler);
        stream.autoCredit(false);
        EventLoop loop = connection.loop();
        loop.register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                // Behind channelActive, which comes next.
                loop.execute(channel::attach);
            } else {
                stream.reset();
            }
        });
        return channel;
    }

    /** The stream under this channel: who is at the other end, and by which protocol. */
    public Stream stream() {
        return stream;
    }

    /**
     * Ends both directions at once with a code for the peer; what was not sent is dropped. Any thread.
     *
     * @param code an unsigned 32-bit number
     */
    public ChannelFuture reset(long code) {
        if (code >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("a reset code is an unsigned 32-bit number, not " + code);
        }
        ChannelPromise promise = newPromise();
        eventLoop().execute(() -> {
            resetCode = code;
            ((StreamUnsafe) unsafe()).abort(promise, new ClosedChannelException());
        });
        return promise;
    }

    // ---- in

    private void attach() {
        stream.reader(new Reader());
    }

    /** Hears the stream. */
    private final class Reader implements StreamReader {

        @Override
        public void onAttached(Stream same) {
            // What waited comes next, outside of a batch; it is gathered first. And nobody was told yet of a stream
            // that was full and is not any more.
            eventLoop().execute(() -> {
                live = true;
                pump();
                ((StreamUnsafe) unsafe()).resume();
            });
        }

        @Override
        public void onData(Stream same, ByteBuf data) {
            if (!open || inputShutdown) {
                same.consumed(data.readableBytes());
            } else if (live && readWanted && !pumping && received.isEmpty()) {
                fireRead(data.retainedSlice());
            } else {
                received.take(data.retainedSlice());
            }
        }

        @Override
        public void onReadComplete(Stream same) {
            pump();
        }

        @Override
        public void onWritable(Stream same) {
            ((StreamUnsafe) unsafe()).resume();
        }

        @Override
        public void onRemoteClosed(Stream same) {
            remoteClosed = true;
            pump();
        }

        @Override
        public void onClosed(Stream same, @Nullable StreamException cause) {
            streamOver = true;
            ScheduledFuture<?> planned = patience;
            if (planned != null) {
                planned.cancel(false);
            }
            if (cause == null) {
                pump();
                keepReceived();
            } else if (open) {
                broken(cause);
            }
        }
    }

    private void fireRead(ByteBuf data) {
        int bytes = data.readableBytes();
        readSome = true;
        if (!config.isAutoRead()) {
            readWanted = false;
        }
        pipeline().fireChannelRead(data);
        stream.consumed(bytes);
    }

    /** Gives the pipeline what it wants to read and there is, then the ends. */
    private void pump() {
        if (pumping || !live) {
            return;
        }
        pumping = true;
        try {
            do {
                while (open && readWanted && !received.isEmpty()) {
                    ByteBuf next = received.poll();
                    if (next != null) {
                        fireRead(next);
                    }
                }
                if (readSome) {
                    readSome = false;
                    // With auto-read, or a handler that wants more, this leads to doBeginRead; a wish made while
                    // reading stands already.
                    pipeline().fireChannelReadComplete();
                }
            } while (open && readWanted && !received.isEmpty());
        } finally {
            pumping = false;
        }
        if (received.isEmpty()) {
            releaseKept();
        }
        if (open && received.isEmpty()) {
            fireEnds();
        }
    }

    private void fireEnds() {
        if (remoteClosed && !inputShutdown) {
            inputShutdown = true;
            if (config.isAllowHalfClosure()) {
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
            } else {
                unsafe().close(voidPromise());
            }
        }
        if (streamOver && open) {
            unsafe().close(voidPromise());
        }
    }

    private void broken(Throwable cause) {
        broken = cause;
        pipeline().fireExceptionCaught(cause);
        ((StreamUnsafe) unsafe()).abort(voidPromise(), cause);
    }

    @Override
    protected void doBeginRead() {
        if (inputShutdown) {
            return;
        }
        readWanted = true;
        if (!pumping && !received.isEmpty()) {
            eventLoop().execute(this::pump);
        }
    }

    /** No wish to read stands any more. Any thread. */
    void autoReadCleared() {
        EventLoop loop = connection.loop();
        if (loop.inEventLoop()) {
            readWanted = false;
        } else {
            loop.execute(() -> readWanted = config.isAutoRead());
        }
    }

    // ---- out

    @Override
    protected Object filterOutboundMessage(Object message) throws ChannelOutputShutdownException {
        if (outputShutdown) {
            throw new ChannelOutputShutdownException("the stream is closed for writing");
        }
        if (!(message instanceof ByteBuf)) {
            throw new UnsupportedOperationException("a stream takes ByteBufs, not "
                    + message.getClass().getName() + "; is an encoder missing in the pipeline?");
        }
        return FlushedMessages.distinct(message);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws Exception {
        int[] place = {0};
        submitting = true;
        try {
            // What the stream has already stays in front until it left; see onLeft.
            out.forEachFlushedMessage(message -> place[0]++ < submitted || submit((ByteBuf) message));
        } finally {
            submitting = false;
        }
        shutDownIfAllIsSubmitted(out);
    }

    /** Hands a message to the stream; false if the stream takes no more now. */
    private boolean submit(ByteBuf message) {
        int length = message.readableBytes();
        do {
            if (!stream.isWritable()) {
                return false;
            }
            int piece = Math.min(PIECE_MAX, length - submittedOfNext);
            ByteBuf data = message.slice(message.readerIndex() + submittedOfNext, piece);
            boolean last = submittedOfNext + piece == length;
            CompletableFuture<Void> sent = stream.write(data);
            sent.whenComplete((left, failure) -> {
                if (submitting || !eventLoop().inEventLoop()) {
                    eventLoop().execute(() -> onLeft(message, last, failure));
                } else {
                    onLeft(message, last, failure);
                }
            });
            if (sent.isCompletedExceptionally()) {
                // What comes behind a hole must not go; onLeft ends the channel.
                return false;
            }
            submittedOfNext += piece;
        } while (submittedOfNext < length);
        submitted++;
        submittedOfNext = 0;
        return true;
    }

    /** A piece left, in the order of the writes; with its last one the message is done. */
    private void onLeft(ByteBuf message, boolean last, @Nullable Throwable failure) {
        ChannelOutboundBuffer out = unsafe().outboundBuffer();
        if (out == null) {
            return;
        }
        if (failure != null) {
            // The bytes behind it must not go without it.
            broken(failure);
        } else if (last) {
            submitted--;
            FlushedMessages.remove(out, message);
        }
    }

    private void shutDownIfAllIsSubmitted(@Nullable ChannelOutboundBuffer out) {
        ChannelPromise waiting = shuttingDown;
        if (waiting == null || FlushedMessages.moreThan(submitted, out)) {
            return;
        }
        shuttingDown = null;
        stream.closeWrite().whenComplete((left, failure) -> {
            if (failure == null) {
                waiting.trySuccess();
            } else {
                waiting.tryFailure(failure);
            }
        });
    }

    // ---- the ends

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || !open;
    }

    /** What comes from now on is dropped; a muxer has no word to tell the peer. */
    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        eventLoop().execute(() -> {
            inputShutdown = true;
            dropReceived();
            promise.trySuccess();
            pump();
        });
        return promise;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !open;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        eventLoop().execute(() -> {
            if (!open) {
                promise.tryFailure(new ClosedChannelException());
            } else if (outputShutdown) {
                promise.trySuccess();
            } else {
                outputShutdown = true;
                shuttingDown = promise;
                unsafe().flush();
                shutDownIfAllIsSubmitted(unsafe().outboundBuffer());
            }
        });
        return promise;
    }

    /** Netty's, when a flush threw: a part of what was written must not look like the whole. */
    @Override
    protected void doShutdownOutput() {
        if (broken == null) {
            broken = new ClosedChannelException();
        }
        eventLoop().execute(() -> unsafe().close(voidPromise()));
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownInput();
        return shutdownOutput(promise);
    }

    @Override
    protected void doClose() {
        open = false;
        dropReceived();
        ChannelPromise waiting = shuttingDown;
        if (waiting != null) {
            shuttingDown = null;
            waiting.tryFailure(new ClosedChannelException());
        }
        if (streamOver) {
            return;
        }
        if (broken != null || truncated) {
            stream.reset(resetCode);
            return;
        }
        stream.closeWrite();
        long closeMs = connection.host().options().timeouts().closeMs();
        patience = eventLoop().schedule(() -> stream.reset(), closeMs, TimeUnit.MILLISECONDS);
    }

    private void dropReceived() {
        stream.consumed((int) received.bytes());
        received.close();
        releaseKept();
    }

    /** A stream that is over holds no memory; what still waits here is counted here then. */
    private void keepReceived() {
        long unread = received.bytes();
        if (unread == 0) {
            return;
        }
        if (connection.memory().reserve(unread, Priority.HIGH)) {
            kept = unread;
        } else {
            broken(new StreamException(Reason.LIMIT, "the memory budget has no room for what was not read"));
        }
    }

    private void releaseKept() {
        connection.memory().release(kept);
        kept = 0;
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && isRegistered();
    }

    // ---- what Netty asks of a channel

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new StreamUnsafe();
    }

    private final class StreamUnsafe extends AbstractUnsafe {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a stream is connected from the start"));
        }

        @Override
        public void close(ChannelPromise promise) {
            truncated = FlushedMessages.moreThan(submitted, outboundBuffer());
            super.close(promise);
        }

        /** Closes by a reset; pending writes fail with the cause. */
        void abort(ChannelPromise promise, Throwable cause) {
            if (broken == null) {
                broken = cause;
            }
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(cause);
            close(promise, cause, closed);
        }

        /** The stream is writable again. */
        void resume() {
            flush0();
        }
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop == connection.loop();
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return connection.channel().localAddress();
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return connection.channel().remoteAddress();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a stream is bound from the start");
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public String toString() {
        return "StreamChannel " + stream;
    }
}
