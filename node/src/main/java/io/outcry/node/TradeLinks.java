package io.outcry.node;

import io.netty.buffer.ByteBuf;
import io.outcry.core.identity.PeerId;
import io.outcry.market.MarketLimits;
import io.outcry.market.replica.RequestKind;
import io.outcry.transport.FrameReader;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamLimits;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The direct way of proposals and decisions: one outbound stream of {@code /outcry/trade/1.0.0} to each counterparty,
 * opened when first needed and kept. A frame that cannot be sent is dropped and counted; the replica sends it again in its
 * own time, and the topic carries it too. A peer that sends what is no envelope of a market of ours loses its stream.
 *
 * <p><b>Threading</b>: any thread; a link's queue has its own short lock.
 */
final class TradeLinks implements AutoCloseable {

    /** Frames that wait for a stream to open, or for a peer that reads slowly. */
    static final int WAITING_FRAMES_MAX = 256;

    /** Bytes on their way to one peer. */
    static final long QUEUED_BYTES_MAX = 1 << 20;

    /** Counterparties with a link; past it the frame goes by the topic only. */
    static final int LINKS_MAX = 4_096;

    /** One stream of a peer, the old one on its way out, and two more for peers that are quick to come again. */
    static final StreamLimits LIMITS = new StreamLimits(4, 16_384, 4);

    /** Hears the frames that peers send. */
    interface Listener {
        /** False if it is no signed envelope of a market of ours. */
        boolean onTrade(PeerId from, byte[] envelope);
    }

    private final Streams streams;
    private final Map<PeerId, Link> links = new HashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private boolean closed;

    TradeLinks(Streams streams, Listener listener) {
        this.streams = streams;
        streams.handle(
                RequestKind.TRADE_PROTOCOL,
                stream -> stream.reader(new FrameReader(MarketLimits.ENVELOPE_BYTES_MAX, new Inbound(listener))),
                LIMITS);
    }

    /** Sends one envelope, or drops it. */
    void send(PeerId to, byte[] envelope) {
        Link link;
        synchronized (links) {
            link = links.get(to);
            if (link == null) {
                if (closed || links.size() >= LINKS_MAX) {
                    dropped.incrementAndGet();
                    return;
                }
                link = new Link(to);
                links.put(to, link);
            }
        }
        link.send(envelope);
    }

    /** The peer is gone: so is its link. */
    void onDisconnected(PeerId peer) {
        synchronized (links) {
            links.remove(peer);
        }
    }

    /** Links kept now. */
    int size() {
        synchronized (links) {
            return links.size();
        }
    }

    /** An owner nobody can reach does not keep a place that a reachable one needs. */
    private void remove(Link link) {
        synchronized (links) {
            links.remove(link.peer, link);
        }
    }

    private boolean isKept(Link link) {
        synchronized (links) {
            return links.get(link.peer) == link;
        }
    }

    /** Frames dropped for want of a stream or of room. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public void close() {
        streams.unhandle(RequestKind.TRADE_PROTOCOL);
        synchronized (links) {
            closed = true;
            links.clear();
        }
    }

    /** One stream of a peer, on which only the peer writes. */
    private final class Inbound implements FrameReader.Listener {
        private final Listener listener;
        private boolean refused;

        private Inbound(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onFrame(Stream from, byte[] frame) {
            if (!refused && !listener.onTrade(from.peer(), frame)) {
                refused = true; // an honest peer may name a market we have left, so nobody is reported
                from.reset();
            }
        }

        @Override
        public void onMalformed(Stream from) {
            streams.misbehaved(from, "trade: a frame longer than any envelope");
            from.reset();
        }
    }

    /** The way to one peer. */
    private final class Link {
        private final PeerId peer;
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        private @Nullable Stream stream;
        private boolean opening;

        private Link(PeerId peer) {
            this.peer = peer;
        }

        private synchronized void send(byte[] envelope) {
            Stream open = stream;
            if (open != null) {
                write(open, envelope);
                return;
            }
            if (waiting.size() >= WAITING_FRAMES_MAX) {
                dropped.incrementAndGet();
                return;
            }
            waiting.add(envelope);
            if (!opening) {
                opening = true;
                streams.open(peer, RequestKind.TRADE_PROTOCOL).whenComplete(this::onOpened);
            }
        }

        private void onOpened(@Nullable Stream opened, @Nullable Throwable failure) {
            if (opened == null) {
                remove(this);
                synchronized (this) {
                    opening = false;
                    dropped.addAndGet(waiting.size());
                    waiting.clear();
                }
                return;
            }
            synchronized (this) {
                opening = false;
                stream = opened;
                while (!waiting.isEmpty()) {
                    write(opened, waiting.remove());
                }
            }
            // Only now, so that the end of a stream is never heard before the stream is kept.
            opened.reader(new FrameReader(0, new FrameReader.Listener() {
                @Override
                public void onFrame(Stream from, byte[] frame) {}

                @Override
                public void onRemoteClosed(Stream from) {
                    // Nothing was expected back: each side writes on its own stream.
                }

                @Override
                public void onEnd(Stream from, @Nullable StreamException cause) {
                    forget(from);
                }
            }));
            if (!isKept(this)) {
                opened.closeWrite(); // the peer left and came back meanwhile; its new link has a stream of its own
            }
        }

        private synchronized void forget(Stream ended) {
            if (stream == ended) {
                stream = null;
            }
        }

        private void write(Stream open, byte[] envelope) {
            if (open.queuedBytes() > QUEUED_BYTES_MAX) {
                dropped.incrementAndGet();
                return;
            }
            ByteBuf frame = FrameReader.framed(envelope);
            try {
                open.write(frame);
            } finally {
                frame.release();
            }
        }
    }
}
