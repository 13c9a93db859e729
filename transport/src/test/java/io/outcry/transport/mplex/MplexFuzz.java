package io.outcry.transport.mplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Bytes;
import io.outcry.transport.muxer.MuxEnd;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerFuzzContract;
import io.outcry.transport.muxer.MuxerSink;
import java.util.random.RandomGenerator;

class MplexFuzz extends MuxerFuzzContract {

    private static final int STREAM_MAX = 100_000;

    @Override
    protected Muxer muxer(boolean client, MuxerSink sink) {
        MplexParams params = MplexParams.builder()
                .limits(l -> l.inboundStreamsMax(8).frameDataMax(3000).writeTimeoutMs(3_600_000))
                .streamUnconsumedMax(STREAM_MAX)
                .build();
        return new Mplex(params, sink, 0);
    }

    @Override
    protected void check(Muxer muxer, MuxEnd end) {
        if (end.error != null) {
            return;
        }
        long unconsumed = 0;
        int live = 0;
        for (MuxEnd.Log log : end.logs.values()) {
            if (!log.ended()) {
                assertThat(log.unconsumed).isLessThanOrEqualTo(STREAM_MAX);
                unconsumed += log.unconsumed;
                live++;
            }
        }
        assertThat(muxer.unconsumedBytes()).isEqualTo(unconsumed);
        assertThat(muxer.streamCount()).isEqualTo(live);
    }

    @Override
    protected byte[] anyFrame(RandomGenerator random) {
        int flag = random.nextInt(100) == 0 ? 7 : random.nextInt(4) == 0 ? 0 : random.nextInt(7);
        long id = random.nextInt(20) == 0
                ? random.nextLong() >>> 4
                : random.nextInt(8) == 0 ? random.nextInt(1000) : random.nextInt(12);
        byte[] body = Bytes.any(random, random.nextInt(20) == 0 ? 70_000 : 100);
        long length = random.nextInt(200) == 0 ? random.nextInt() & 0xffff_ffffL : body.length;
        return Bytes.concat(Bytes.varint(id << 3 | flag), Bytes.varint(length), body);
    }
}
