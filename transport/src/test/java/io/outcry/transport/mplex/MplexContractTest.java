package io.outcry.transport.mplex;

import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerContract;
import io.outcry.transport.muxer.MuxerSink;

class MplexContractTest extends MuxerContract {

    @Override
    protected Muxer muxer(boolean client, MuxerSink sink) {
        return new Mplex(MplexParams.DEFAULT, sink, 7_000_000_001L);
    }

    @Override
    protected Muxer muxerForTwo(boolean client, MuxerSink sink) {
        return new Mplex(
                MplexParams.builder().limits(l -> l.inboundStreamsMax(2)).build(), sink, 7_000_000_001L);
    }
}
