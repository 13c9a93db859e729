package io.outcry.gossip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.memory.Priority;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageCheck;
import io.outcry.gossip.message.MessageForm;
import io.outcry.gossip.message.MessageSignatures;
import io.outcry.gossip.rpc.FrameSplitter;
import io.outcry.gossip.rpc.RpcError;
import io.outcry.gossip.rpc.RpcReader;
import io.outcry.gossip.rpc.RpcVisitor;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamReader;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way in from one peer: bytes to frames, frames to tasks for the router. When the peer's share of that way is used up,
 * frames are held and the stream gets no credit; what can be held is then bounded by the stream's window.
 *
 * <p><b>Threading</b>: the connection's event loop; after a pause, a thread of the validation pool goes on. One lock.
 */
final class InboundStream implements StreamReader, RpcVisitor {

    /** What an entry of control counts of the peer's share beside its bytes: eight bytes of it are as much work as a message. */
    private static final int ENTRY_BYTES = 128;

    private final PubSubContext context;
    private final Link link;
    private final Stream stream;
    private final Mailbox<RouterTask>.Source source;
    private final FrameSplitter splitter;
    private final RpcReader reader;
    private final MessageCheck check;
    /** Whole frames that found no room, in order; this stream's to release. */
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();

    /** Bytes delivered and not credited, because of {@link #held}. */
    private int owed;
    /** What the budget holds for the frame that is not whole. */
    private int reserved;

    private boolean closed;

    // How far the first held frame was taken.
    private boolean controlTaken;
    private int messagesTaken;

    // Of the frame being walked.
    private ByteBuf frame = Unpooled.EMPTY_BUFFER;
    private boolean oneMessage;
    private int messageIndex;
    private boolean paused;

    InboundStream(PubSubContext context, Link link, Stream stream) {
        this.context = context;
        this.link = link;
        this.stream = stream;
        source = link.source();
        splitter = new FrameSplitter(context.options.rpcLimits().frameLengthMax(), context.allocator);
        reader = new RpcReader(context.options.rpcLimits());
        check = new MessageCheck(context.salt);
    }

    Stream stream() {
        return stream;
    }

    /** Begins to read. */
    void start() {
        stream.autoCredit(false);
        stream.reader(this);
    }

    @Override
    public synchronized void onData(Stream from, ByteBuf data) {
        int bytes = data.readableBytes();
        context.counters.bytesIn.add(bytes);
        if (closed) {
            return;
        }
        for (ByteBuf next = splitter.next(data); next != null; next = splitter.next(data)) {
            context.counters.framesIn.increment();
            if (held.isEmpty() && take(next)) {
                next.release();
            } else {
                hold(next);
            }
            if (closed) {
                return;
            }
        }
        if (splitter.failed()) {
            refuse(RpcError.FRAME_LENGTH);
        } else if (!accountPartial()) {
            context.counters.framesRefused.increment();
            end();
        } else if (held.isEmpty()) {
            stream.consumed(bytes);
        } else {
            owed += bytes;
        }
    }

    @Override
    public void onRemoteClosed(Stream from) {
        // The peer says no more on it; the stream ends, the peer stays.
        from.closeWrite();
    }

    @Override
    public void onClosed(Stream from, @Nullable StreamException cause) {
        close();
        link.onInboundClosed(this);
    }

    /** Lets go of everything; what comes later is ignored. */
    synchronized void close() {
        closed = true;
        splitter.close();
        context.inbound.release(reserved);
        reserved = 0;
        while (!held.isEmpty()) {
            held.remove().release();
        }
    }

    /** There may be room again. */
    void resumeSoon() {
        link.strand().execute(this::resume);
    }

    private synchronized void resume() {
        while (!closed && !held.isEmpty()) {
            ByteBuf first = held.element();
            if (!take(first)) {
                return;
            }
            if (!closed) {
                held.remove().release();
            }
        }
        if (!closed && owed > 0) {
            stream.consumed(owed);
            owed = 0;
        }
    }

    private void hold(ByteBuf next) {
        if (closed) {
            next.release();
            return;
        }
        context.counters.pauses.increment();
        held.add(next);
    }

    /** A stall with a great part of a frame sent costs the peer's budget, not the node's. */
    private boolean accountPartial() {
        int now = splitter.heldBytes();
        if (now > reserved && !context.inbound.reserve(now - reserved, Priority.MEDIUM)) {
            return false;
        }
        if (now < reserved) {
            context.inbound.release(reserved - now);
        }
        reserved = now;
        return true;
    }

    /** Takes a frame, or as much of it as there is room for; true if all of it, and it is then released by the caller. */
    private boolean take(ByteBuf next) {
        RpcError error = reader.check(next);
        if (error != null) {
            refuse(error);
            return true;
        }
        int messages = reader.messages();
        oneMessage = reader.isOneMessage();
        if (reader.hasControl() && !controlTaken) {
            if (!takeControl(next)) {
                return closed;
            }
            controlTaken = true;
        }
        if (messages > messagesTaken) {
            frame = next;
            messageIndex = 0;
            paused = false;
            reader.walkMessages(next, this);
            if (paused) {
                return false;
            }
        }
        controlTaken = false;
        messagesTaken = 0;
        return true;
    }

    /** Sends the control of a frame on its way. What finds no memory ends the stream, so that the next one says it again. */
    private boolean takeControl(ByteBuf next) {
        int bytes = next.readableBytes();
        int share = bytes + ENTRY_BYTES * reader.entries();
        if (!link.admit(share)) {
            return false;
        }
        if (!context.inbound.reserve(bytes, Priority.HIGH)) {
            link.settle(share);
            context.counters.framesRefused.increment();
            end();
            return false;
        }
        RouterTask task = new ControlTask(link, next.retain(), share);
        if (!source.offer(task)) {
            task.drop();
            return false;
        }
        return true;
    }

    @Override
    public void onMessage(ByteBuf rpc, int offset, int length) {
        if (paused || messageIndex++ < messagesTaken) {
            return;
        }
        MessageForm form = check.check(rpc, offset, length, context.rules);
        if (form.isInvalid()) {
            notice(new InvalidTask(link, form.name()));
        } else if (form == MessageForm.AMBIGUOUS) {
            context.counters.messagesAmbiguous.increment();
        } else if (form == MessageForm.GOOD) {
            if (context.known.contains(check.idHigh(), check.idLow(), context.nowNs())) {
                context.counters.messagesKnown.increment();
                notice(new DuplicateTask(link, check.idLow()));
            } else if (!link.admit(length)) {
                paused = true;
                return;
            } else {
                admit(length);
            }
        }
        messagesTaken++;
    }

    /** The message has its share; now it needs memory and a place in a queue. */
    private void admit(int length) {
        if (!context.inbound.reserve(length, Priority.MEDIUM)) {
            context.counters.messagesThrottled.increment();
            link.settle(length);
            return;
        }
        GossipMessage message = check.take(oneMessage ? frame : null, context.allocator);
        ArrivalTask arrival = new ArrivalTask(link, message, length);
        boolean taken =
                check.isSigned() ? link.strand().submit(new VerifyTask(arrival)) : context.mailbox.offer(arrival);
        if (!taken) {
            context.counters.messagesThrottled.increment();
            arrival.drop();
        }
    }

    private void notice(RouterTask task) {
        if (!source.offer(task)) {
            context.counters.noticesLost.increment();
        }
    }

    private void refuse(RpcError error) {
        context.counters.framesRefused.increment();
        context.host.reportMisbehaviour(stream.connection(), "gossip frame refused: " + error);
        end();
    }

    private void end() {
        close();
        stream.reset();
    }

    /** Proves an arrival's signature on a thread of the pool. */
    private static final class VerifyTask implements ValidationPool.Task {
        private final ArrivalTask arrival;

        VerifyTask(ArrivalTask arrival) {
            this.arrival = arrival;
        }

        @Override
        public void run() {
            arrival.onVerified(MessageSignatures.verify(arrival.message()));
        }

        @Override
        public void drop() {
            arrival.drop();
        }
    }
}
