package io.outcry.transport;

import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the streams of one peer, over all of its connections, in total and by protocol.
 *
 * <p>Protocol names are counted only once agreed, so they are names of ours: a peer cannot grow the map.
 *
 * <p><b>Threading</b>: any thread.
 */
final class StreamScope {

    private final HostLimits limits;
    private final AtomicInteger inbound = new AtomicInteger();
    private final AtomicInteger outbound = new AtomicInteger();
    private final Map<String, AtomicInteger> inboundByProtocol = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> outboundByProtocol = new ConcurrentHashMap<>();

    StreamScope(HostLimits limits) {
        this.limits = limits;
    }

    /** Room for one more stream, or null if a limit or the budget refuses. */
    @Nullable
    Lease open(boolean outgoing, MemoryBudget memory) {
        AtomicInteger count = outgoing ? outbound : inbound;
        int max = outgoing ? limits.streamsPerPeerOutbound() : limits.streamsPerPeerInbound();
        if (!take(count, max)) {
            return null;
        }
        if (!memory.reserve(NetStream.STREAM_BYTES, Priority.HIGH)) {
            count.decrementAndGet();
            return null;
        }
        return new Lease(outgoing, count, memory);
    }

    int inbound() {
        return inbound.get();
    }

    int outbound() {
        return outbound.get();
    }

    private static boolean take(AtomicInteger count, int max) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** What one stream holds; confined to its event loop. */
    final class Lease implements AutoCloseable {

        private final boolean outgoing;
        private final AtomicInteger total;
        private final MemoryBudget memory;
        private @Nullable AtomicInteger ofPeerAndProtocol;
        private @Nullable AtomicInteger ofProtocol;
        private boolean closed;

        private Lease(boolean outgoing, AtomicInteger total, MemoryBudget memory) {
            this.outgoing = outgoing;
            this.total = total;
            this.memory = memory;
        }

        /** The protocol is known now; false if there are as many streams of it as allowed. */
        boolean agree(String protocol, StreamLimits allowed, AtomicInteger openOfProtocol) {
            Map<String, AtomicInteger> counts = outgoing ? outboundByProtocol : inboundByProtocol;
            AtomicInteger mine = counts.computeIfAbsent(protocol, key -> new AtomicInteger());
            if (!take(mine, outgoing ? allowed.outboundPerPeer() : allowed.inboundPerPeer())) {
                return false;
            }
            if (!outgoing && !take(openOfProtocol, allowed.inbound())) {
                mine.decrementAndGet();
                return false;
            }
            ofPeerAndProtocol = mine;
            ofProtocol = outgoing ? null : openOfProtocol;
            return true;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            total.decrementAndGet();
            memory.release(NetStream.STREAM_BYTES);
            if (ofPeerAndProtocol != null) {
                ofPeerAndProtocol.decrementAndGet();
            }
            if (ofProtocol != null) {
                ofProtocol.decrementAndGet();
            }
        }
    }
}
