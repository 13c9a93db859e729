package io.outcry.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Bytes;
import io.outcry.transport.muxer.MuxEnd;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerFuzzContract;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.WindowBudget;
import java.util.random.RandomGenerator;

class YamuxFuzz extends MuxerFuzzContract {

    private static final int WINDOW_MAX = 1 << 20;

    @Override
    protected Muxer muxer(boolean client, MuxerSink sink) {
        YamuxParams params = YamuxParams.builder()
                .windowMax(WINDOW_MAX)
                .limits(l -> l.inboundStreamsMax(8).frameDataMax(3000).writeTimeoutMs(3_600_000))
                .ackBacklogMax(4)
                .keepAliveMs(100)
                .pingTimeoutMs(3_600_000)
                .build();
        return new Yamux(client, params, WindowBudget.UNBOUNDED, sink, 0);
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
                assertThat(log.unconsumed).isLessThanOrEqualTo(WINDOW_MAX);
                unconsumed += log.unconsumed;
                live++;
            }
        }
        assertThat(muxer.unconsumedBytes()).isEqualTo(unconsumed);
        assertThat(muxer.streamCount()).isEqualTo(live);
    }

    @Override
    protected byte[] anyFrame(RandomGenerator random) {
        int version = random.nextInt(200) == 0 ? 1 : 0;
        int type = random.nextInt(100) == 0 ? random.nextInt(256) : random.nextInt(4) * random.nextInt(2);
        int flags = random.nextInt(3) == 0 ? random.nextInt(16) : random.nextInt(3) == 0 ? 1 : 0;
        int stream = type > 1 && random.nextInt(20) > 0
                ? 0
                : random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(12);
        if (type != 0) {
            long length = random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(300_000);
            return RawFrame.header(version, type, flags, stream, length);
        }
        byte[] body = Bytes.any(random, random.nextInt(20) == 0 ? 70_000 : 100);
        return Bytes.concat(RawFrame.header(version, type, flags, stream, body.length), body);
    }
}
