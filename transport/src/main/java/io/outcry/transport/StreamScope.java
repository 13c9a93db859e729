package io.outcry.transport;

import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the streams of one peer, over all of its connections, in total and by protocol, and holds its share of memory.
 *
 * <p>Counted by the names that handlers were given, never by what a peer calls a protocol, and forgotten at zero: a peer
 * cannot grow the maps.
 *
 * <p><b>Threading</b>: any thread.
 */
final class StreamScope {

    private final HostLimits limits;
    private final MemoryBudget memory;
    private final AtomicInteger inbound = new AtomicInteger();
    private final AtomicInteger outbound = new AtomicInteger();
    private final Map<String, Integer> inboundByProtocol = new ConcurrentHashMap<>();
    private final Map<String, Integer> outboundByProtocol = new ConcurrentHashMap<>();

    /** @param memory what the peer's connections may hold together */
    StreamScope(HostLimits limits, MemoryBudget memory) {
        this.limits = limits;
        this.memory = memory;
    }

    MemoryBudget memory() {
        return memory;
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
        private @Nullable String counted;
        private @Nullable AtomicInteger ofProtocol;
        private boolean closed;

        private Lease(boolean outgoing, AtomicInteger total, MemoryBudget memory) {
            this.outgoing = outgoing;
            this.total = total;
            this.memory = memory;
        }

        /**
         * The protocol is known now; false if there are as many streams of it as allowed.
         *
         * @param name what to count it by: a name of ours, whatever names its handler matches
         */
        boolean agree(String name, StreamLimits allowed, AtomicInteger openOfProtocol) {
            Map<String, Integer> counts = outgoing ? outboundByProtocol : inboundByProtocol;
            int mine = counts.merge(name, 1, Integer::sum);
            if (mine > (outgoing ? allowed.outboundPerPeer() : allowed.inboundPerPeer())) {
                uncount(counts, name);
                return false;
            }
            if (!outgoing && !takeOfAll(openOfProtocol, allowed.inbound(), mine == 1)) {
                uncount(counts, name);
                return false;
            }
            counted = name;
            ofProtocol = outgoing ? null : openOfProtocol;
            return true;
        }

        /** A peer's first is taken even if others hold all there are, or a few peers could keep everybody out. */
        private boolean takeOfAll(AtomicInteger openOfProtocol, int max, boolean first) {
            if (!first || max == 0) {
                return take(openOfProtocol, max);
            }
            openOfProtocol.incrementAndGet();
            return true;
        }

        private void uncount(Map<String, Integer> counts, String name) {
            counts.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            total.decrementAndGet();
            memory.release(NetStream.STREAM_BYTES);
            if (counted != null) {
                uncount(outgoing ? outboundByProtocol : inboundByProtocol, counted);
            }
            if (ofProtocol != null) {
                ofProtocol.decrementAndGet();
            }
        }
    }
}
