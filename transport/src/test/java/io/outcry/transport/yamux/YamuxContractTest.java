package io.outcry.transport.yamux;

import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerContract;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.WindowBudget;

class YamuxContractTest extends MuxerContract {

    @Override
    protected Muxer muxer(boolean client, MuxerSink sink) {
        return new Yamux(client, quiet().build(), WindowBudget.UNBOUNDED, sink, 7_000_000_001L);
    }

    @Override
    protected Muxer muxerForTwo(boolean client, MuxerSink sink) {
        return new Yamux(client, quiet().inboundStreamsMax(2).build(), WindowBudget.UNBOUNDED, sink, 7_000_000_001L);
    }

    /** No pings, which would be output of their own. */
    private static YamuxParams.Builder quiet() {
        return YamuxParams.builder().keepAliveMs(0);
    }
}
