package io.outcry.transport;

import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.transport.mplex.Mplex;
import io.outcry.transport.mplex.MplexParams;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerLimits;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.WindowBudget;
import io.outcry.transport.yamux.Yamux;
import io.outcry.transport.yamux.YamuxParams;

/** Makes the muxer both ends agreed on, with the limits of the host. */
final class Muxers {

    private Muxers() {}

    static Muxer of(NetConnection connection, MuxerSink sink, long nowNs) {
        return connection.muxer().equals(HostOptions.MPLEX)
                ? new Mplex(mplexParams(connection.limits(), connection.host().connectionReceiveBytes()), sink, nowNs)
                : new Yamux(
                        connection.outbound(),
                        yamuxParams(connection.limits(), connection.host().connectionReceiveBytes()),
                        windows(connection.memory()),
                        sink,
                        nowNs);
    }

    private static MplexParams mplexParams(HostLimits limits, int receiveBytes) {
        MuxerLimits any = any(limits, receiveBytes);
        return MplexParams.builder()
                .limits(any)
                .streamUnconsumedMax(Math.min(MplexParams.DEFAULT.streamUnconsumedMax(), any.unconsumedMax()))
                .build();
    }

    private static YamuxParams yamuxParams(HostLimits limits, int receiveBytes) {
        int atLeastOneWindow = Math.max(receiveBytes, Yamux.WINDOW_START);
        return YamuxParams.builder().limits(any(limits, atLeastOneWindow)).build();
    }

    private static MuxerLimits any(HostLimits limits, int receiveBytes) {
        return MuxerLimits.builder()
                .inboundStreamsMax(limits.streamsPerPeerInbound())
                .outboundStreamsMax(limits.streamsPerPeerOutbound())
                .unconsumedMax(receiveBytes)
                .openBurst(limits.streamOpenBurst())
                .openPerSecond(limits.streamOpensPerSecond())
                .build();
    }

    /** Windows grow from what is cheap to refuse: read-ahead is the first to go when memory is short. */
    private static WindowBudget windows(MemoryBudget memory) {
        return new WindowBudget() {
            @Override
            public boolean reserve(long bytes) {
                return memory.reserve(bytes, Priority.LOW);
            }

            @Override
            public void release(long bytes) {
                memory.release(bytes);
            }
        };
    }
}
