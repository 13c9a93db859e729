package io.outcry.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.transport.muxer.MuxEnd;
import io.outcry.transport.muxer.Muxer;
import io.outcry.transport.muxer.MuxerContract;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.WindowBudget;
import org.junit.jupiter.api.Test;

class YamuxContractTest extends MuxerContract {

    @Override
    protected Muxer muxer(boolean client, MuxerSink sink) {
        return new Yamux(client, quiet().build(), WindowBudget.UNBOUNDED, sink, 7_000_000_001L);
    }

    @Override
    protected Muxer muxerForTwo(boolean client, MuxerSink sink) {
        return new Yamux(
                client,
                quiet().limits(l -> l.inboundStreamsMax(2)).build(),
                WindowBudget.UNBOUNDED,
                sink,
                7_000_000_001L);
    }

    @Test
    void aReaderThatStopsHoldsItsWriterAndNobodyElse() {
        MuxEnd.Log[] slow = pair.stream();
        MuxEnd.Log[] quick = pair.stream();
        pair.listener.consume = false;
        pair.dialer.send(slow[0].handle, new byte[1_000_000]);
        pair.dialer.send(quick[0].handle, new byte[1_000_000]);
        for (int i = 0; i < 40; i++) {
            pair.settle();
            pair.listener.consume(quick[1], quick[1].unconsumed, pair.nowNs());
        }
        assertThat(quick[1].received.size()).isEqualTo(1_000_000);
        assertThat(slow[1].received.size()).isEqualTo(Yamux.WINDOW_START);
        assertThat(pair.dialer.muxer.queuedBytes(slow[0].handle)).isEqualTo(1_000_000 - Yamux.WINDOW_START);
        pair.listener.consume = true;
        pair.listener.consumeAll(pair.nowNs());
        pair.settle();
        assertThat(slow[1].received.size()).isEqualTo(1_000_000);
    }

    /** No pings, which would be output of their own. */
    private static YamuxParams.Builder quiet() {
        return YamuxParams.builder().keepAliveMs(0);
    }
}
